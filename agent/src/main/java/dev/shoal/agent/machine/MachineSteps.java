package dev.shoal.agent.machine;

import dev.shoal.model.AppName;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.torrent.Metainfo;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The effects of a machine. Thread-safe. What adds to or takes from the swarm and its files runs on one thread in the order of
 * the decisions, so that cleaning up never meets a download that was begun after it; the rest runs beside each other.
 */
final class MachineSteps implements StepRunner {
    private static final Logger LOG = LoggerFactory.getLogger(MachineSteps.class);

    private final Path dataDir;
    private final Transfers transfers;
    private final Activator activator;
    private final Map<AppName, Set<Long>> pinned;
    private final Consumer<MachineEvent> events;
    private final ExecutorService storage;
    private final ExecutorService work;
    private final Map<AppName, AtomicBoolean> hurry = new ConcurrentHashMap<>();

    /** Runs on the two executors, which it then owns: {@code storage} has one thread. */
    MachineSteps(
            Path dataDir,
            Transfers transfers,
            Activator activator,
            Map<AppName, Set<Long>> pinned,
            ExecutorService storage,
            ExecutorService work,
            Consumer<MachineEvent> events) {
        this.dataDir = dataDir;
        this.transfers = transfers;
        this.activator = activator;
        this.pinned = pinned;
        this.storage = storage;
        this.work = work;
        this.events = events;
    }

    @Override
    public void run(Step step) {
        switch (step) {
            case Step.Persist persist -> throw new IllegalArgumentException("the loop persists, before other steps");
            case Step.FetchMetainfo s -> attempt(work, s.pointer(), () -> fetchMetainfo(s.pointer()));
            case Step.Download s -> attempt(storage, s.pointer(), () -> download(s.metainfo()));
            case Step.CancelDownload s -> quietly(storage, () -> transfers.cancel(s.pointer()));
            case Step.Seed s -> quietly(storage, () -> transfers.seed(s.pointer()));
            case Step.Mark s -> quietly(work, () -> mark(s.pointer()));
            case Step.Verify s -> attempt(work, s.pointer(), () -> verify(s.pointer()));
            case Step.Stage s -> attempt(work, s.pointer(), () -> stage(s.pointer()));
            case Step.Activate s -> {
                AtomicBoolean hurried = unhurried(s.pointer().app());
                quietly(work, () -> activate(s, hurried));
            }
            case Step.HurryActivation s ->
                Optional.ofNullable(hurry.get(s.app())).ifPresent(flag -> flag.set(true));
            case Step.Recover s -> {
                AtomicBoolean hurried = unhurried(s.pointer().app());
                quietly(work, () -> recover(s.pointer(), hurried));
            }
            case Step.RetryLater s -> retryLater(s);
            case Step.Clean s -> quietly(storage, () -> clean(s));
            case Step.LogRefusal s ->
                LOG.warn(
                        "refused the pointer at {} (index {}): {}, {}",
                        s.key(),
                        s.modifyIndex(),
                        s.reason(),
                        s.detail());
        }
    }

    private void retryLater(Step.RetryLater step) {
        Duration delay =
                BackOff.after(step.failures(), ThreadLocalRandom.current().nextDouble());
        CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, work)
                .execute(() -> events.accept(new MachineEvent.RetryDue(step.app(), step.seq())));
    }

    @Override
    public void pollProgress(Artifact artifact) {
        quietly(
                work,
                () -> transfers
                        .progress(artifact)
                        .ifPresent(s ->
                                events.accept(new MachineEvent.Progressed(artifact.infoHash(), s.progressBytes()))));
    }

    private void fetchMetainfo(Pointer pointer) throws IOException {
        events.accept(
                transfers.isThere(pointer)
                        ? new MachineEvent.Downloaded(pointer.artifact().infoHash())
                        : new MachineEvent.MetainfoFetched(pointer, transfers.metainfo(pointer)));
    }

    private void download(Metainfo metainfo) throws IOException {
        if (transfers.download(metainfo)) {
            events.accept(new MachineEvent.Downloaded(metainfo.infoHash()));
        }
    }

    private void mark(Pointer pointer) throws IOException {
        if (!transfers.isThere(pointer) && !transfers.verify(pointer)) {
            LOG.warn("{} is served no more: it is not what was signed", AppDirectory.versionName(pointer));
            execute(storage, () -> transfers.discard(pointer));
        }
    }

    private void verify(Pointer pointer) throws IOException {
        if (transfers.verify(pointer)) {
            events.accept(new MachineEvent.Verified(pointer.app(), pointer.seq()));
            return;
        }
        execute(storage, () -> {
            transfers.discard(pointer);
            events.accept(new MachineEvent.AttemptFailed(
                    pointer.app(),
                    pointer.seq(),
                    false,
                    "the downloaded file does not have the signed SHA-256 "
                            + pointer.artifact().digest()));
        });
    }

    private void stage(Pointer pointer) throws IOException {
        try {
            app(pointer).stage(pointer, transfers.file(pointer.artifact().digest()));
            events.accept(new MachineEvent.Staged(pointer.app(), pointer.seq()));
        } catch (UnsafeArchiveException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private void activate(Step.Activate step, AtomicBoolean hurried) {
        Pointer pointer = step.pointer();
        Optional<Pointer> fallback = step.fallback().stream().findFirst();
        try {
            switch (activator.activate(pointer, fallback, app(pointer), hurried::get)) {
                case Activator.Outcome.Healthy healthy -> events.accept(new MachineEvent.Activated(pointer));
                case Activator.Outcome.Failed failed ->
                    events.accept(new MachineEvent.ActivationFailed(pointer, failed.reason(), failed.running()));
            }
        } catch (IOException | RuntimeException e) {
            LOG.error("activation of {} failed", AppDirectory.versionName(pointer), e);
            events.accept(new MachineEvent.ActivationFailed(
                    pointer, String.valueOf(e.getMessage()), fallback.map(Pointer::build)));
        }
    }

    private void recover(Pointer pointer, AtomicBoolean hurried) {
        Optional<String> failure;
        try {
            failure = activator.recover(pointer, app(pointer), hurried::get);
        } catch (IOException | RuntimeException e) {
            failure = Optional.of(String.valueOf(e.getMessage()));
        }
        events.accept(
                failure.isEmpty()
                        ? new MachineEvent.Recovered(pointer)
                        : new MachineEvent.RecoveryFailed(pointer, failure.get()));
    }

    private void clean(Step.Clean step) throws IOException {
        Map<AppName, List<Pointer>> byApp = step.versions().stream().collect(Collectors.groupingBy(Pointer::app));
        for (Map.Entry<AppName, List<Pointer>> app : byApp.entrySet()) {
            long newest = app.getValue().stream()
                    .mapToLong(p -> p.seq().value())
                    .max()
                    .orElse(0);
            Set<String> needed =
                    app.getValue().stream().map(AppDirectory::versionName).collect(Collectors.toSet());
            new AppDirectory(dataDir, app.getKey())
                    .clean(needed, pinned.getOrDefault(app.getKey(), Set.of()), newest, step.versionsKept());
        }
        transfers.retain(step.artifacts());
    }

    private AtomicBoolean unhurried(AppName app) {
        AtomicBoolean flag = new AtomicBoolean();
        hurry.put(app, flag);
        return flag;
    }

    private AppDirectory app(Pointer pointer) {
        return new AppDirectory(dataDir, pointer.app());
    }

    /** Work that can fail because of the disk, the network or libtorrent. */
    private interface Attempt {
        void run() throws IOException;
    }

    private void attempt(ExecutorService executor, Pointer pointer, Attempt attempt) {
        execute(executor, () -> {
            try {
                attempt.run();
            } catch (IOException | RuntimeException e) {
                LOG.info("{} {}: {}", pointer.app(), AppDirectory.versionName(pointer), e.toString());
                events.accept(new MachineEvent.AttemptFailed(
                        pointer.app(), pointer.seq(), Disk.isFull(e), String.valueOf(e.getMessage())));
            }
        });
    }

    private void quietly(ExecutorService executor, Attempt attempt) {
        execute(executor, () -> {
            try {
                attempt.run();
            } catch (IOException | RuntimeException e) {
                LOG.warn("a step failed in {}", dataDir, e);
            }
        });
    }

    private static void execute(ExecutorService executor, Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("stopping, nothing is begun any more");
        }
    }

    @Override
    public void close() {
        Stream.of(work, storage).forEach(ExecutorService::shutdownNow);
        Stream.of(work, storage).forEach(MachineSteps::awaitEnd);
    }

    private static void awaitEnd(ExecutorService executor) {
        try {
            if (!executor.awaitTermination(15, TimeUnit.SECONDS)) {
                LOG.warn("a step does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
