package dev.shoal.activities.jobs;

/** The database could not answer. The caller may try again. */
public final class StoreException extends RuntimeException {
    /**
     * Says in one line what was being done and what the database said, without the statement and its values.
     *
     * @param operation what was being done, with the ids it was done for
     */
    public StoreException(String operation, Throwable cause) {
        super("database failed at " + operation + ": " + firstLine(root(cause)), cause);
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static String firstLine(Throwable failure) {
        return String.valueOf(failure.getMessage())
                .lines()
                .findFirst()
                .orElse(failure.getClass().getSimpleName());
    }
}
