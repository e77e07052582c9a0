package dev.shoal.activities.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.shoal.activities.sandbox.BuildLimits;
import dev.shoal.activities.sandbox.Sandbox;
import dev.shoal.activities.sandbox.SourceCheckout;
import dev.shoal.activities.testkit.MemoryArtifactStore;
import dev.shoal.activities.testkit.MemoryJobStore;
import dev.shoal.activities.testkit.MemoryLogStore;
import dev.shoal.activities.testkit.MemorySourceStore;
import dev.shoal.model.AppName;
import dev.shoal.model.Digest;
import dev.shoal.model.HostId;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobLimits;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.json.Json;
import dev.shoal.workflows.ClaimActivities;
import dev.shoal.workflows.ClaimActivities.ClaimRequest;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.HostActivities;
import dev.shoal.workflows.HostActivities.BuildOutput;
import dev.shoal.workflows.ShoalDataConverter;
import io.temporal.client.WorkflowClientOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestActivityEnvironment;
import io.temporal.testing.TestEnvironmentOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** One real build host on ports in memory, driven as its worker drives it. Used by one test. */
final class BuildHost implements AutoCloseable {
    /** How much of a build's output this host keeps, in bytes. */
    static final int LOG_LIMIT = 1 << 20;

    /** More than a test's shell commands need. */
    private static final BuildLimits LIMITS =
            new BuildLimits(OptionalLong.of(256L << 20), OptionalInt.of(512), OptionalInt.empty());

    private static final AppName APP = new AppName("hello");
    private static final HostId HOST = new HostId("build-1");
    private static final int SLOTS = 4;

    private final MemoryJobStore jobs = new MemoryJobStore();
    private final MemoryLogStore logs = new MemoryLogStore();
    private final MemorySourceStore sources = new MemorySourceStore();
    private final MemoryArtifactStore artifacts = new MemoryArtifactStore();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final AtomicInteger temporalBeats = new AtomicInteger();
    private final AtomicInteger sourceNumber = new AtomicInteger();
    private final AtomicBoolean draining = new AtomicBoolean();
    private final MemorySlots slots = new MemorySlots();
    private final TestActivityEnvironment temporal;
    private final Path directory;
    private final Path workDir;
    private final Sandbox sandbox;
    private final HostActivitiesImpl steps;
    private final SlotJanitor janitor;

    BuildHost(Path directory) throws IOException {
        this(directory, List.of());
    }

    BuildHost(Path directory, List<BuildSecret> secrets) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.workDir = Files.createDirectories(directory.resolve("work"));
        this.temporal = TestActivityEnvironment.newInstance(TestEnvironmentOptions.newBuilder()
                .setWorkflowClientOptions(WorkflowClientOptions.newBuilder()
                        .setDataConverter(ShoalDataConverter.create())
                        .build())
                .build());
        this.sandbox = new Sandbox(workDir);
        BuildHostConfig config =
                new BuildHostConfig(HOST, SLOTS, workDir, Duration.ofMillis(300), LOG_LIMIT, LIMITS, secrets);
        this.steps = new HostActivitiesImpl(
                config,
                jobs,
                logs,
                artifacts,
                new SourceCheckout(sandbox, sources, workDir.resolve("mirrors")),
                sandbox,
                slots,
                draining::get);
        this.janitor = new SlotJanitor(jobs, config, slots, steps);
        temporal.registerActivitiesImplementations(new ClaimActivitiesImpl(jobs, HOST, slots), steps);
        temporal.setActivityHeartbeatListener(Object.class, beat -> temporalBeats.incrementAndGet());
    }

    int slotsInUse() {
        return slots.held().size();
    }

    SlotJanitor janitor() {
        return janitor;
    }

    /** The process was asked to end. */
    void drain() {
        draining.set(true);
    }

    MemoryJobStore jobs() {
        return jobs;
    }

    MemoryLogStore logs() {
        return logs;
    }

    MemoryArtifactStore artifacts() {
        return artifacts;
    }

    int temporalBeats() {
        return temporalBeats.get();
    }

    void cancelInTemporal() {
        temporal.requestCancelActivity();
    }

    /** A directory whose {@code shoal.yaml} says this. */
    JobSource source(String mark, String command, String artifact, String timeLimit) {
        try {
            Path source = Files.createDirectories(directory.resolve("source-" + sourceNumber.incrementAndGet()));
            String[] variable = mark.split("=", 2);
            // JSON is YAML.
            Files.writeString(
                    source.resolve("shoal.yaml"),
                    Json.text(Map.of(
                            "app",
                            APP,
                            "build",
                            Map.of(
                                    "command",
                                    command,
                                    "artifact",
                                    artifact,
                                    "time_limit",
                                    timeLimit,
                                    "env",
                                    Map.of(variable[0], variable[1])))));
            return new JobSource.Directory(source.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JobSource upload(byte[] tarball) {
        return new JobSource.Tarball(sources.put(tarball));
    }

    /** The same job with limits of its own. */
    static ClaimedJob limited(ClaimedJob job, JobLimits limits) {
        return new ClaimedJob(
                job.id(),
                job.attempt(),
                job.app(),
                job.host(),
                job.source(),
                job.priority(),
                job.release(),
                job.regions(),
                job.submittedBy(),
                job.policy(),
                Optional.of(limits));
    }

    /** Submits a job and claims it as the worker does. */
    ClaimedJob claim(JobSource source) {
        Job job = jobs.queued(APP, source);
        return stub(ClaimActivities.class)
                .claimJob(new ClaimRequest("ticket-" + job.id(), Optional.empty()))
                .job()
                .orElseThrow();
    }

    BuildOutput build(ClaimedJob job) {
        return stub(HostActivities.class).build(job);
    }

    Building building(ClaimedJob job) {
        return new Building(job, threads.submit(() -> build(job)));
    }

    Artifact upload(ClaimedJob job, BuildOutput output) {
        return stub(HostActivities.class).upload(job, output);
    }

    Building uploading(ClaimedJob job, BuildOutput output) {
        return new Building(job, threads.submit(() -> {
            upload(job, output);
            return output;
        }));
    }

    /** While another step runs: the test environment lets one activity in at a time. */
    void releaseMeanwhile(ClaimedJob job) {
        steps.releaseHost(job);
    }

    void release(ClaimedJob job) {
        stub(HostActivities.class).releaseHost(job);
    }

    /** Builds, expects this type of failure, and releases the host. */
    Failure expectFailure(JobSource source, String type) {
        ClaimedJob job = claim(source);
        Failure failure = building(job).expectFailure(type);
        release(job);
        return failure;
    }

    String uploaded(Digest digest) {
        return new String(artifacts.bytes(digest), StandardCharsets.UTF_8);
    }

    List<Path> workspaces() {
        try (Stream<Path> jobDirectories = Files.list(workDir.resolve("jobs"))) {
            return jobDirectories.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        temporal.close();
        sandbox.close();
        threads.shutdownNow();
    }

    private <T> T stub(Class<T> activities) {
        return temporal.newActivityStub(activities);
    }

    /** A step that runs. */
    record Building(ClaimedJob job, Future<BuildOutput> result) {
        /** Its result. */
        BuildOutput end() {
            try {
                return result.get(60, TimeUnit.SECONDS);
            } catch (InterruptedException | ExecutionException | TimeoutException e) {
                throw new AssertionError("the step did not succeed", e);
            }
        }

        Failure expectFailure(String type) {
            Throwable cause = expectAnyFailure();
            assertThat(cause).isInstanceOf(ApplicationFailure.class);
            ApplicationFailure failure = (ApplicationFailure) cause;
            assertThat(failure.getType()).as(failure.getMessage()).isEqualTo(type);
            assertThat(failure.isNonRetryable()).isTrue();
            return new Failure(failure);
        }

        Throwable expectAnyFailure() {
            ExecutionException failure =
                    catchThrowableOfType(ExecutionException.class, () -> result.get(30, TimeUnit.SECONDS));
            assertThat(failure).as("failure of the step").isNotNull();
            Throwable cause = failure.getCause();
            return cause instanceof ActivityFailure activity ? activity.getCause() : cause;
        }
    }

    /** What the workflow hears. */
    record Failure(ApplicationFailure failure) {
        Failure hasOneLineWith(String... words) {
            assertThat(failure.getOriginalMessage()).contains(words);
            assertThat(failure.getOriginalMessage().lines()).hasSize(1);
            assertThat(failure.getOriginalMessage()).hasSizeLessThan(500);
            return this;
        }

        void hasLogTail(Consumer<String> expectation) {
            assertThat(failure.getDetails().getSize()).isPositive();
            expectation.accept(failure.getDetails().get(0, String.class));
        }
    }
}
