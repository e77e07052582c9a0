package dev.shoal.simulation.load;

import dev.shoal.simulation.load.probe.DatabaseProbe;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** Looks at the stack each second, on one thread of its own, and says how it goes. Thread-safe. */
final class Sampler implements AutoCloseable {
    private static final int SAMPLES_A_LINE = 2;

    private final DatabaseProbe database;
    private final PrintStream out;
    private final IntSupplier submitted;
    private final int planned;
    private final long start = System.nanoTime();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("load-sampler").factory());
    private final List<Sample> course = new ArrayList<>();
    private DatabaseProbe.@Nullable State first;
    private DatabaseProbe.@Nullable State last;

    Sampler(DatabaseProbe database, PrintStream out, IntSupplier submitted, int planned) {
        this.database = database;
        this.out = out;
        this.submitted = submitted;
        this.planned = planned;
    }

    /** Looks once before it returns, so that the counters begin before the load does. */
    void start() {
        sample();
        Future<?> unused = timer.scheduleAtFixedRate(this::sample, 1, 1, TimeUnit.SECONDS);
    }

    private synchronized void sample() {
        Optional<DatabaseProbe.State> look = database.look();
        if (look.isEmpty()) {
            return;
        }
        DatabaseProbe.State now = look.get();
        DatabaseProbe.State begin = first == null ? now : first;
        first = begin;
        last = now;
        Sample sample = new Sample(
                seconds(),
                now.queued(),
                now.queueAge(),
                now.running(),
                now.ended() - begin.ended(),
                now.commits() - begin.commits(),
                now.deadRows());
        course.add(sample);
        if (course.size() % SAMPLES_A_LINE == 0) {
            out.println(line(sample));
        }
    }

    private String line(Sample s) {
        return String.format(
                Locale.ROOT,
                "%4.0f s: %d of %d submitted, %d queued (oldest %.1f s), %d running, %d ended, %.1f a second",
                s.at(),
                submitted.getAsInt(),
                planned,
                s.queued(),
                s.queueAge(),
                s.running(),
                s.ended(),
                s.ended() / Math.max(1, s.at()));
    }

    /** Since it was made. */
    double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }

    /** Whether, when last looked, no job was open and no release under way. */
    synchronized boolean isIdle() {
        return last != null && last.isIdle();
    }

    synchronized List<Sample> course() {
        return List.copyOf(course);
    }

    /** What the database did from the first to the last look, the sampler's own look each second included; empty if it never answered. */
    synchronized Optional<DatabaseFigures> figures() {
        DatabaseProbe.State begin = first;
        DatabaseProbe.State end = last;
        if (begin == null || end == null || course.size() < 2) {
            return Optional.empty();
        }
        double seconds = course.getLast().at() - course.getFirst().at();
        return Optional.of(new DatabaseFigures(
                end.claims() - begin.claims(),
                (end.commits() - begin.commits()) / seconds,
                end.commits() - begin.commits(),
                end.written() - begin.written(),
                end.wal() - begin.wal(),
                course.stream().mapToLong(Sample::deadRows).max().orElse(0)));
    }

    @Override
    public void close() {
        timer.shutdownNow();
        synchronized (this) {
            database.close();
        }
    }
}
