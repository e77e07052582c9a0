package dev.shoal.workflows;

import dev.shoal.model.json.Json;
import io.temporal.common.converter.DataConverter;
import io.temporal.common.converter.DefaultDataConverter;
import io.temporal.common.converter.JacksonJsonPayloadConverter;

/**
 * How arguments and results are written into histories: as {@link Json} writes everything else, so that a newer worker's extra
 * fields do not break an older one. Every client and worker uses this converter.
 */
public final class ShoalDataConverter {
    private ShoalDataConverter() {}

    /** A new converter. */
    public static DataConverter create() {
        return DefaultDataConverter.newDefaultInstance()
                .withPayloadConverterOverrides(new JacksonJsonPayloadConverter(Json.mapper()));
    }
}
