package dev.shoal.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.shoal.agent.swarm.TestArtifact;
import dev.shoal.agent.testkit.ConsulServer;
import dev.shoal.agent.testkit.TestRelease;
import dev.shoal.model.job.Activation;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SignedPointer;
import dev.shoal.model.pointer.SigningKey;
import dev.shoal.model.report.AppReport;
import dev.shoal.model.report.AppState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineAgentTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final SigningKey KEY = TestRelease.newKey();

    @TempDir
    static Path shared;

    private static ConsulServer consul;

    @TempDir
    Path dir;

    private RegionStandIn region;
    private Optional<MachineAgent> agent = Optional.empty();

    @BeforeAll
    static void startConsul() {
        consul = ConsulServer.start("eu", shared);
    }

    @AfterAll
    static void stopConsul() {
        if (consul != null) {
            consul.close();
        }
    }

    @BeforeEach
    void startRegion() throws IOException {
        consul.deleteTree("shoal");
        region = new RegionStandIn(dir.resolve("region"));
    }

    @AfterEach
    void stop() {
        agent.ifPresent(MachineAgent::close);
        region.close();
    }

    @Test
    void aReleasedBuildIsFetchedStagedStartedAndReported() throws Exception {
        TestArtifact one = TestArtifact.random(1, 4 << 20, 256 << 10);
        region.offer(one);
        startAgent();

        release(pointer(1, one, Activation.ofFile("program")));

        awaitState(1, AppState.HEALTHY);
        Path program = data().resolve("apps/hello/current/program");
        assertThat(program).hasBinaryContent(one.bytes()).isExecutable();
        assertThat(Files.readSymbolicLink(data().resolve("apps/hello/current"))).hasToString("versions/1-hello-1");
        AppReport said = said();
        assertThat(said.running()).contains(new dev.shoal.model.BuildName("hello-1"));
        assertThat(said.bytes()).isEqualTo(said.size());
        assertThat(region.authorizations).containsOnly("Bearer secret");
        assertThat(data().resolve("status.json")).content().contains("HEALTHY");
        assertThat(get("/health").statusCode()).isEqualTo(200);
        assertThat(get("/v1/machines").body()).contains("\"HEALTHY\"", "eu-m1");
    }

    @Test
    void aVersionThatDoesNotBecomeHealthyIsLeftForTheLastGoodOne() throws Exception {
        TestArtifact one = TestArtifact.random(1, 1 << 20, 256 << 10);
        TestArtifact two = TestArtifact.random(2, 1 << 20, 256 << 10);
        region.offer(one);
        region.offer(two);
        startAgent();
        release(pointer(1, one, hooks("true", Duration.ofSeconds(10))));
        awaitState(1, AppState.HEALTHY);

        release(pointer(2, two, hooks("exit 3", Duration.ofMillis(300))));

        awaitState(2, AppState.FAILED);
        assertThat(said().detail().orElseThrow()).contains("health hook: exit code 3", "back on hello-1");
        assertThat(said().running()).contains(new dev.shoal.model.BuildName("hello-1"));
        assertThat(trace()).containsExactly("start 1", "stop 1", "start 2", "stop 2", "start 1");

        release(pointer(3, one, hooks("true", Duration.ofSeconds(10))));
        awaitState(3, AppState.HEALTHY);
    }

    @Test
    void aRestartedMachineKeepsWhatRunsAndNeverGoesBackToAnOlderRelease() throws Exception {
        TestArtifact one = TestArtifact.random(1, 1 << 20, 256 << 10);
        TestArtifact two = TestArtifact.random(2, 1 << 20, 256 << 10);
        region.offer(one);
        region.offer(two);
        startAgent();
        release(pointer(2, two, hooks("true", Duration.ofSeconds(10))));
        awaitState(2, AppState.HEALTHY);
        long number = region.last().orElseThrow().number();
        agent.orElseThrow().close();

        release(pointer(1, one, hooks("true", Duration.ofSeconds(10))));
        startAgent();

        await().atMost(LIMIT).until(() -> region.last().orElseThrow().refused().getOrDefault("OLDER", 0L) == 1);
        awaitState(2, AppState.HEALTHY);
        assertThat(region.last().orElseThrow().number()).isGreaterThan(number);
        assertThat(trace()).containsExactly("start 2");
    }

    @Test
    void unsignedAndForeignPointersChangeNothingAndAreCounted() throws Exception {
        TestArtifact one = TestArtifact.random(1, 1 << 20, 256 << 10);
        startAgent();
        Pointer pointer = pointer(1, one, Activation.ofFile("program"));

        consul.put(Pointer.key(Pointers.APP), SignedPointer.sign(pointer, TestRelease.newKey()));
        await().atMost(LIMIT).until(() -> refused("UNSIGNED") == 1);
        consul.put(Pointer.key(Pointers.APP), "{}".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        await().atMost(LIMIT).until(() -> region.last().orElseThrow().refused().size() == 2);

        assertThat(region.last().orElseThrow().apps()).isEmpty();
        assertThat(data().resolve("apps")).doesNotExist();
    }

    @Test
    void bytesWithoutTheSignedDigestAreNeverActivated() throws Exception {
        TestArtifact honest = TestArtifact.random(1, 1 << 20, 256 << 10);
        byte[] wrong = TestArtifact.random(2, 1 << 20, 256 << 10).bytes();
        dev.shoal.model.torrent.Metainfo lie =
                TestArtifact.metainfo(wrong, 256 << 10, honest.metainfo().digest());
        region.offer(wrong, lie);
        startAgent();

        release(Pointers.of(1, 0, 1000, lie, Activation.ofFile("program"), issued()));

        await().atMost(LIMIT)
                .until(() -> region.last().stream()
                        .flatMap(r -> r.apps().stream())
                        .anyMatch(a -> a.detail().orElse("").contains("signed SHA-256")));
        assertThat(data().resolve("apps/hello/current")).doesNotExist();
        assertThat(data().resolve("apps/hello/versions")).doesNotExist();
    }

    @Test
    void metainfoOfOtherBytesIsRefusedAndAskedForAgain() throws Exception {
        TestArtifact one = TestArtifact.random(1, 1 << 20, 256 << 10);
        byte[] wrong = TestArtifact.random(2, 1 << 20, 256 << 10).bytes();
        region.offer(
                wrong, TestArtifact.metainfo(wrong, 256 << 10, one.metainfo().digest()));
        startAgent();

        release(pointer(1, one, Activation.ofFile("program")));

        await().atMost(LIMIT)
                .until(() -> region.reports.stream()
                        .flatMap(r -> r.apps().stream())
                        .anyMatch(a -> a.detail().orElse("").contains("the signed pointer says")));
        region.seed.remove(
                TestArtifact.metainfo(wrong, 256 << 10, one.metainfo().digest()).infoHash());
        region.offer(one);
        awaitState(1, AppState.HEALTHY);
    }

    @Test
    void aMachineOutsideTheCohortStagesAndWaitsUntilItOpens() throws Exception {
        TestArtifact one = TestArtifact.random(1, 1 << 20, 256 << 10);
        region.offer(one);
        startAgent();
        Instant issued = issued();

        release(Pointers.of(1, 0, 0, one.metainfo(), Activation.ofFile("program"), issued));
        awaitState(1, AppState.STAGED);
        assertThat(data().resolve("apps/hello/current")).doesNotExist();

        release(Pointers.of(1, 1, 1000, one.metainfo(), Activation.ofFile("program"), issued));
        awaitState(1, AppState.HEALTHY);
    }

    @Test
    void aKilledAgentResumesItsDownloadWithoutFetchingItAgain() throws Exception {
        TestArtifact one = TestArtifact.random(1, 24 << 20, 256 << 10);
        region.seed.limits(4 << 20, 0);
        region.offer(one);
        Path config = writeConfig();
        release(pointer(1, one, Activation.ofFile("program")));
        Process killed = spawn(config);
        await().atMost(LIMIT)
                .until(() ->
                        region.last().stream().flatMap(r -> r.apps().stream()).anyMatch(a -> a.bytes() > 6 << 20));

        killed.destroyForcibly().waitFor();

        region.seed.limits(0, 0);
        Process restarted = spawn(config);
        try {
            awaitState(1, AppState.HEALTHY);
        } finally {
            restarted.destroyForcibly().waitFor();
        }
        assertThat(data().resolve("apps/hello/current/program")).hasBinaryContent(one.bytes());
        long sent = region.seed.status(one.metainfo().infoHash()).orElseThrow().uploaded();
        assertThat(sent).as("bytes the seed sent, in all").isLessThan((24 << 20) + (3 << 20));
    }

    @Test
    void theNewestPointerEndsTheDownloadOfAnOlderReleaseMidway() throws Exception {
        TestArtifact older = TestArtifact.random(1, 24 << 20, 256 << 10);
        TestArtifact newer = TestArtifact.random(2, 4 << 20, 256 << 10);
        region.seed.limits(2 << 20, 0);
        region.offer(older);
        region.offer(newer);
        startAgent();
        release(pointer(1, older, Activation.ofFile("program")));
        await().atMost(LIMIT)
                .until(() ->
                        region.last().stream().flatMap(r -> r.apps().stream()).anyMatch(a -> a.bytes() > 2 << 20));

        release(pointer(2, newer, Activation.ofFile("program")));

        awaitState(2, AppState.HEALTHY);
        assertThat(data().resolve("apps/hello/versions/1-hello-1")).doesNotExist();
        await().atMost(LIMIT)
                .until(() -> !Files.exists(data().resolve("downloads")
                        .resolve(older.metainfo().digest().value())));
        // Two seconds' worth of the newer one came meanwhile; had the older one gone on, it would have had as much.
        assertThat(region.seed.status(older.metainfo().infoHash()).orElseThrow().uploaded())
                .isLessThan(16 << 20);
    }

    @Test
    void aNativeCrashCostsARestartAndNothingElse() throws Exception {
        TestArtifact one = TestArtifact.random(1, 1 << 20, 256 << 10);
        region.offer(one);
        Path config = writeConfig();
        release(pointer(1, one, hooks("true", Duration.ofSeconds(10))));
        Process crashed = spawn(config);
        awaitState(1, AppState.HEALTHY);

        // What a fault in libtorrent looks like from outside: HotSpot's own handler ends the process.
        new ProcessBuilder("kill", "-SEGV", Long.toString(crashed.pid()))
                .start()
                .waitFor();
        assertThat(crashed.waitFor()).isNotZero();
        Process restarted = spawn(config);
        try {
            await().atMost(LIMIT).until(() -> region.last().orElseThrow().crashes() == 1);
            awaitState(1, AppState.HEALTHY);
        } finally {
            restarted.destroyForcibly().waitFor();
        }
        assertThat(trace()).containsExactly("start 1");
    }

    private Process spawn(Path config) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:ErrorFile=" + dir.resolve("hs_err.log"),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                MachineAgent.class.getName(),
                "--config",
                config.toString());
        return builder.redirectErrorStream(true)
                .redirectOutput(dir.resolve("agent.log").toFile())
                .start();
    }

    @Test
    void aVersionWhosePreHookObjectsLeavesTheOldOneRunningUntouched() throws Exception {
        TestArtifact one = TestArtifact.random(1, 1 << 20, 256 << 10);
        TestArtifact two = TestArtifact.random(2, 1 << 20, 256 << 10);
        region.offer(one);
        region.offer(two);
        startAgent();
        release(pointer(1, one, hooks("true", Duration.ofSeconds(10))));
        awaitState(1, AppState.HEALTHY);

        Activation plain = hooks("true", Duration.ofSeconds(10));
        release(pointer(
                2,
                two,
                new Activation(
                        plain.fileName(),
                        plain.unpack(),
                        Optional.of("test -e app && exit 7"),
                        plain.start(),
                        plain.health(),
                        plain.stop(),
                        plain.healthTimeout())));

        awaitState(2, AppState.FAILED);
        assertThat(said().detail()).contains("pre hook: exit code 7; nothing was touched");
        assertThat(said().running()).contains(new dev.shoal.model.BuildName("hello-1"));
        assertThat(trace()).containsExactly("start 1");
    }

    @Test
    void limitsAreSetAndLiftedWhileTheAgentRuns() throws Exception {
        startAgent();

        assertThat(send("PUT", "/v1/limits", "{\"upload_bytes_per_second\":1000000,\"download_bytes_per_second\":0}")
                        .statusCode())
                .isEqualTo(200);
        await().atMost(LIMIT).until(() -> get("/v1/status").body().contains("\"upload_bytes_per_second\":1000000"));
        assertThat(get("/metrics").body()).contains("shoal_agent_limit_bytes_per_second{direction=\"up\"} 1000000");
        assertThat(send("PUT", "/v1/limits", "{\"upload_bytes_per_second\":-1,\"download_bytes_per_second\":0}")
                        .body())
                .contains("got upload -1");
        assertThat(send("POST", "/v1/limits", "").statusCode()).isEqualTo(405);

        send("DELETE", "/v1/limits", "");
        await().atMost(LIMIT).until(() -> get("/v1/status").body().contains("\"upload_bytes_per_second\":0"));
    }

    @Test
    void aBadConfigurationIsOneClearError() throws IOException {
        Path file = Files.writeString(dir.resolve("bad.yaml"), "admin_port: 0\nregion: eu\n");

        assertThatThrownBy(() -> MachineAgent.start(file))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("'consul' is missing");
    }

    private void startAgent() throws IOException {
        agent = Optional.of(MachineAgent.start(writeConfig()));
    }

    private Path writeConfig() throws IOException {
        Path key = Files.writeString(dir.resolve("release.pub"), KEY.verifyKey().toPem());
        Path token = Files.writeString(dir.resolve("machine.token"), "secret\n");
        return Files.writeString(dir.resolve("machine.yaml"), """
                admin_port: 0
                region: eu
                consul: {url: "%s"}
                region_agents: ["http://127.0.0.1:1", "%s"]
                trusted_keys: [%s]
                token_file: %s
                report_interval: 1s
                native_dir: %s
                machines:
                  - {id: eu-m1, data_dir: %s, torrent_port: 0, apps: ["*"], env: {TRACE: "%s"}}
                """.formatted(
                        consul.url(),
                        region.url(),
                        key,
                        token,
                        dir.resolve("region/native"),
                        dir.resolve("m1"),
                        dir.resolve("trace")));
    }

    private static Activation hooks(String health, Duration healthTimeout) {
        return Pointers.hooks(
                "echo start $SHOAL_SEQ >> $TRACE", health, "echo stop $SHOAL_SEQ >> $TRACE", healthTimeout);
    }

    private static Instant issued() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Pointer pointer(long seq, TestArtifact artifact, Activation activation) {
        return Pointers.of(seq, 0, 1000, artifact.metainfo(), activation, issued());
    }

    private void release(Pointer pointer) {
        consul.put(Pointer.key(Pointers.APP), SignedPointer.sign(pointer, KEY));
    }

    private void awaitState(long seq, AppState state) {
        await().atMost(LIMIT)
                .until(() -> region.last().stream()
                        .flatMap(r -> r.apps().stream())
                        .anyMatch(a -> a.seq().value() == seq && a.state() == state));
    }

    private AppReport said() {
        return region.last().orElseThrow().apps().get(0);
    }

    private long refused(String reason) {
        return region.last().map(r -> r.refused().getOrDefault(reason, 0L)).orElse(0L);
    }

    private Path data() throws IOException {
        return dir.toRealPath().resolve("m1");
    }

    private java.util.List<String> trace() throws IOException {
        return Files.readAllLines(dir.resolve("trace"));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return send("GET", path, "");
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + agent.orElseThrow().adminPort() + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
