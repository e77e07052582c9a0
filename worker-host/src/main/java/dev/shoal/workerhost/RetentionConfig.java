package dev.shoal.workerhost;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.retention.RetentionPolicy;
import java.time.Duration;
import java.util.Optional;

/**
 * What a monitor deletes; the defaults are those of {@link RetentionPolicy#DEFAULT}.
 *
 * @param interval between two rounds
 */
record RetentionConfig(
        @JsonProperty("keep_builds") Optional<Integer> keepBuilds,
        @JsonProperty("build_age") Optional<Duration> buildAge,
        @JsonProperty("job_age") Optional<Duration> jobAge,
        @JsonProperty("log_age") Optional<Duration> logAge,
        @JsonProperty("rollback_window") Optional<Integer> rollbackWindow,
        Optional<Duration> grace,
        Optional<Duration> interval) {
    RetentionConfig {
        interval = Optional.of(WorkerHostConfig.positive("retention.interval", interval.orElse(Duration.ofHours(1))));
        var unusedPolicy = policy(keepBuilds, buildAge, jobAge, logAge, rollbackWindow, grace);
    }

    Duration every() {
        return interval.orElseThrow();
    }

    RetentionPolicy policy() {
        return policy(keepBuilds, buildAge, jobAge, logAge, rollbackWindow, grace);
    }

    private static RetentionPolicy policy(
            Optional<Integer> keepBuilds,
            Optional<Duration> buildAge,
            Optional<Duration> jobAge,
            Optional<Duration> logAge,
            Optional<Integer> rollbackWindow,
            Optional<Duration> grace) {
        RetentionPolicy byDefault = RetentionPolicy.DEFAULT;
        return new RetentionPolicy(
                keepBuilds.orElse(byDefault.keepBuilds()),
                buildAge.orElse(byDefault.buildAge()),
                jobAge.orElse(byDefault.jobAge()),
                logAge.orElse(byDefault.logAge()),
                rollbackWindow.orElse(byDefault.rollbackWindow()),
                grace.orElse(byDefault.grace()));
    }
}
