package dev.shoal.activities.host;

import dev.shoal.activities.blobs.ArtifactStore;
import dev.shoal.activities.blobs.LogStore;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.sandbox.BuildFault;
import dev.shoal.activities.sandbox.OutputFile;
import dev.shoal.activities.sandbox.Sandbox;
import dev.shoal.activities.sandbox.SourceCheckout;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.JobLimits;
import dev.shoal.model.job.JobStage;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.HostActivities;
import dev.shoal.workflows.Lease;
import io.temporal.activity.Activity;
import io.temporal.failure.ApplicationFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A host's steps as activities: ownership, failures and logs around {@link BuildStep} and the artifact store. Thread-safe. */
public final class HostActivitiesImpl implements HostActivities {
    private static final Logger LOG = LoggerFactory.getLogger(HostActivitiesImpl.class);

    /** A killed build gets some seconds of grace. */
    private static final Duration STEP_ENDS = Duration.ofSeconds(60);

    private final BuildHostConfig config;
    private final JobStore jobs;
    private final LogStore logs;
    private final ArtifactStore artifacts;
    private final HeldSlots slots;
    private final BuildStep step;
    private final SourceCheckout checkout;
    private final DiskSpace disk;
    private final BooleanSupplier draining;
    private final RunningSteps steps;
    private final Map<Lease, LogShipper> shippers = new ConcurrentHashMap<>();

    /** Makes the work directory. {@code draining} says that running steps must give their jobs back. */
    public HostActivitiesImpl(
            BuildHostConfig config,
            JobStore jobs,
            LogStore logs,
            ArtifactStore artifacts,
            SourceCheckout checkout,
            Sandbox sandbox,
            HeldSlots slots,
            BooleanSupplier draining)
            throws IOException {
        this.config = config;
        this.jobs = jobs;
        this.logs = logs;
        this.artifacts = artifacts;
        this.slots = slots;
        this.steps = new RunningSteps(slots);
        this.step = new BuildStep(checkout, sandbox, config.limits());
        this.draining = draining;
        this.checkout = checkout;
        this.disk = new DiskSpace(config.workDir());
        Files.createDirectories(Workspace.parent(config.workDir()));
    }

    @Override
    public BuildOutput build(ClaimedJob job) {
        try (RunningSteps.Step running = steps.begin(job.lease())) {
            Ownership ownership = ownership(job, JobStage.BUILDING, running);
            ownership.confirm();
            return build(job, ownership);
        }
    }

    private BuildOutput build(ClaimedJob job, Ownership ownership) {
        Workspace workspace = Workspace.of(config.workDir(), job.lease());
        try {
            GivenSecrets secrets = GivenSecrets.read(config.secrets(), job.app());
            workspace.create();
            long kept = job.limits().orElse(JobLimits.NONE).output(config.logLimit());
            try (OutputFile log = new OutputFile(workspace.log(), kept, secrets.mask())) {
                shippers.computeIfAbsent(job.lease(), lease -> LogShipper.start(logs, lease, workspace.log()));
                return build(job, workspace, log, secrets, () -> ownership.check(length(log)));
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("cannot build {}", job.lease(), e);
            throw failed(unable(workspace, e), "");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ApplicationFailure.newNonRetryableFailure("the host is shutting down", FailureTypes.HOST_DRAINING);
        }
    }

    private BuildOutput build(
            ClaimedJob job, Workspace workspace, OutputFile log, GivenSecrets secrets, Sandbox.Watch watch)
            throws IOException, InterruptedException {
        try {
            return step.run(job, workspace, log, secrets, watch);
        } catch (BuildFault fault) {
            boolean full = disk.isFull();
            String tail = log.tail();
            String reason = secrets.mask().mask(full ? DiskSpace.FULL + " (" + fault.reason() + ")" : fault.reason());
            if (full) {
                // Else there is no room for the last line, nor for the next build.
                free(workspace);
            }
            log.line(reason);
            throw failed(reason, tail);
        } catch (ApplicationFailure ended) {
            note(log, ended.getOriginalMessage());
            throw ended;
        } catch (IOException e) {
            throw new IOException(secrets.mask().mask(String.valueOf(e.getMessage())), e);
        }
    }

    /** Why a build ends is decided: that its log has no room for it changes nothing. */
    private static void note(OutputFile log, String why) {
        try {
            log.line(why);
        } catch (IOException e) {
            LOG.warn("not in the log: {}", why, e);
        }
    }

    /** Why this host cannot; what a full disk was filled with is deleted at once. */
    private String unable(Workspace workspace, Exception e) {
        if (!disk.isFull() && !DiskSpace.isFull(e)) {
            return new BuildFault("this host cannot build: " + e).reason();
        }
        free(workspace);
        return DiskSpace.FULL;
    }

    private void free(Workspace workspace) {
        try {
            workspace.deleteSource();
            checkout.freeSpace();
        } catch (IOException e) {
            LOG.warn("cannot free the space of {} yet", workspace, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ApplicationFailure failed(String reason, String tail) {
        return ApplicationFailure.newNonRetryableFailure(reason, FailureTypes.BUILD_FAILED, tail);
    }

    private static long length(OutputFile log) {
        try {
            return log.length();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Artifact upload(ClaimedJob job, BuildOutput output) {
        try (RunningSteps.Step running = steps.begin(job.lease())) {
            Ownership ownership = ownership(job, JobStage.UPLOADING, running);
            ownership.confirm();
            Path file = Path.of(output.path());
            requireBuilt(job, file, output.size());
            return artifacts.upload(file, job.lease(), (bytes, total) -> ownership.check(bytes));
        }
    }

    private void requireBuilt(ClaimedJob job, Path file, long size) {
        Path built = Workspace.of(config.workDir(), job.lease()).artifact();
        try {
            if (file.equals(built)
                    && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                    && Files.size(file) == size) {
                return;
            }
        } catch (IOException gone) {
            LOG.warn("the artifact of {} cannot be read", job.lease(), gone);
        }
        throw ApplicationFailure.newNonRetryableFailure(
                "the host no longer has the artifact of " + job.lease(), FailureTypes.ARTIFACT_LOST);
    }

    @Override
    public void releaseHost(ClaimedJob job) {
        release(job.lease());
    }

    /** Those at work in this process. */
    RunningSteps steps() {
        return steps;
    }

    /**
     * Ends what is still at work for the lease, stores the log, deletes the workspace, frees the slot. The slot is freed even if
     * the log must wait for the store.
     *
     * @throws IllegalStateException if a step does not end; its slot stays held
     */
    void release(Lease lease) {
        endStep(lease);
        try {
            finishLog(lease);
            artifacts.discard(lease);
            Workspace.of(config.workDir(), lease).delete();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot release " + lease, e);
        } finally {
            steps.forget(lease);
            slots.release(lease);
        }
    }

    private void endStep(Lease lease) {
        try {
            if (!steps.end(lease, STEP_ENDS)) {
                throw new IllegalStateException("the step of " + lease + " does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted before the step of " + lease + " ended", e);
        }
    }

    private void finishLog(Lease lease) throws IOException {
        Path log = Workspace.of(config.workDir(), lease).log();
        if (Files.exists(log)) {
            shippers.computeIfAbsent(lease, l -> LogShipper.start(logs, l, log)).finish();
        }
        shippers.remove(lease);
    }

    private Ownership ownership(ClaimedJob job, JobStage stage, RunningSteps.Step step) {
        return new Ownership(
                jobs, job.lease(), stage, config.heartBeatInterval(), Activity.getExecutionContext(), step, draining);
    }
}
