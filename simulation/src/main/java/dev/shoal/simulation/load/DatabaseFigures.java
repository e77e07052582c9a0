package dev.shoal.simulation.load;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What Postgres did during a load.
 *
 * @param claims attempts that were given to a host
 * @param commitsPerSecond in the mean
 * @param rowsWritten inserted, updated or deleted, in all tables
 * @param walBytes of write-ahead log
 * @param deadRowsMax of the table of jobs, at most
 */
public record DatabaseFigures(
        long claims,
        @JsonProperty("commits_per_second") double commitsPerSecond,
        long commits,
        @JsonProperty("rows_written") long rowsWritten,
        @JsonProperty("wal_bytes") long walBytes,
        @JsonProperty("dead_rows_max") long deadRowsMax) {}
