package dev.shoal.simulation.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.AppName;
import dev.shoal.model.JobId;
import dev.shoal.model.gate.BuildStatus;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.simulation.arrivals.ArrivalPlan;
import dev.shoal.simulation.arrivals.Programs;
import dev.shoal.simulation.arrivals.Submissions;
import dev.shoal.simulation.chaos.Chaos;
import dev.shoal.simulation.chaos.ChaosOptions;
import dev.shoal.simulation.chaos.ChaosReport;
import dev.shoal.simulation.stack.ShoalClient;
import dev.shoal.simulation.stack.Signals;
import dev.shoal.workflows.client.TemporalClients;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Cancels at each stage, lost workflows, frozen hosts and chaos, on one stack of two regions. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RecoveryDrillTest {
    private static final int SLOTS = 4;
    private static final String ENDLESS = "while true; do echo at $SHOAL_ATTEMPT; sleep 1; done";

    private static Path directory;
    private static Stack stack;

    @RegisterExtension
    static final StackLogs LOGS = new StackLogs(() -> stack);

    private static Signals signals;

    @BeforeAll
    static void start(@TempDir Path dir) throws IOException {
        directory = dir.toRealPath();
        stack = new Stack(dir);
        stack.up("--regions", "2", "--machines", "1", "--build-hosts", "2", "--slots", "2");
        signals = new Signals(directory);
    }

    @AfterAll
    static void stop() {
        stack.close();
        assertThat(stack.survivors()).isEmpty();
    }

    @Test
    @Order(1)
    void aHostThatFreezesLosesItsJobAndChangesNothingWhenItComesBack() {
        Job first = building("frozen", ENDLESS);
        String host = first.host().orElseThrow().value();

        List<ProcessHandle> frozen = signals.freeze(host);
        Job second;
        try {
            second = await(first.id(), job -> job.attempt() > 1);
            await(first.id(), job -> printed(second, "at " + second.attempt()));
        } finally {
            signals.thaw(frozen);
        }

        within(60).until(() -> processesOf(first).isEmpty());
        Job now = stack.client().job(first.id());
        assertThat(now.attempt()).isEqualTo(second.attempt());
        assertThat(now.status()).isEqualTo(JobStatus.RUNNING);
        assertThat(printed(second, "at " + first.attempt())).isFalse();
        assertStopped(cancelled(first.id()));
    }

    @Test
    @Order(2)
    void aJobWhoseWorkflowIsTerminatedFailsSoonWithTheReasonAndCanBeRetried() {
        Job job = building("terminated", ENDLESS);

        try (TemporalClients temporal = TemporalClients.of(stack.file().temporal(), "default", "drill")) {
            temporal.workflowClient()
                    .newUntypedWorkflowStub(job.workflowId().orElseThrow())
                    .terminate("by the drill");
        }

        Job failed = await(job.id(), j -> j.status().isFinal());
        assertThat(failed.status()).isEqualTo(JobStatus.FAILED);
        assertThat(failed.reason().orElseThrow()).contains("TERMINATED");
        within(60).until(() -> processesOf(job).isEmpty());
        Job retry = stack.client()
                .call("POST", "/jobs/" + job.id() + "/retry", Optional.empty(), Optional.empty())
                .as(Job.class);
        assertThat(retry.retryOf()).contains(job.id());
        await(retry.id(), j -> j.status() == JobStatus.RUNNING);
        assertStopped(cancelled(retry.id()));
    }

    @Test
    @Order(3)
    void aCancelStopsAQueuedJobAndFourBuildingOnes() {
        List<Job> building = IntStream.range(0, SLOTS)
                .mapToObj(i -> building("cancel-" + i, ENDLESS))
                .toList();
        Job queued = stack.submit("cancel-queued", stack.program("cancel-queued", "true", "out"), true);
        assertThat(stack.client().job(queued.id()).status()).isEqualTo(JobStatus.QUEUED);

        assertStopped(cancelled(queued.id()));
        building.forEach(job -> stack.client().cancel(job.id()));

        building.forEach(job -> assertStopped(await(job.id(), j -> j.status().isFinal())));
        building.forEach(job -> within(30).until(() -> processesOf(job).isEmpty()));
    }

    @Test
    @Order(4)
    void aCancelStopsACheckoutThatGetsNoAnswer() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            JobSource source = new JobSource.Git("http://127.0.0.1:" + silent.getLocalPort() + "/silent.git", "main");
            Job job = stack.submit("cancel-checkout", source, true);
            silent.setSoTimeout(120_000);
            try (var connection = silent.accept()) {
                assertThat(connection.isConnected()).isTrue();
                assertStopped(cancelled(job.id()));
            }
            within(30).until(() -> processesOf(job).isEmpty());
        }
    }

    @Test
    @Order(5)
    void aCancelStopsAnUploadToAStoreThatDoesNotAnswer() {
        Job job = building("cancel-upload", "echo at 1; sleep 2; head -c 40M /dev/urandom > out");
        List<ProcessHandle> frozen = signals.freeze("s3-" + home());
        try {
            await(job.id(), j -> j.stage() == JobStage.UPLOADING);
            assertStopped(cancelled(job.id()));
        } finally {
            signals.thaw(frozen);
        }
        assertThat(builds("cancel-upload")).doesNotContain("cancel-upload-");
    }

    @Test
    @Order(6)
    void aCancelStopsACopyToARegionThatDoesNotAnswerAndWhatIsThereCannotBeReleased() {
        String away = stack.file().regions().get(1).name();
        Job job = building("cancel-copy", "echo at 1; sleep 2; head -c 40M /dev/urandom > out");
        List<ProcessHandle> frozen = signals.freeze("s3-" + away);
        try {
            await(job.id(), j -> j.stage() == JobStage.REPLICATING);
            assertThat(cancelled(job.id()).status()).isEqualTo(JobStatus.STOPPED);
        } finally {
            signals.thaw(frozen);
        }
        ShoalClient client = stack.client();
        client.job(job.id()).build().ifPresent(build -> {
            assertThat(client.build(build).status()).isNotEqualTo(BuildStatus.REPLICATED);
            assertThat(client.call(
                                    "POST",
                                    "/releases",
                                    Optional.of(java.util.Map.of("build", build.value())),
                                    Optional.empty())
                            .status())
                    .isEqualTo(409);
        });
    }

    @Test
    @Order(6)
    void aHostThatIsDeployedAnewLetsBuildsFinishAndHandsTheRestBack() {
        Job endless = building("handed-back", ENDLESS);
        List<Job> brief = IntStream.range(1, SLOTS)
                .mapToObj(i -> building("finishes-" + i, "echo at $SHOAL_ATTEMPT; sleep 8; echo done > out"))
                .toList();
        String host = endless.host().orElseThrow().value();

        assertThat(ProcessHandle.of(stack.file().process(host).pid())
                        .orElseThrow()
                        .destroy())
                .isTrue();

        Job elsewhere = await(endless.id(), job -> job.attempt() > 1 && printed(job, "at " + job.attempt()));
        String log = stack.client().log(endless.id(), endless.attempt());
        assertThat(log.lines().filter(line -> line.startsWith("shoal: ")))
                .last()
                .asString()
                .contains("the host is shutting down");
        assertThat(elsewhere.reason()).hasValueSatisfying(why -> assertThat(why).contains("the host is shutting down"));
        brief.forEach(job -> {
            Job ended = await(job.id(), j -> j.status().isFinal());
            assertThat(ended.status()).as("%s", ended).isEqualTo(JobStatus.SUCCESS);
            assertThat(ended.attempt()).isEqualTo(1);
        });
        within(60).until(() -> processesOf(endless).isEmpty());
        assertStopped(cancelled(endless.id()));
    }

    @Test
    @Order(7)
    void afterAllThatEverySlotStillWorks() {
        List<Job> jobs = IntStream.range(0, SLOTS)
                .mapToObj(i -> {
                    String app = "slot-" + i;
                    return stack.submit(app, stack.program(app, ENDLESS, "out"), false);
                })
                .toList();

        within(90)
                .until(() -> jobs.stream()
                        .allMatch(job -> stack.client().job(job.id()).status() == JobStatus.RUNNING));

        jobs.forEach(job -> stack.client().cancel(job.id()));
        jobs.forEach(job -> assertStopped(await(job.id(), j -> j.status().isFinal())));
    }

    @Test
    @Order(8)
    void aMinuteOfChaosCostsTimeAndNothingElse() throws IOException {
        ChaosOptions options =
                new ChaosOptions(Duration.ofSeconds(60), 7, Duration.ofSeconds(6), Duration.ofMinutes(4));
        Path sources = Files.createDirectories(directory.resolve("chaos"));
        Submissions submissions =
                new Submissions(stack.client(), ArrivalPlan.steady(30, 0.5, 5), Programs.mixed(sources, 3), 7);

        ChaosReport report =
                new Chaos(directory, options, System.err).run(submissions).report();

        assertThat(report.violations()).as(report.text()).isEmpty();
        assertThat(report.blows().values().stream().mapToInt(n -> n).sum()).isGreaterThan(4);
        assertThat(report.downloads()).isEqualTo(report.jobs().getOrDefault("success", 0) * 2);
        assertThat(report.jobs().keySet()).isSubsetOf("success", "stopped");
    }

    private static String home() {
        return stack.file().regions().getFirst().name();
    }

    private static String builds(String app) {
        return new String(stack.client().get("/builds?app=" + app).body(), StandardCharsets.UTF_8);
    }

    /** Submits it and waits for its first output. */
    private static Job building(String app, String command) {
        Job job = stack.submit(app, stack.program(app, command, "out"), false);
        return await(job.id(), j -> j.status() == JobStatus.RUNNING && printed(j, "at " + j.attempt()));
    }

    private static boolean printed(Job job, String line) {
        return stack.client().log(job.id(), job.attempt()).lines().anyMatch(line::equals);
    }

    private static Job cancelled(JobId id) {
        stack.client().cancel(id);
        return await(id, job -> job.status().isFinal());
    }

    private static void assertStopped(Job job) {
        assertThat(job.status()).as("%s", job).isEqualTo(JobStatus.STOPPED);
        assertThat(job.build()).isEmpty();
        assertThat(stack.client().releases(new AppName(job.name().value()))).isEmpty();
    }

    private static Job await(JobId id, Predicate<Job> condition) {
        return within(120)
                .until(() -> stack.job(id), job -> job.filter(condition).isPresent())
                .orElseThrow();
    }

    /** Processes with the environment that a build of this attempt has. */
    private static List<String> processesOf(Job job) throws IOException {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                String environment = "\0" + read(process.resolve("environ"));
                if (environment.contains("\0SHOAL_JOB_ID=" + job.id() + "\0")
                        && environment.contains("\0SHOAL_ATTEMPT=" + job.attempt() + "\0")
                        && environment.contains("\0TMPDIR=" + directory)) {
                    found.add(process.getFileName().toString());
                }
            }
        }
        return found;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    private static ConditionFactory within(int seconds) {
        return org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(seconds))
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptionsMatching(
                        e -> e instanceof ShoalClient.ApiException || e instanceof java.io.UncheckedIOException);
    }
}
