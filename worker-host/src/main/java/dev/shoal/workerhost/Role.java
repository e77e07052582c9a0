package dev.shoal.workerhost;

import dev.shoal.activities.jobs.Database;
import dev.shoal.workflows.client.TemporalClients;

/** A running role. Thread-safe. */
interface Role {
    /** Whether its threads turn. */
    boolean isAlive();

    /** Figures of its own in Prometheus's text format. @throws RuntimeException if they cannot be had */
    default String metrics() {
        return "";
    }

    /** Stops taking work, lets what is under way end within the role's grace, and returns when all of it has ended. */
    void end() throws InterruptedException;

    /** What every role is made from. The process owns and closes the parts. */
    record Parts(WorkerHostConfig config, Database database, TemporalClients temporal) {}

    /** Starts a role once Postgres and Temporal are there. */
    @FunctionalInterface
    interface Starter {
        Role start(Parts parts) throws Exception;
    }
}
