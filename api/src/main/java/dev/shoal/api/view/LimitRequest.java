package dev.shoal.api.view;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/** The body of {@code PUT /apps/{app}/limit} and {@code PUT /limits}. Without a number the limit is taken away. */
public record LimitRequest(@JsonProperty("max_running") Optional<Integer> maxRunning) implements StrictBody {}
