package dev.shoal.dev;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a stack's processes running. One thread owns all state and applies events in order; exits and probe results come to it as
 * events. {@link #stop} may be called from any thread.
 */
final class Supervisor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Supervisor.class);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration PROBE_STARTING = Duration.ofMillis(300);
    private static final Duration PROBE_RUNNING = Duration.ofSeconds(2);
    private static final Duration GRACE_ROLES = Duration.ofSeconds(8);
    private static final Duration GRACE_INFRASTRUCTURE = Duration.ofSeconds(5);
    private static final Set<String> INFRASTRUCTURE = Set.of("postgres", "s3", "temporal", "consul");

    private sealed interface Event {
        record Exited(String name, Process process) implements Event {}

        record Probed(String name, Process process, boolean healthy) implements Event {}

        record Stop() implements Event {}
    }

    private final Layout layout;
    private final StackJson stackJson;
    private final Spawner spawner;
    private final Prober prober = new Prober();
    private final LinkedBlockingQueue<Event> mailbox = new LinkedBlockingQueue<>();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Map<String, Child> children = new LinkedHashMap<>();
    private final Map<String, Instant> probeAt = new LinkedHashMap<>();
    private boolean changed = true;

    Supervisor(Layout layout, List<ProcessSpec> specs, StackJson stackJson) {
        this.layout = layout;
        this.stackJson = stackJson;
        this.spawner = new Spawner(layout);
        specs.forEach(spec -> children.put(spec.name(), new Child(spec)));
    }

    /** Runs until {@link #stop}; the caller's thread becomes the owner. {@code orphaned} is asked each tick. */
    void run(Predicate<Instant> orphaned) throws InterruptedException {
        try {
            boolean running = true;
            while (running) {
                Instant now = Instant.now();
                startDue(now);
                probeDue(now);
                if (changed) {
                    changed = !show();
                }
                running = apply(mailbox.poll(TICK.toMillis(), TimeUnit.MILLISECONDS)) && !orphaned.test(now);
            }
            shutDown();
        } finally {
            stopped.countDown();
        }
    }

    /** Whether it could be written. A full disk must not end the stack: it is tried again at the next tick. */
    private boolean show() {
        try {
            stackJson.write(children.values());
            return true;
        } catch (IOException e) {
            LOG.error("cannot write {}", layout.stackJson(), e);
            return false;
        }
    }

    /** Stops every process and waits for it. */
    void stop() throws InterruptedException {
        mailbox.add(new Event.Stop());
        stopped.await();
    }

    private boolean apply(@org.jspecify.annotations.Nullable Event event) {
        switch (event) {
            case null -> {}
            case Event.Stop stop -> {
                return false;
            }
            case Event.Exited exited -> {
                Child child = child(exited.name());
                if (isCurrent(child, exited.process())) {
                    int code = exited.process().exitValue();
                    LOG.warn("{} ended with code {}", exited.name(), code);
                    child.died("ended with code " + code + ", see " + layout.log(exited.name()), Instant.now());
                    changed = true;
                }
            }
            case Event.Probed probed -> {
                Child child = child(probed.name());
                if (isCurrent(child, probed.process())) {
                    if (child.probed(probed.healthy())) {
                        LOG.info("{} is {}", probed.name(), probed.healthy() ? "healthy" : "not healthy");
                        changed = true;
                    }
                    probeAt.put(probed.name(), Instant.now().plus(child.healthy() ? PROBE_RUNNING : PROBE_STARTING));
                }
            }
        }
        return true;
    }

    private void startDue(Instant now) {
        Set<String> onceHealthy = new HashSet<>();
        children.values().stream()
                .filter(Child::everHealthy)
                .forEach(c -> onceHealthy.add(c.spec().name()));
        for (Child child : children.values()) {
            if (child.isDue(onceHealthy, now)) {
                start(child, now);
            }
        }
    }

    private void start(Child child, Instant now) {
        String name = child.spec().name();
        try {
            Process process = spawner.start(child.spec());
            child.started(process, now);
            probeAt.put(name, now.plus(PROBE_STARTING));
            // Adding to an unbounded mailbox cannot fail.
            var unused = process.onExit().thenRun(() -> mailbox.add(new Event.Exited(name, process)));
        } catch (IOException e) {
            LOG.error("{} cannot be started", name, e);
            child.died(String.valueOf(e.getMessage()), now);
        }
        changed = true;
    }

    private void probeDue(Instant now) {
        for (Child child : children.values()) {
            String name = child.spec().name();
            if (child.process().isPresent() && !now.isBefore(probeAt.getOrDefault(name, Instant.MIN))) {
                Process process = child.process().get();
                // The answer sets the time of the next one, so a slow process has one probe at most under way.
                probeAt.put(name, Instant.MAX);
                Thread.ofVirtual()
                        .name("probe-" + name)
                        .start(() -> mailbox.add(new Event.Probed(
                                name, process, prober.isHealthy(child.spec().probe()))));
            }
        }
    }

    private void shutDown() {
        LOG.info("stopping");
        Collection<Child> all = children.values();
        end(all.stream().filter(c -> !INFRASTRUCTURE.contains(c.spec().kind())).toList(), GRACE_ROLES);
        end(all.stream().filter(c -> INFRASTRUCTURE.contains(c.spec().kind())).toList(), GRACE_INFRASTRUCTURE);
        int left = Sweep.kill(layout.marker());
        LOG.info("stopped, {} further processes were killed", left);
    }

    private static void end(List<Child> some, Duration grace) {
        List<Process> processes = new ArrayList<>();
        some.forEach(c -> c.process().ifPresent(processes::add));
        processes.forEach(Process::destroy);
        long deadline = System.nanoTime() + grace.toNanos();
        for (Process process : processes) {
            try {
                if (!process.waitFor(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean isCurrent(Child child, Process process) {
        return child.process().filter(process::equals).isPresent();
    }

    private Child child(String name) {
        Child child = children.get(name);
        if (child == null) {
            throw new IllegalStateException("no process " + name);
        }
        return child;
    }

    @Override
    public void close() {
        spawner.close();
        prober.close();
    }
}
