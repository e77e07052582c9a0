package dev.shoal.model.retention;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.time.Instant;

/**
 * How long finished things stay. Each bound on its own lets a build go; what is in use stays whatever the bounds say, see
 * {@link RetentionPlan}.
 *
 * @param keepBuilds the newest builds of each app; older ones go
 * @param buildAge builds older than this go
 * @param jobAge rows of jobs that finished longer ago go, unless their build stays
 * @param logAge logs of jobs that finished longer ago go; at most {@code jobAge}
 * @param rollbackWindow so many builds of each app, those that were released last, stay
 * @param grace nothing younger goes, and no object that nothing refers to, before it is this old
 */
public record RetentionPolicy(
        @JsonProperty("keep_builds") int keepBuilds,
        @JsonProperty("build_age") Duration buildAge,
        @JsonProperty("job_age") Duration jobAge,
        @JsonProperty("log_age") Duration logAge,
        @JsonProperty("rollback_window") int rollbackWindow,
        Duration grace) {
    private static final int MOST = 1_000_000;

    /** Half a year of daily work for a person who looks for something, and enough builds to go back to. */
    public static final RetentionPolicy DEFAULT = new RetentionPolicy(
            50, Duration.ofDays(90), Duration.ofDays(90), Duration.ofDays(30), 10, Duration.ofHours(24));

    /** @throws IllegalArgumentException naming the key that is out of bounds, as configuration files spell it */
    public RetentionPolicy {
        within("keep_builds", keepBuilds, 1);
        within("rollback_window", rollbackWindow, 1);
        notNegative("build_age", buildAge);
        notNegative("job_age", jobAge);
        notNegative("log_age", logAge);
        notNegative("grace", grace);
        if (logAge.compareTo(jobAge) > 0) {
            throw new IllegalArgumentException(
                    "retention.log_age must not be longer than job_age: a log goes with its job");
        }
    }

    private static void within(String key, int value, int least) {
        if (value < least || value > MOST) {
            throw new IllegalArgumentException(
                    "retention." + key + " must be within " + least + ".." + MOST + ", got " + value);
        }
    }

    private static void notNegative(String key, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException("retention." + key + " must not be negative, got " + value);
        }
    }

    /** Whether the log of a job that finished then is no longer kept. */
    public boolean dropsLog(Instant finishedAt, Instant now) {
        return isOlder(finishedAt, longer(logAge), now);
    }

    /** Whether the row of a job that finished then is no longer kept for its own sake. */
    public boolean dropsJob(Instant finishedAt, Instant now) {
        return isOlder(finishedAt, longer(jobAge), now);
    }

    /** Whether something is so young that it stays, whatever else is said of it. */
    public boolean isYoung(Instant createdAt, Instant now) {
        return !isOlder(createdAt, grace, now);
    }

    boolean isOld(Instant createdAt, Instant now) {
        return isOlder(createdAt, buildAge, now);
    }

    private Duration longer(Duration age) {
        return age.compareTo(grace) > 0 ? age : grace;
    }

    private static boolean isOlder(Instant then, Duration age, Instant now) {
        return Duration.between(then, now).compareTo(age) > 0;
    }
}
