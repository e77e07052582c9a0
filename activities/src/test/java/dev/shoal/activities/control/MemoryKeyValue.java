package dev.shoal.activities.control;

import dev.shoal.activities.kv.KeyValue;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** A Consul datacenter in memory, with its rule for compare-and-set. */
final class MemoryKeyValue implements KeyValue {
    private final Map<String, Entry> entries = new HashMap<>();
    private long index = 10;
    private Runnable beforeWrite = () -> {};

    /** What another writer does between our read and our next write. */
    synchronized void beforeNextWrite(Runnable other) {
        beforeWrite = other;
    }

    synchronized void put(String key, byte[] value) {
        entries.put(key, new Entry(value, ++index));
    }

    @Override
    public synchronized Optional<Entry> read(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    @Override
    public synchronized boolean compareAndSet(String key, byte[] value, long expected) {
        Runnable other = beforeWrite;
        beforeWrite = () -> {};
        other.run();
        long now = read(key).map(Entry::index).orElse(0L);
        if (now != expected) {
            return false;
        }
        put(key, value);
        return true;
    }
}
