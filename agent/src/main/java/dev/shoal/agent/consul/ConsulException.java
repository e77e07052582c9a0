package dev.shoal.agent.consul;

import com.ecwid.consul.v1.OperationException;

/** Consul could not answer. The caller may try again. */
public final class ConsulException extends RuntimeException {
    private static final int FORBIDDEN = 403;

    private final boolean refused;

    ConsulException(String operation, String key, Throwable cause) {
        super("Consul failed at " + operation + " of " + key + ": " + cause.getMessage(), cause);
        this.refused = cause instanceof OperationException answer && answer.getStatusCode() == FORBIDDEN;
    }

    /** Whether Consul answered that the token does not allow it: it is unknown, or its policy is too narrow. */
    public boolean isRefused() {
        return refused;
    }
}
