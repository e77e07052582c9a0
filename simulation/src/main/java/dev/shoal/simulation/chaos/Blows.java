package dev.shoal.simulation.chaos;

import dev.shoal.simulation.stack.Signals;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Lets a plan's blows fall, on one thread of its own. Closing it thaws whatever is frozen. */
final class Blows implements AutoCloseable {
    private final Signals signals;
    private final PrintStream out;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("chaos").factory());
    private final List<List<ProcessHandle>> frozen = new ArrayList<>();
    private final Queue<Future<?>> pending = new ConcurrentLinkedQueue<>();
    private final Map<String, Integer> fallen = new TreeMap<>();
    private final Thread thawAtExit = new Thread(this::thawAll, "chaos-thaw");

    Blows(Signals signals, PrintStream out) {
        this.signals = signals;
        this.out = out;
        Runtime.getRuntime().addShutdownHook(thawAtExit);
    }

    void schedule(List<Blow> plan) {
        plan.forEach(blow -> later(blow.at(), () -> quietly(blow)));
    }

    private void later(Duration delay, Runnable what) {
        pending.add(timer.schedule(what, delay.toMillis(), TimeUnit.MILLISECONDS));
    }

    private void quietly(Blow blow) {
        try {
            fall(blow);
        } catch (RuntimeException e) {
            out.println("chaos: " + blow + " missed: " + e.getMessage());
        }
    }

    private void fall(Blow blow) {
        boolean hit = switch (blow.strike()) {
            case KILL -> signals.kill(blow.process());
            case FREEZE -> freeze(blow.process(), blow.lasts());
        };
        out.println("chaos: " + blow + (hit ? "" : " missed: it is not running"));
        if (hit) {
            synchronized (this) {
                fallen.merge(
                        blow.kind() + " " + blow.strike().name().toLowerCase(java.util.Locale.ROOT), 1, Integer::sum);
            }
        }
    }

    private boolean freeze(String process, Duration lasts) {
        List<ProcessHandle> hit = signals.freeze(process);
        synchronized (this) {
            frozen.add(hit);
        }
        later(lasts, () -> signals.thaw(hit));
        return !hit.isEmpty();
    }

    /** How many have hit, by kind and strike. */
    synchronized Map<String, Integer> fallen() {
        return new TreeMap<>(fallen);
    }

    private synchronized void thawAll() {
        frozen.forEach(signals::thaw);
    }

    @Override
    public void close() {
        pending.forEach(blow -> blow.cancel(false));
        timer.shutdownNow();
        thawAll();
        Runtime.getRuntime().removeShutdownHook(thawAtExit);
    }
}
