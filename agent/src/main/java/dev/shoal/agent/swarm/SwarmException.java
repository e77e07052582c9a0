package dev.shoal.agent.swarm;

import org.jspecify.annotations.Nullable;

/** The session or its native library does not work: the one infrastructure failure of this package. */
public final class SwarmException extends RuntimeException {
    /** Says what was tried and with which ids. */
    public SwarmException(String message) {
        super(message);
    }

    /** Keeps the cause. */
    public SwarmException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
