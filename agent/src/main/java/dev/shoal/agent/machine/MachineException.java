package dev.shoal.agent.machine;

/** The machine's own disk or configuration does not work: the one infrastructure failure of this package. */
public final class MachineException extends RuntimeException {
    /** Says what is wrong, for a person. */
    public MachineException(String message) {
        super(message);
    }

    /** Keeps the cause. */
    public MachineException(String message, Throwable cause) {
        super(message, cause);
    }
}
