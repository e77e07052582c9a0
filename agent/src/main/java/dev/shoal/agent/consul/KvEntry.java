package dev.shoal.agent.consul;

import java.util.Arrays;

/** A key's value and the index of its last change. */
public record KvEntry(String key, byte[] value, long modifyIndex) {
    public KvEntry {
        value = value.clone();
    }

    @Override
    public byte[] value() {
        return value.clone();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof KvEntry other
                && key.equals(other.key)
                && modifyIndex == other.modifyIndex
                && Arrays.equals(value, other.value);
    }

    @Override
    public int hashCode() {
        return 31 * key.hashCode() + Long.hashCode(modifyIndex);
    }
}
