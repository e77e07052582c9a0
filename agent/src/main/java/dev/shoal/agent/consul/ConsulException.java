package dev.shoal.agent.consul;

/** Consul could not answer. The caller may try again. */
public final class ConsulException extends RuntimeException {
    ConsulException(String operation, String key, Throwable cause) {
        super("Consul failed at " + operation + " of " + key + ": " + cause.getMessage(), cause);
    }
}
