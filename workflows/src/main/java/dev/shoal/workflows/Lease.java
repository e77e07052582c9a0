package dev.shoal.workflows;

import dev.shoal.model.JobId;

/** The right to write about a job: a write with an old attempt changes nothing and stops the writer (promise 1). */
public record Lease(JobId job, int attempt) {
    public Lease {
        if (attempt < 1) {
            throw new IllegalArgumentException("attempt must be positive, got " + attempt);
        }
    }

    @Override
    public String toString() {
        return job + "#" + attempt;
    }
}
