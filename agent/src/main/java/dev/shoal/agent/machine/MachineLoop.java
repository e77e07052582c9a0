package dev.shoal.agent.machine;

import dev.shoal.model.json.Json;
import dev.shoal.model.report.AppReport;
import dev.shoal.model.report.AppState;
import dev.shoal.model.report.MachineReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the state of one machine on one thread: takes events from its mailbox, lets {@link MachineDecisions} decide, writes
 * the state to disk, has the steps run, and reports. Its public methods are thread-safe; the rest is confined to its thread.
 */
final class MachineLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MachineLoop.class);
    private static final Duration PROGRESS_INTERVAL = Duration.ofSeconds(1);

    /** Numbers are reserved on disk in blocks, so that a report costs no write and no number is ever used twice. */
    private static final long NUMBERS_RESERVED = 10_000;

    private final MachineIdentity identity;
    private final MachineDecisions decisions;
    private final Path dataDir;
    private final StateFile stateFile;
    private final Duration reportInterval;
    private final Clock clock;
    private final StepRunner steps;
    private final Consumer<MachineReport> reports;
    private final CrashHistory crashes;
    private final BlockingQueue<MachineEvent> mailbox = new LinkedBlockingQueue<>();

    private volatile @Nullable Thread thread;
    private MachineState state = MachineState.EMPTY;
    private long number;
    private long numberBound;
    private long reportDue;
    private long progressDue;
    private boolean unsaved;
    private volatile MachineState seen = MachineState.EMPTY;
    private volatile @Nullable MachineReport latest;
    private volatile @Nullable String trouble;
    private volatile boolean stopping;

    MachineLoop(
            MachineIdentity identity,
            int versionsKept,
            Path dataDir,
            Duration reportInterval,
            Clock clock,
            StepRunner.Factory steps,
            Consumer<MachineReport> reports,
            CrashHistory crashes) {
        this.identity = identity;
        this.decisions = new MachineDecisions(identity, versionsKept);
        this.dataDir = dataDir;
        this.stateFile = new StateFile(dataDir);
        this.reportInterval = reportInterval;
        this.clock = clock;
        this.steps = steps.create(this::post);
        this.reports = reports;
        this.crashes = crashes;
    }

    /** Reads the state and goes on where the machine was. @throws MachineException if the state cannot be read */
    void start() {
        DurableState durable = stateFile.read();
        numberBound = durable.reportNumberBound();
        number = numberBound;
        Decision resumed = decisions.resume(
                durable, pointer -> new AppDirectory(dataDir, pointer.app()).isStaged(pointer), clock.instant());
        state = resumed.state();
        seen = state;
        thread = Thread.ofPlatform().name("machine-" + identity.id()).daemon().start(() -> run(resumed.steps()));
    }

    /** Puts an event into the mailbox. */
    void post(MachineEvent event) {
        mailbox.add(event);
    }

    /** What was reported last; empty until the first report. */
    Optional<MachineReport> latest() {
        return Optional.ofNullable(latest);
    }

    /** What the machine knows. */
    MachineState state() {
        return seen;
    }

    /** Why the machine is not well, if so. */
    Optional<String> trouble() {
        Thread running = thread;
        return running != null && running.isAlive()
                ? Optional.ofNullable(trouble)
                : Optional.of("the loop of " + identity.id() + " does not run");
    }

    private void run(List<Step> initial) {
        perform(initial);
        report();
        while (!stopping) {
            try {
                MachineEvent event = mailbox.poll(millisToNextTick(), TimeUnit.MILLISECONDS);
                if (event != null) {
                    handle(event);
                }
                tick();
            } catch (InterruptedException e) {
                LOG.debug("{} stops", identity.id());
            } catch (RuntimeException e) {
                LOG.error("{}: an event was dropped", identity.id(), e);
                trouble = e.toString();
            }
        }
    }

    private void handle(MachineEvent event) {
        Decision decision = decisions.decide(state, event, clock.instant());
        boolean changed = !decision.state().equals(state);
        state = decision.state();
        seen = state;
        perform(decision.steps());
        if (changed) {
            report();
        }
    }

    private void perform(List<Step> decided) {
        for (Step step : decided) {
            if (step instanceof Step.Persist) {
                persist();
            } else {
                steps.run(step);
            }
        }
    }

    // A machine that cannot write goes on: it would lose at most what Consul tells it again. It retries at every tick.
    private void persist() {
        try {
            stateFile.write(new DurableState(state.durable(), numberBound));
            unsaved = false;
            trouble = null;
        } catch (MachineException e) {
            if (!unsaved) {
                LOG.error("{}: the state was not saved, trying on", identity.id(), e);
            }
            unsaved = true;
            trouble = e.getMessage();
        }
    }

    private void tick() {
        long now = System.nanoTime();
        if (now - progressDue >= 0) {
            progressDue = now + PROGRESS_INTERVAL.toNanos();
            state.apps().values().stream()
                    .filter(t -> t.state() == AppState.DOWNLOADING)
                    .forEach(t -> steps.pollProgress(t.wanted().artifact()));
            handle(new MachineEvent.Ticked());
            if (unsaved) {
                persist();
            }
        }
        if (now - reportDue >= 0) {
            report();
        }
    }

    private long millisToNextTick() {
        long now = System.nanoTime();
        long nanos = Math.min(progressDue - now, reportDue - now);
        return Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    private void report() {
        reportDue = System.nanoTime() + reportInterval.toNanos();
        if (number >= numberBound) {
            numberBound = number + NUMBERS_RESERVED;
            persist();
        }
        List<AppReport> apps = state.reports();
        MachineReport report = new MachineReport(
                identity.id(),
                identity.region(),
                number++,
                AgentVersion.current(),
                apps,
                state.refused(),
                crashes.within(clock.instant()),
                clock.instant());
        latest = report;
        reports.accept(report);
        try {
            Disk.publish(dataDir.resolve("status.json"), Json.bytes(report));
        } catch (IOException e) {
            LOG.debug("status.json was not written", e);
        }
    }

    /** Ends the loop and then its steps. Services go on. */
    @Override
    public void close() {
        stopping = true;
        Thread running = thread;
        try {
            if (running != null) {
                running.interrupt();
                running.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        steps.close();
    }
}
