package dev.shoal.agent.machine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** When the agent ended without being told to: kills, power cuts and native crashes alike. Immutable. */
record CrashHistory(List<Instant> crashes) {
    static final CrashHistory NONE = new CrashHistory(List.of());

    private static final int REMEMBERED = 100;
    private static final Duration COUNTED = Duration.ofHours(1);
    private static final Duration LOOP = Duration.ofMinutes(10);

    /** So many within {@link #LOOP} happen to the best; after that something is wrong with this machine, or with what it loads. */
    private static final int FORGIVEN = 5;

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    CrashHistory {
        crashes = List.copyOf(crashes);
    }

    /** With one more. */
    CrashHistory and(Instant crash) {
        List<Instant> all = Stream.concat(crashes.stream(), Stream.of(crash)).toList();
        return new CrashHistory(all.subList(Math.max(0, all.size() - REMEMBERED), all.size()));
    }

    /** How many within the hour before {@code now}. A clock that was set back counts those that seem to come as recent. */
    int within(Instant now) {
        return count(now, COUNTED);
    }

    /** How long to leave libtorrent alone after a start at {@code now}: nothing at first, then 2, 4, 8 … 60 s. */
    Duration pause(Instant now) {
        int over = count(now, LOOP) - FORGIVEN;
        if (over <= 0) {
            return Duration.ZERO;
        }
        Duration pause = Duration.ofSeconds(1L << Math.min(over, 10));
        return pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    private int count(Instant now, Duration before) {
        return (int) crashes.stream()
                .filter(crash -> crash.isAfter(now.minus(before)))
                .count();
    }
}
