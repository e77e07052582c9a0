package dev.shoal.simulation.queue;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/** The virtual clock and what happens when: one event after the other, those of one instant in the order of their making. */
final class Timeline implements InstantSource {
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::at).thenComparingLong(Event::number));
    private long now;
    private long made;
    private long steps;

    private record Event(long at, long number, Runnable action) {}

    /** Nanoseconds since {@link #START}: the monotonic clock of everybody. */
    long nanos() {
        return now;
    }

    Duration elapsed() {
        return Duration.ofNanos(now);
    }

    @Override
    public Instant instant() {
        return START.plusNanos(now);
    }

    void after(Duration delay, Runnable action) {
        events.add(new Event(now + delay.toNanos(), made++, action));
    }

    /** Runs the next event; whether there was one. */
    boolean step() {
        Event next = events.poll();
        if (next == null) {
            return false;
        }
        now = next.at();
        steps++;
        next.action().run();
        return true;
    }

    /** How many events have run. */
    long steps() {
        return steps;
    }
}
