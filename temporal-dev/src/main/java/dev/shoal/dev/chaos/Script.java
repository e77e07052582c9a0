package dev.shoal.dev.chaos;

import dev.shoal.dev.chaos.Faults.Fate;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The faults in force, what they have done so far, and what was remembered to lie with. Thread-safe. */
final class Script {
    private static final int MOST_REMEMBERED = 10_000;

    private final Map<String, Integer> occurrences = bounded();
    private final Map<String, byte[]> heads = bounded();
    private final Map<String, Long> counts = new TreeMap<>();
    private Faults faults = Faults.NONE;
    private long until;

    /** From now on. The sequence of fates begins anew. */
    synchronized void play(Faults next) {
        faults = next;
        until = System.nanoTime() + Duration.ofMillis(next.forMillis()).toNanos();
        occurrences.clear();
    }

    synchronized Faults faults() {
        if (faults.forMillis() > 0 && System.nanoTime() - until >= 0) {
            faults = Faults.NONE;
        }
        return faults;
    }

    /** What happens to this request: the n-th of its kind, whatever comes in between. */
    synchronized Fate fate(Faults by, HttpHead request) {
        // Upload ids are random, so that no two runs would be alike.
        String key = request.method() + " " + request.target().replaceAll("uploadId=[^&]*", "")
                + request.header("Range").map(range -> " " + range).orElse("");
        return by.fate(key, occurrences.merge(key, 1, Integer::sum));
    }

    synchronized void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    /** How often each thing happened since the start. */
    synchronized Map<String, Long> counts() {
        return new TreeMap<>(counts);
    }

    /** Keeps the first answer to HEAD. */
    synchronized void remember(HttpHead request, HttpHead response) {
        heads.putIfAbsent(request.path(), response.bytes());
    }

    synchronized Optional<byte[]> remembered(HttpHead request) {
        return Optional.ofNullable(heads.get(request.path()));
    }

    private static <T> Map<String, T> bounded() {
        return new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, T> eldest) {
                return size() > MOST_REMEMBERED;
            }
        };
    }
}
