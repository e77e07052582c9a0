package dev.shoal.simulation.load;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The stack at a moment of a load.
 *
 * @param at seconds since the load began
 * @param queued jobs that wait
 * @param queueAge seconds that the oldest of them has waited
 * @param ended jobs that ended since the load began
 * @param commits transactions that the database committed since the load began
 * @param deadRows of the table of jobs
 */
public record Sample(
        double at,
        int queued,
        @JsonProperty("queue_age_seconds") double queueAge,
        int running,
        int ended,
        long commits,
        @JsonProperty("dead_rows") long deadRows) {}
