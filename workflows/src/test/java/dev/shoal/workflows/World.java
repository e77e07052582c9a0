package dev.shoal.workflows;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.HostId;
import dev.shoal.model.InfoHash;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import dev.shoal.model.ReleaseStatus;
import dev.shoal.model.Seq;
import dev.shoal.model.gate.Completeness;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.JobSource;
import io.temporal.activity.Activity;
import io.temporal.client.ActivityCanceledException;
import io.temporal.failure.ApplicationErrorCategory;
import io.temporal.failure.ApplicationFailure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The outside of the workflows: every activity by hand. Each does the ordinary thing unless a test has scripted the next calls of
 * its step. Thread-safe by one lock where it matters: scripts and the journal.
 */
final class World implements ClaimActivities, HostActivities, JobActivities, ReplicationActivities, ReleaseActivities {
    static final RegionName EU = new RegionName("eu");
    static final RegionName US = new RegionName("us");
    static final RegionName AP = new RegionName("ap");
    static final Activation ACTIVATION = Activation.ofFile("app.bin");
    static final BuildName BUILD = new BuildName("hello-7");
    static final Artifact ARTIFACT =
            new Artifact(new Digest("a".repeat(64)), 1000, new InfoHash("b".repeat(40)), 1 << 18);
    static final ReleaseId RELEASE = new ReleaseId(3);

    /** What happens instead of the ordinary thing; it may throw. */
    interface Script {
        void play() throws Exception;
    }

    private final List<String> journal = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Deque<Script>> scripts = new HashMap<>();
    private final Deque<String> hosts = new ArrayDeque<>(List.of("h1"));
    private Runnable cancel = () -> {};
    boolean queueEmpty;
    boolean gone;
    boolean release;
    Completeness policy = Completeness.ALL;
    ReleaseStatus rowStatus = ReleaseStatus.PENDING;
    final Deque<Progress> progress = new ArrayDeque<>();

    /** The hosts of the successive claims; the last one takes all that follow. */
    World claimedBy(String... names) {
        hosts.clear();
        hosts.addAll(List.of(names));
        return this;
    }

    /** Scripts the next call of a step. */
    synchronized World on(String step, Script script) {
        scripts.computeIfAbsent(step, s -> new ArrayDeque<>()).add(script);
        return this;
    }

    World onCancel(Runnable how) {
        cancel = how;
        return this;
    }

    /** A script that cancels the workflow and then behaves as a step that heartbeats and stops when told to. */
    void cancelAndHeartbeat() {
        cancel.run();
        heartbeat();
    }

    /** A script that cancels the workflow, waits until the cancel has got here, and completes all the same. */
    void cancelAndComplete() {
        cancel.run();
        try {
            heartbeat();
        } catch (ActivityCanceledException seen) {
            // The step had its effect already.
        }
    }

    /** A script that heartbeats until it is cancelled. */
    void heartbeat() {
        for (int beat = 0; beat < 500; beat++) {
            Activity.getExecutionContext().heartbeat(beat);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
        throw new AssertionError("the cancel was not seen within 10 s");
    }

    /** A script that waits until these have been entered. */
    void awaitEntered(String... entries) {
        for (int i = 0; i < 500 && !journal.containsAll(List.of(entries)); i++) {
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }

    static Script failing(String type, String message, Object... details) {
        return () -> {
            throw ApplicationFailure.newNonRetryableFailure(message, type, details);
        };
    }

    List<String> journal() {
        return List.copyOf(journal);
    }

    private void enter(String step, String entry) {
        journal.add(entry);
        Script script;
        synchronized (this) {
            Deque<Script> next = scripts.get(step);
            script = next == null ? null : next.poll();
        }
        if (script != null) {
            try {
                script.play();
            } catch (RuntimeException e) {
                throw e;
            } catch (Exception e) {
                throw Activity.wrap(e);
            }
        }
    }

    @Override
    public ClaimResult claimJob(ClaimRequest request) {
        int attempt = request.again().map(a -> a.lostAttempt() + 1).orElse(1);
        enter(
                "claim",
                "claim "
                        + request.again()
                                .map(a -> "again after " + a.lostAttempt())
                                .orElse("first"));
        if (queueEmpty || (gone && request.again().isPresent())) {
            return new ClaimResult(Optional.empty());
        }
        String host = hosts.size() > 1 ? hosts.remove() : hosts.element();
        return new ClaimResult(Optional.of(job(attempt, host)));
    }

    ClaimedJob job(int attempt, String host) {
        return new ClaimedJob(
                new JobId(7),
                attempt,
                new AppName("hello"),
                new HostId(host),
                new JobSource.Directory("/src"),
                100,
                release,
                List.of(),
                "ann",
                policy,
                Optional.empty());
    }

    @Override
    public BuildOutput build(ClaimedJob job) {
        enter("build", "build " + job.attempt() + " on " + job.host());
        return new BuildOutput("/work/7/app.bin", 1000, ACTIVATION);
    }

    @Override
    public Artifact upload(ClaimedJob job, BuildOutput output) {
        enter("upload", "upload " + job.attempt() + " on " + job.host());
        return ARTIFACT;
    }

    @Override
    public void releaseHost(ClaimedJob job) {
        enter("releaseHost", "free " + job.host());
    }

    @Override
    public void attemptLost(Lease lease, String reason) {
        enter("attemptLost", "lost " + lease.attempt() + ": " + reason);
    }

    @Override
    public void failJob(Lease lease, String reason, Optional<String> logTail) {
        enter(
                "fail",
                "failed " + lease + ": " + reason
                        + logTail.map(tail -> " | " + tail).orElse(""));
    }

    @Override
    public void stopJob(Lease lease, String reason) {
        enter("stop", "stopped " + lease + ": " + reason);
    }

    @Override
    public RecordedBuild recordBuild(
            ClaimedJob job, Artifact artifact, Activation activation, @Nullable BuildOrigin origin) {
        enter("record", "record");
        return new RecordedBuild(BUILD, List.of(EU, US, AP));
    }

    @Override
    public void succeedJob(Lease lease) {
        enter("succeed", "success " + lease);
    }

    @Override
    public ReleaseId createRelease(ClaimedJob job, BuildName build) {
        enter("createRelease", "create release");
        return RELEASE;
    }

    @Override
    public void replicate(BuildName build, RegionName region) {
        enter("replicate " + region, "copy to " + region);
    }

    @Override
    public void awaitReplication(BuildName build, RegionName region) {
        enter("await " + region, "verify " + region);
    }

    /** A script for a region that never gets there. */
    World neverReplicates(RegionName region) {
        // The policy's 2 s would be ten thousand rounds of the test server.
        return notYet("await " + region, 100, Duration.ofMinutes(30));
    }

    /** A script for a step that says so many times that it is to be called again after a while. */
    World notYet(String step, int times, Duration retryAfter) {
        for (int i = 0; i < times; i++) {
            on(step, () -> {
                throw ApplicationFailure.newBuilder()
                        .setMessage("not there yet")
                        .setType("NotYet")
                        .setNextRetryDelay(retryAfter)
                        .setCategory(ApplicationErrorCategory.BENIGN)
                        .build();
            });
        }
        return this;
    }

    @Override
    public void replicationFailed(BuildName build, RegionName region, String reason) {
        enter("replicationFailed", "gave up " + region + ": " + reason);
    }

    @Override
    public Release loadRelease(ReleaseId id) {
        enter("load", "load release");
        return row(rowStatus, Optional.empty());
    }

    @Override
    public Release publishPointer(ReleaseId id) {
        enter("publish", "publish");
        return row(ReleaseStatus.ROLLING, Optional.empty());
    }

    @Override
    public Progress observe(ReleaseId id) {
        enter("observe", "observe");
        Progress next = progress.poll();
        return next == null ? new Progress(12, 12, true, ReleaseStatus.SUCCESS, Optional.empty()) : next;
    }

    @Override
    public Release finishRelease(ReleaseId id, ReleaseStatus status, Optional<String> reason) {
        enter("finish", "release " + status.wire() + reason.map(r -> ": " + r).orElse(""));
        return row(status, reason);
    }

    private static Release row(ReleaseStatus status, Optional<String> reason) {
        return new Release(
                RELEASE,
                new AppName("hello"),
                new Seq(5),
                BUILD,
                status,
                List.of(EU, US, AP),
                Optional.empty(),
                Instant.EPOCH,
                Optional.empty(),
                Optional.empty(),
                12,
                12,
                Map.of(),
                reason,
                ReleaseWorkflow.workflowId(RELEASE),
                "ann");
    }
}
