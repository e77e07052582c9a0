package dev.shoal.api.view;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.job.JobLimits;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The limits in the body of {@code POST /jobs}, see {@link JobLimits}. */
public record LimitsRequest(
        @JsonProperty("time_seconds") @Nullable Long timeSeconds,
        @JsonProperty("memory_bytes") @Nullable Long memoryBytes,
        @Nullable Integer pids,
        @JsonProperty("output_bytes") @Nullable Long outputBytes)
        implements StrictBody {

    /** @throws IllegalArgumentException naming the limit that is out of bounds */
    JobLimits toJobLimits() {
        return new JobLimits(
                Optional.ofNullable(timeSeconds),
                Optional.ofNullable(memoryBytes),
                Optional.ofNullable(pids),
                Optional.ofNullable(outputBytes));
    }
}
