package dev.shoal.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.agent.swarm.LiarTorrent;
import dev.shoal.agent.swarm.LibtorrentSwarm;
import dev.shoal.agent.swarm.SwarmConfig;
import dev.shoal.agent.swarm.SwarmTorrent;
import dev.shoal.agent.testkit.ConsulServer;
import dev.shoal.agent.testkit.RegionAgentProcess;
import dev.shoal.agent.testkit.ReportInbox;
import dev.shoal.agent.testkit.S3Server;
import dev.shoal.agent.testkit.TestRelease;
import dev.shoal.model.AppName;
import dev.shoal.model.RegionName;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SigningKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A region of two agents, machines at addresses of their own (127.0.0.x), and a peer that serves wrong bytes of everything. */
class BadPeerTest {
    private static final RegionName EU = new RegionName("eu");
    private static final SigningKey KEY = TestRelease.newKey();
    private static final AppName HELLO = new AppName("hello");
    private static final TestRelease RELEASE = TestRelease.ofRandomBytes(12 << 20, 22);
    private static final String LIAR = "127.0.0.66";

    private final List<MachineAgent> machines = new ArrayList<>();
    private Path directory;
    private ConsulServer consul;
    private S3Server s3;
    private ReportInbox api;
    private RegionAgentProcess one;
    private RegionAgentProcess two;
    private LibtorrentSwarm liar;
    private LiarTorrent lies;

    @BeforeAll
    static void requireConsul() {
        ConsulServer.require();
    }

    @BeforeEach
    void start(@TempDir Path temp) throws IOException {
        directory = temp;
        consul = ConsulServer.start("eu", temp);
        s3 = S3Server.start(temp.resolve("s3"));
        api = ReportInbox.start();
        RELEASE.uploadTo(s3);
        one = agent("eu-1");
        two = agent("eu-2");
        agents().forEach(agent -> within(60).until(() -> agent.get("/health").statusCode() == 200));
        consul.put(Pointer.key(HELLO), RELEASE.signedPointer(HELLO, 1, EU, KEY));
        agents().forEach(agent -> within(60)
                .until(() ->
                        agent.get("/v1/metainfo/" + RELEASE.metainfo().digest()).statusCode() == 200));
        startLiar();
    }

    @AfterEach
    void stop() {
        machines.forEach(MachineAgent::close);
        liar.close();
        one.close();
        two.close();
        api.close();
        s3.close();
        consul.close();
    }

    @Test
    void whatTwoMachinesCaughtLyingIsHandedToNobodyAndTheFileIsRightEverywhere() throws Exception {
        // The origin alone would be so fast on a loopback that nobody asks the liar for anything.
        startMachine(3, "2MiB");
        startMachine(4, "2MiB");

        within(90).until(() -> agents().allMatch(agent -> banned(agent).contains(LIAR + ":" + liar.port())));
        within(90).until(() -> isRunning(3) && isRunning(4));
        long sentByLiar = lies.uploaded();
        startMachine(5, "0");
        within(90).until(() -> isRunning(5));

        for (int machine : List.of(3, 4, 5)) {
            assertThat(program(machine)).hasBinaryContent(RELEASE.bytes());
        }
        assertThat(lies.uploaded()).isEqualTo(sentByLiar);
        assertThat(get(2, "/v1/status")).contains("\"accused\":0");
        assertThat(agents().map(BadPeerTest::banned)).noneMatch(bans -> bans.contains("127.0.0.3:"));
        theBannedOneKnowsWhy();
    }

    /** A machine agent at the same address, as it would be there after a restart. */
    private void theBannedOneKnowsWhy() throws Exception {
        int port = liar.port();
        liar.close();
        startMachine(66, port, "0");

        within(60)
                .until(() -> get(3, "/v1/status").contains("by eu-1: ")
                        && get(3, "/v1/status").contains("by eu-2: "));

        assertThat(get(3, "/v1/status"))
                .contains("banned until ", "2 machines", "m3 at 127.0.0.3", "m4 at 127.0.0.4", ", pieces ");
        assertThat(get(3, "/metrics")).contains("shoal_machine_banned{machine=\"m66\"} 1");
    }

    private Stream<RegionAgentProcess> agents() {
        return Stream.of(one, two);
    }

    private static String banned(RegionAgentProcess agent) {
        String status = status(agent);
        return status.substring(status.indexOf("\"banned\""), status.indexOf("\"failures\""));
    }

    private static String status(RegionAgentProcess agent) {
        return new String(agent.get("/v1/status").body(), StandardCharsets.UTF_8);
    }

    private void startLiar() throws IOException {
        byte[] wrong = RELEASE.bytes().clone();
        for (int at = 0; at < wrong.length; at += 16 << 10) {
            wrong[at] ^= 1;
        }
        Path home = Files.createDirectories(directory.resolve("liar"));
        SwarmTorrent torrent = new SwarmTorrent(
                RELEASE.metainfo(),
                home,
                agents().map(a -> a.url().resolve("/announce")).toList(),
                false,
                home.resolve("resume"));
        Files.write(torrent.file(), wrong);
        liar = LibtorrentSwarm.open(
                new SwarmConfig(LIAR, 0, directory.resolve("native"), SwarmConfig.DEFAULT_UPLOAD_SLOTS), event -> {});
        lies = LiarTorrent.addWithoutChecks(liar, torrent);
        agents().forEach(a -> within(60).until(() -> status(a).contains("\"seeds\":1")));
    }

    private void startMachine(int number, String download) throws IOException {
        startMachine(number, 0, download);
    }

    private void startMachine(int number, int torrentPort, String download) throws IOException {
        Path key = Files.writeString(
                directory.resolve("release.pub"), KEY.verifyKey().toPem());
        Path token = Files.writeString(directory.resolve("machine.token"), RegionAgentProcess.MACHINE_TOKEN);
        Path config = Files.writeString(directory.resolve("m" + number + ".yaml"), """
                admin_port: 0
                region: eu
                host: 127.0.0.%d
                consul: {url: "%s"}
                region_agents: ["%s", "%s"]
                trusted_keys: [%s]
                token_file: %s
                report_interval: 1s
                limits: {upload: 0, download: %s}
                native_dir: %s
                machines:
                  - {id: m%d, data_dir: %s, torrent_port: %d, apps: [hello]}
                """.formatted(
                        number,
                        consul.url(),
                        one.url(),
                        two.url(),
                        key,
                        token,
                        download,
                        directory.resolve("native"),
                        number,
                        directory.resolve("m" + number),
                        torrentPort));
        machines.add(MachineAgent.start(config));
    }

    private String get(int index, String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + machines.get(index).adminPort() + path);
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    private boolean isRunning(int number) {
        return Files.exists(program(number));
    }

    private Path program(int number) {
        return directory.resolve("m" + number + "/apps/hello/current/app");
    }

    private RegionAgentProcess agent(String id) {
        return RegionAgentProcess.start(directory.resolve(id), id, EU, consul, "eu", s3, api.url(), KEY.verifyKey());
    }

    private static ConditionFactory within(int seconds) {
        return await().atMost(Duration.ofSeconds(seconds))
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptionsInstanceOf(IOException.class)
                .ignoreException(UncheckedIOException.class);
    }
}
