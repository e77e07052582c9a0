package dev.shoal.api.view;

import com.fasterxml.jackson.annotation.JsonAnySetter;

/** A request written by people: a field that we do not know is a typing error to be told, not to be skipped. */
interface StrictBody {
    /** Refuses the field. */
    @JsonAnySetter
    default void unknown(String field, Object value) {
        throw new IllegalArgumentException("unknown field '" + field + "'");
    }
}
