package dev.shoal.activities.jobs;

/** The database could not answer. The caller may try again. */
public final class StoreException extends RuntimeException {
    /** @param operation what was being done, with the ids it was done for */
    public StoreException(String operation, Throwable cause) {
        super("database failed at " + operation, cause);
    }
}
