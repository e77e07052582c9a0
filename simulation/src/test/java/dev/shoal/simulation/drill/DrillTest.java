package dev.shoal.simulation.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseStatus;
import dev.shoal.model.gate.BuildStatus;
import dev.shoal.model.gate.Replica;
import dev.shoal.model.gate.ReplicaStatus;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.model.report.AppState;
import dev.shoal.simulation.chaos.RegionObjects;
import dev.shoal.simulation.stack.ShoalClient;
import dev.shoal.simulation.stack.ShoalClient.Answer;
import dev.shoal.simulation.stack.ShoalClient.MachineView;
import dev.shoal.simulation.stack.StackFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** One stack of two regions for all drills; the last ones end it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DrillTest {
    private static final int MACHINES = 4;

    /** So sharp that it deletes in all drills; the last one looks at what. */
    private static final String RETENTION =
            "keep_builds=1,rollback_window=2,log_age=5s,job_age=60s,grace=5s,interval=2s";

    private static Stack stack;

    /** A job of an earlier drill: its row and log are old by the last one. */
    private static Optional<JobId> failed = Optional.empty();

    @RegisterExtension
    static final StackLogs LOGS = new StackLogs(() -> stack);

    @BeforeAll
    static void start(@TempDir Path dir) throws IOException {
        stack = new Stack(dir);
        stack.up("--regions", "2", "--machines", "2", "--retention", RETENTION);
        within(60)
                .until(() -> stack.client().machines().stream()
                                .filter(MachineView::live)
                                .count()
                        == MACHINES);
    }

    @AfterAll
    static void stop() {
        stack.close();
        assertThat(stack.survivors()).isEmpty();
    }

    @Test
    @Order(1)
    void shipsABuildToEveryMachine() {
        Job job = stack.submit("first", stack.program("first", "echo one > out", "out"), true);

        Build build =
                stack.client().build(ended(job.id(), JobStatus.SUCCESS).build().orElseThrow());

        assertThat(build.status()).isEqualTo(BuildStatus.REPLICATED);
        assertThat(build.replicas())
                .hasSize(2)
                .allSatisfy(r -> assertThat(r.evidence()).isPresent());
        assertThat(released("first", build.name()).machinesOk()).isEqualTo(MACHINES);
    }

    @Test
    @Order(2)
    void finishesOnAnotherHostWhenTheBuildHostIsKilled() {
        Job job = stack.submit("killed-host", stack.program("killed-host", "sleep 8; echo built > out", "out"), false);
        Job building = running(job.id());

        stack.kill(building.host().orElseThrow().value());

        Job done = ended(job.id(), JobStatus.SUCCESS);
        assertThat(done.attempt()).isEqualTo(2);
        assertThat(stack.client().build(done.build().orElseThrow()).status()).isEqualTo(BuildStatus.REPLICATED);
    }

    @Test
    @Order(3)
    void saysWhatIsWrongWithABuildAndUploadsNothing() {
        assertFailed(
                "bad-ref", new JobSource.Git(stack.file().machines().getFirst().dataDir() + "/none", "main"), "clone");
        assertFailed(
                "escaping", stack.program("escaping", "echo x > ../escaped", "../escaped"), "leaves the workspace");
        assertFailed("missing", stack.program("missing", "true", "out"), "was not produced");
        Job failed =
                assertFailed("failing", stack.program("failing", "echo the last words; exit 7", "out"), "exit code 7");
        assertThat(failed.logTail().orElseThrow()).contains("the last words");
        DrillTest.failed = Optional.of(failed.id());
    }

    @Test
    @Order(4)
    void answersBadRequestsWithAProblemAndChangesNothing() {
        ShoalClient client = stack.client();
        ShoalClient stranger = new ShoalClient(stack.file().api(), "no-such-token");
        JobSource source = stack.program("idem", "echo x > out", "out");

        assertThat(stranger.call("GET", "/jobs", Optional.empty(), Optional.empty())
                        .status())
                .isEqualTo(401);
        assertProblem(client.call("POST", "/apps/unknown-app/rollback", Optional.of(Map.of()), Optional.empty()), 404);
        assertProblem(
                client.call("POST", "/releases", Optional.of(Map.of("build", "nothing-1")), Optional.empty()), 404);
        assertProblem(
                client.call("POST", "/jobs", Optional.of(Map.of("app", "x".repeat(80 << 10))), Optional.empty()), 413);
        Job once = client.submit(Stack.request("idem", source, false), Optional.of("key-1"));
        Job twice = client.submit(Stack.request("idem", source, false), Optional.of("key-1"));
        assertThat(twice.id()).isEqualTo(once.id());
        assertProblem(
                client.call("POST", "/jobs", Optional.of(Stack.request("idem", source, true)), Optional.of("key-1")),
                409);
    }

    @Test
    @Order(5)
    void machinesIgnoreForgedAndOlderPointersAndSaySo() throws Exception {
        StackFile.Region region = stack.file().regions().getFirst();
        URI key = region.consul().resolve("/v1/kv/shoal/apps/first/version");
        String signed = consul(region, "GET", URI.create(key + "?raw"), "");
        consul(region, "PUT", key, "{\"b_v\":\"evil-1\",\"seq\":99}");

        within(30)
                .until(() -> stack.client().machines().stream()
                        .filter(m -> m.region().equals(region.name()))
                        .allMatch(m -> m.refused().values().stream().anyMatch(n -> n > 0)));
        within(10)
                .until(() -> consul(region, "GET", URI.create(key + "?raw"), "").equals(signed));
        assertThat(stack.client().machines())
                .allSatisfy(m -> assertThat(m.apps())
                        .filteredOn(a -> a.app().equals(new AppName("first")))
                        .allSatisfy(a -> assertThat(a.state()).isEqualTo(AppState.HEALTHY)));
    }

    @Test
    @Order(6)
    void releasesWhileOneRegionAgentIsDeadAndAMachineAgentDiesInMidDownload() {
        String region = stack.file().regions().getFirst().name();
        JobSource source = stack.program("large", "head -c 150M /dev/urandom > out", "out");
        Job job = stack.submit("large", source, true);
        BuildName build = ended(job.id(), JobStatus.SUCCESS).build().orElseThrow();
        within(60)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> states("large").anyMatch(s -> s != AppState.SEEN));

        stack.kill(region + "-machines");
        stack.kill(region + "-agent-1");

        assertThat(released("large", build).machinesOk()).isEqualTo(MACHINES);
    }

    @Test
    @Order(7)
    void runsAJobWhoseTicketWasNeverStarted() throws Exception {
        stack.signal("temporal", "STOP");
        Job job;
        try {
            JobSource source = stack.program("orphan", "echo x > out", "out");
            job = stack.client().submit(Stack.request("orphan", source, false), Optional.of("orphan-1"));
            stack.kill("api");
        } finally {
            stack.signal("temporal", "CONT");
        }

        ended(job.id(), JobStatus.SUCCESS);
    }

    @Test
    @Order(8)
    void survivesTheDeathOfTemporalAndOfPostgresInMidBuild() {
        Job job = stack.submit("outage", stack.program("outage", "sleep 8; echo x > out", "out"), false);
        running(job.id());

        stack.kill("temporal");
        stack.kill("postgres");

        ended(job.id(), JobStatus.SUCCESS);
    }

    @Test
    @Order(9)
    void leavesNothingBehindWhenItsSupervisorIsKilledAndGoesOnWhereItWas() {
        Job building = stack.submit("resumed", stack.program("resumed", "sleep 5; echo x > out", "out"), false);
        running(building.id());
        long supervisor = stack.file().supervisorPid();

        ProcessHandle.of(supervisor).orElseThrow().destroyForcibly();

        within(15).until(() -> stack.survivors().isEmpty());
        stack.up();
        ended(building.id(), JobStatus.SUCCESS);
        assertThat(stack.client().machines()).hasSize(MACHINES);
    }

    @Test
    @Order(10)
    void replicatesAndReleasesWhileOneRegionsS3FailsAndTheOthersIsCutOff() {
        String home = stack.file().regions().get(0).name();
        String other = stack.file().regions().get(1).name();
        stack.chaos(home, "--error-rate", "0.2", "--cut-rate", "0.02", "--seed", "7");
        stack.chaos(other, "--refuse");

        Job job = stack.submit("chaos", stack.program("chaos", "head -c 40M /dev/urandom > out", "out"), false);
        Build lagging = within(180)
                .until(
                        () -> stack.job(job.id()).flatMap(Job::build).map(stack.client()::build),
                        build -> build.filter(b -> replica(b, home).status() == ReplicaStatus.COMPLETE
                                        && replica(b, other)
                                                .reason()
                                                .filter(reason -> reason.contains("away since"))
                                                .isPresent())
                                .isPresent())
                .orElseThrow();
        assertThat(stack.job(job.id()).orElseThrow().status()).isEqualTo(JobStatus.RUNNING);
        assertProblem(release(lagging.name(), "all"), 409);
        assertThat(release(lagging.name(), "all-but-1").status()).isEqualTo(201);
        Release first = within(120)
                .until(
                        () -> stack.client().releases(new AppName("chaos")).getFirst(),
                        r -> r.status().isFinal());
        assertThat(first.status()).as("%s", first).isEqualTo(ReleaseStatus.SUCCESS);
        assertThat(first.regions()).extracting(RegionName::value).containsExactly(home);

        stack.chaos(other, "--clear");

        Build complete =
                stack.client().build(ended(job.id(), JobStatus.SUCCESS).build().orElseThrow());
        assertThat(complete.replicas())
                .allSatisfy(r ->
                        assertThat(r.evidence().orElseThrow().checkedRanges()).isNotEmpty());
        assertThat(release(complete.name(), "all").status()).isEqualTo(201);
        assertThat(released("chaos", complete.name()).machinesOk()).isEqualTo(MACHINES);
        stack.chaos(home, "--clear");
    }

    @Test
    @Order(11)
    void retentionDeletesInEveryRegionWhatNothingNeedsAndNothingElse() {
        ShoalClient client = stack.client();
        JobId unsuccessful = failed.orElseGet(() -> ended(
                        stack.submit("kept", stack.program("kept", "exit 1", "out"), false)
                                .id(),
                        JobStatus.FAILED)
                .id());
        Build first = built("kept", "one", true);
        released("kept", first.name());
        Build unused = built("kept", "two", false);
        Build current = built("kept", "three", true);

        within(60).until(() -> client.build(unused.name()).status() == BuildStatus.FAILED);
        Answer refused = release(unused.name(), "all");
        assertProblem(refused, 409);
        assertThat(new String(refused.body(), StandardCharsets.UTF_8)).contains("retired", "retention");
        released("kept", current.name());
        try (RegionObjects objects = stack.objects()) {
            for (StackFile.Region region : stack.file().regions()) {
                within(60)
                        .until(() -> objects.keys(
                                        region.name(), unused.artifact().key())
                                .isEmpty());
                assertThat(objects.problem(first.artifact(), region.name())).isEmpty();
                assertThat(objects.problem(current.artifact(), region.name())).isEmpty();
            }
            String home = stack.file().homeRegion();
            within(60)
                    .until(() ->
                            objects.keys(home, "logs/" + unsuccessful + "/").isEmpty());
        }

        assertThat(client.rollback(new AppName("kept")).build()).isEqualTo(first.name());
        assertThat(released("kept", first.name()).machinesOk()).isEqualTo(MACHINES);
        within(120)
                .until(() -> client.call("GET", "/jobs/" + unsuccessful, Optional.empty(), Optional.empty())
                                .status()
                        == 404);
        assertThat(client.job(first.job()).status()).isEqualTo(JobStatus.SUCCESS);
    }

    private static Build built(String app, String content, boolean release) {
        Job job = stack.submit(app, stack.program(app, "echo " + content + " > out", "out"), release);
        return stack.client().build(ended(job.id(), JobStatus.SUCCESS).build().orElseThrow());
    }

    private static Answer release(BuildName build, String policy) {
        return stack.client()
                .call(
                        "POST",
                        "/releases",
                        Optional.of(Map.of("build", build.value(), "policy", policy)),
                        Optional.empty());
    }

    private static Replica replica(Build build, String region) {
        return build.replicas().stream()
                .filter(r -> r.region().value().equals(region))
                .findFirst()
                .orElseThrow();
    }

    private static Job assertFailed(String app, JobSource source, String reason) {
        Job job = ended(stack.submit(app, source, true).id(), JobStatus.FAILED);
        assertThat(job.reason().orElseThrow()).contains(reason);
        assertThat(job.build()).isEmpty();
        assertThat(stack.client().releases(new AppName(app))).isEmpty();
        return job;
    }

    private static void assertProblem(Answer answer, int status) {
        assertThat(answer.status()).isEqualTo(status);
        assertThat(new String(answer.body(), StandardCharsets.UTF_8)).contains("\"title\"", "\"detail\"");
    }

    private static Job running(JobId id) {
        return awaitJob(id, j -> j.status() == JobStatus.RUNNING && j.stage() == JobStage.BUILDING);
    }

    private static Job ended(JobId id, JobStatus status) {
        Job job = awaitJob(id, j -> j.status().isFinal());
        assertThat(job.status()).as("%s", job).isEqualTo(status);
        return job;
    }

    private static Job awaitJob(JobId id, Predicate<Job> condition) {
        return within(120)
                .until(() -> stack.job(id), job -> job.filter(condition).isPresent())
                .orElseThrow();
    }

    private static Release released(String app, BuildName build) {
        Release release = within(120)
                .until(
                        () -> stack.client().releases(new AppName(app)).stream()
                                .filter(r -> r.build().equals(build))
                                .findFirst(),
                        r -> r.filter(x -> x.status().isFinal()).isPresent())
                .orElseThrow();
        assertThat(release.status()).as("%s", release).isEqualTo(ReleaseStatus.SUCCESS);
        return release;
    }

    private static java.util.stream.Stream<AppState> states(String app) {
        return stack.client().machines().stream()
                .flatMap(m -> m.apps().stream())
                .filter(a -> a.app().equals(new AppName(app)))
                .map(a -> a.state());
    }

    /** Asks a region's Consul as somebody who stole the token that may do everything there. */
    private String consul(StackFile.Region region, String method, URI uri, String body)
            throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(uri)
                    .header("X-Consul-Token", stack.secret("consul-" + region.name() + ".management"))
                    .method(method, BodyPublishers.ofString(body))
                    .build();
            return http.send(request, BodyHandlers.ofString()).body();
        }
    }

    private static ConditionFactory within(int seconds) {
        return await().atMost(Duration.ofSeconds(seconds))
                .pollInterval(Duration.ofMillis(200))
                .ignoreExceptionsMatching(
                        e -> e instanceof ShoalClient.ApiException || e instanceof java.io.UncheckedIOException);
    }
}
