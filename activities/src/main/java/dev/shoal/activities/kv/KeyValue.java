package dev.shoal.activities.kv;

import java.util.Optional;

/** One Consul datacenter's key-value store, as the release writer needs it. Thread-safe. */
public interface KeyValue {
    /** Reads with {@code ?consistent}. */
    Optional<Entry> read(String key);

    /** Writes if the key's ModifyIndex still is {@code index}; 0 means the key must not exist. Returns whether it was written. */
    boolean compareAndSet(String key, byte[] value, long index);

    /** A value and the ModifyIndex it has. */
    record Entry(byte[] value, long index) {}

    /** Consul could not answer. */
    final class KeyValueException extends RuntimeException {
        public KeyValueException(String operation, String key, Throwable cause) {
            super("Consul failed at " + operation + " of " + key, cause);
        }
    }
}
