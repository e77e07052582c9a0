package dev.shoal.agent.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.agent.testkit.ConsulServer;
import dev.shoal.agent.testkit.RawHttp;
import dev.shoal.agent.testkit.RegionAgentProcess;
import dev.shoal.agent.testkit.ReportInbox;
import dev.shoal.agent.testkit.S3Server;
import dev.shoal.agent.testkit.TestRelease;
import dev.shoal.model.AppName;
import dev.shoal.model.InfoHash;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.json.Json;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SigningKey;
import dev.shoal.model.report.MachineReport;
import dev.shoal.model.torrent.Bdecoder;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The region agent as a process between two real, WAN-joined Consul datacenters and a real S3 endpoint. */
class RegionAgentTest {
    private static final RegionName EU = new RegionName("eu");
    private static final SigningKey KEY = TestRelease.newKey();
    private static final TestRelease RELEASE = TestRelease.ofRandomBytes((1 << 20) + 4321, 1);
    private static final AppName HELLO = new AppName("hello");

    private static ConsulServer global;
    private static ConsulServer regional;
    private static S3Server s3;
    private static ReportInbox api;
    private static RegionAgentProcess agent;

    @BeforeAll
    static void start(@TempDir Path directory) {
        RegionAgentProcess.require();
        global = ConsulServer.start("global", directory);
        regional = ConsulServer.start("eu", directory);
        regional.joinWan(global);
        s3 = S3Server.start(directory.resolve("s3"));
        api = ReportInbox.start();
        RELEASE.uploadTo(s3);
        global.put(Pointer.key(HELLO), RELEASE.signedPointer(HELLO, 3, EU, KEY));
        agent = RegionAgentProcess.start(
                directory.resolve("eu-1"), "eu-1", EU, regional, "global", s3, api.url(), KEY.verifyKey());
        within(60).until(() -> agent.get("/health").statusCode() == 200);
        within(20)
                .until(() -> agent.get(announce(RELEASE.metainfo().infoHash(), 1, 0, "started"))
                                .body()
                                .length
                        > 0);
    }

    @AfterAll
    static void stop() {
        for (AutoCloseable each : Arrays.asList(agent, api, s3, regional, global)) {
            try {
                if (each != null) {
                    each.close();
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    @Test
    void carriesThePointerIntoItsOwnDatacenterAsItWasSigned() {
        byte[] signed = global.get(Pointer.key(HELLO)).orElseThrow();

        within(10)
                .untilAsserted(
                        () -> assertThat(regional.get(Pointer.key(HELLO))).contains(signed));
    }

    @Test
    void carriesANewPointerAtOnce() {
        AppName app = new AppName("fresh");
        byte[] first = RELEASE.signedPointer(app, 1, EU, KEY);
        byte[] second = RELEASE.signedPointer(app, 2, EU, KEY);

        global.put(Pointer.key(app), first);
        within(5).untilAsserted(() -> assertThat(regional.get(Pointer.key(app))).contains(first));
        global.put(Pointer.key(app), second);

        within(5).untilAsserted(() -> assertThat(regional.get(Pointer.key(app))).contains(second));
    }

    @Test
    void neverGoesBackToAnOlderPointer() {
        AppName app = new AppName("monotonic");
        AppName marker = new AppName("monotonic-marker");
        byte[] newer = RELEASE.signedPointer(app, 9, EU, KEY);
        global.put(Pointer.key(app), newer);
        within(5).untilAsserted(() -> assertThat(regional.get(Pointer.key(app))).contains(newer));

        global.put(Pointer.key(app), RELEASE.signedPointer(app, 8, EU, KEY));
        global.put(Pointer.key(marker), RELEASE.signedPointer(marker, 1, EU, KEY));

        within(5).until(() -> regional.get(Pointer.key(marker)).isPresent());
        assertThat(regional.get(Pointer.key(app))).contains(newer);
    }

    @Test
    void doesNotCarryWhatNoTrustedKeySigned() {
        AppName app = new AppName("forged");
        AppName marker = new AppName("forged-marker");

        global.put(Pointer.key(app), RELEASE.signedPointer(app, 1, EU, TestRelease.newKey()));
        global.put(Pointer.key(marker), RELEASE.signedPointer(marker, 1, EU, KEY));

        within(5).until(() -> regional.get(Pointer.key(marker)).isPresent());
        assertThat(regional.get(Pointer.key(app))).isEmpty();
    }

    @Test
    void repairsAValueThatSomebodyPoisonedInTheRegion() {
        AppName app = new AppName("poisoned");
        byte[] signed = RELEASE.signedPointer(app, 4, EU, KEY);
        global.put(Pointer.key(app), signed);
        within(5).untilAsserted(() -> assertThat(regional.get(Pointer.key(app))).contains(signed));

        regional.put(Pointer.key(app), "{\"b_v\":\"evil\"}".getBytes(StandardCharsets.UTF_8));
        within(5).untilAsserted(() -> assertThat(regional.get(Pointer.key(app))).contains(signed));
        regional.put(Pointer.key(app), RELEASE.signedPointer(app, 2, EU, KEY));

        within(5).untilAsserted(() -> assertThat(regional.get(Pointer.key(app))).contains(signed));
    }

    @Test
    void takesAnEmptyGlobalStoreAsNoNews() {
        AppName app = new AppName("vanishing");
        AppName marker = new AppName("vanishing-marker");
        byte[] signed = RELEASE.signedPointer(app, 1, EU, KEY);
        global.put(Pointer.key(app), signed);
        within(5).untilAsserted(() -> assertThat(regional.get(Pointer.key(app))).contains(signed));

        global.deleteTree(Pointer.key(app));
        global.put(Pointer.key(marker), RELEASE.signedPointer(marker, 1, EU, KEY));

        within(5).until(() -> regional.get(Pointer.key(marker)).isPresent());
        assertThat(regional.get(Pointer.key(app))).contains(signed);
    }

    @Test
    void servesTheMetainfoOfAReleasedBuildAndNoOther() {
        within(10).untilAsserted(() -> {
            HttpResponse<byte[]> answer =
                    agent.get("/v1/metainfo/" + RELEASE.metainfo().digest());
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(RELEASE.metainfo().encode());
        });

        assertThat(agent.get("/v1/metainfo/" + "0".repeat(64)).statusCode()).isEqualTo(404);
        assertThat(RawHttp.get(agent.url(), "/v1/metainfo/..%2f..%2fetc").status())
                .isBetween(400, 404);
    }

    @Test
    void introducesMachinesOfOneSwarmToEachOther() {
        InfoHash infoHash = RELEASE.metainfo().infoHash();
        agent.get(announce(infoHash, 101, 5000, "started"));

        within(5)
                .untilAsserted(() -> assertThat(ports(agent.get(announce(infoHash, 102, 5000, ""))))
                        .contains(announcePort(101)));

        assertThat(ports(agent.get(announce(infoHash, 102, 5000, "")))).doesNotContain(announcePort(102));
        agent.get(announce(infoHash, 101, 5000, "stopped"));
        assertThat(ports(agent.get(announce(infoHash, 102, 5000, "")))).doesNotContain(announcePort(101));
    }

    @Test
    void seedsWhatTheRegionsS3Holds() {
        within(30)
                .untilAsserted(() -> assertThat(
                                ports(agent.get(announce(RELEASE.metainfo().infoHash(), 110, 5000, "started"))))
                        .contains(agent.torrentPort()));
    }

    @Test
    void isNoTrackerForStrangers() {
        assertThat(failure(agent.get(announce(new InfoHash("ab".repeat(20)), 120, 5000, "started"))
                        .body()))
                .contains("unknown torrent");
    }

    @Test
    void answersAMalformedAnnounceWithAFailureReason() {
        String whole = announce(RELEASE.metainfo().infoHash(), 130, 5000, "started");
        for (String query : List.of(
                "",
                "?",
                "?info_hash=%zz",
                "?info_hash=abc&peer_id=x&port=1",
                "?port=99999",
                "?info_hash=%",
                whole.substring(9).replace("port=40130", "port=0"),
                whole.substring(9).replace("port=40130", "port=65536"),
                whole.substring(9).replace("left=5000", "left=-1"),
                whole.substring(9).replace("left=5000", "left=9999999999999999999999"),
                whole.substring(9).replace("-XX0001-", "short"),
                whole.substring(9) + "&info_hash=again")) {
            assertThat(failure(RawHttp.get(agent.url(), "/announce" + query).body()))
                    .as(query)
                    .isNotBlank();
        }
    }

    @Test
    void survivesEveryQueryThatRandomBytesCanMake() {
        Random random = new Random(42);
        String whole = announce(RELEASE.metainfo().infoHash(), 131, 5000, "started");
        String alphabet = "%&=?abcdef0123456789-_.~+;:info_hash";
        for (int round = 0; round < 200; round++) {
            StringBuilder query = new StringBuilder(whole);
            for (int edit = 0; edit <= random.nextInt(6); edit++) {
                int at = 10 + random.nextInt(query.length() - 10);
                char c = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(3)) {
                    case 0 -> query.setCharAt(at, c);
                    case 1 -> query.insert(at, c);
                    default -> query.deleteCharAt(at);
                }
            }

            RawHttp.Answer answer = RawHttp.get(agent.url(), query.toString());

            assertThat(answer.status()).as(query.toString()).isLessThan(500);
            if (answer.status() == 200) {
                assertThat(Bdecoder.decode(answer.body())).isInstanceOf(Map.class);
            }
        }
        assertThat(agent.get("/health").statusCode()).isEqualTo(200);
    }

    @Test
    void passesReportsOnWithItsOwnToken() {
        assertThat(post(report("m-pass", 1, EU), RegionAgentProcess.MACHINE_TOKEN)
                        .statusCode())
                .isBetween(200, 204);

        within(10)
                .untilAsserted(() -> assertThat(api.reports())
                        .anySatisfy(r -> assertThat(r.machine()).isEqualTo(new MachineId("m-pass"))));
        assertThat(api.authorizations()).containsOnly("Bearer " + RegionAgentProcess.AGENT_TOKEN);
    }

    @Test
    void refusesReportsItMustNotPassOn() {
        String token = RegionAgentProcess.MACHINE_TOKEN;

        assertThat(post(report("m-1", 1, EU), "wrong").statusCode()).isEqualTo(401);
        assertThat(post(report("m-1", 1, new RegionName("us")), token).statusCode())
                .isBetween(400, 422);
        assertThat(post("{".getBytes(StandardCharsets.UTF_8), token).statusCode())
                .isEqualTo(400);
        assertThat(post(new byte[300 << 10], token).statusCode()).isEqualTo(413);
    }

    @Test
    void keepsTheNewestReportOfEachMachineWhileTheApiIsAway() {
        api.answer(503);
        try {
            post(report("m-away", 1, EU), RegionAgentProcess.MACHINE_TOKEN);
            int before = api.refused();
            within(20).until(() -> api.refused() > before);
            post(report("m-away", 3, EU), RegionAgentProcess.MACHINE_TOKEN);
            post(report("m-away", 2, EU), RegionAgentProcess.MACHINE_TOKEN);
        } finally {
            api.answer(200);
        }

        within(60).until(() -> reportsOf("m-away").contains(3L));
        assertThat(reportsOf("m-away")).doesNotContain(1L, 2L);
    }

    @Test
    void saysWhatItIsDoing() {
        HttpResponse<byte[]> status = agent.get("/v1/status");

        assertThat(status.statusCode()).isEqualTo(200);
        assertThat(new String(status.body(), StandardCharsets.UTF_8)).contains("\"swarms\"", "\"announces\"");
    }

    @Test
    void knowsNoOtherPaths() {
        assertThat(agent.get("/nothing").statusCode()).isEqualTo(404);
        assertThat(agent.send(HttpRequest.newBuilder(URI.create(agent.url() + "/announce"))
                                .POST(BodyPublishers.noBody())
                                .build())
                        .statusCode())
                .isIn(404, 405);
    }

    private static List<Long> reportsOf(String machine) {
        return api.reports().stream()
                .filter(r -> r.machine().equals(new MachineId(machine)))
                .map(MachineReport::number)
                .toList();
    }

    private static HttpResponse<byte[]> post(byte[] body, String token) {
        return agent.send(HttpRequest.newBuilder(URI.create(agent.url() + "/v1/reports"))
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body))
                .build());
    }

    private static byte[] report(String machine, long number, RegionName region) {
        return Json.bytes(new MachineReport(
                new MachineId(machine),
                region,
                number,
                "test",
                List.of(),
                Map.of(),
                0,
                Instant.now().truncatedTo(ChronoUnit.MILLIS)));
    }

    private static String announce(InfoHash infoHash, int peer, long left, String event) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < 40; i += 2) {
            escaped.append('%').append(infoHash.value(), i, i + 2);
        }
        return "/announce?info_hash=" + escaped + "&peer_id=-XX0001-" + "%012d".formatted(peer) + "&port="
                + announcePort(peer) + "&uploaded=0&downloaded=0&left=" + left + "&compact=1&numwant=50"
                + (event.isEmpty() ? "" : "&event=" + event);
    }

    private static int announcePort(int peer) {
        return 40000 + peer;
    }

    private static List<Integer> ports(HttpResponse<byte[]> response) {
        assertThat(Bdecoder.decode(response.body())).isInstanceOf(Map.class);
        Map<?, ?> reply = (Map<?, ?>) Bdecoder.decode(response.body());
        assertThat(reply.get("peers")).as("reply %s", reply.keySet()).isInstanceOf(byte[].class);
        byte[] peers = (byte[]) reply.get("peers");
        assertThat(peers.length % 6).isZero();
        return IntStream.range(0, peers.length / 6)
                .map(i -> (peers[6 * i + 4] & 0xff) << 8 | peers[6 * i + 5] & 0xff)
                .boxed()
                .toList();
    }

    private static String failure(byte[] body) {
        Map<?, ?> reply = (Map<?, ?>) Bdecoder.decode(body);
        return reply.get("failure reason") instanceof byte[] reason ? new String(reason, StandardCharsets.UTF_8) : "";
    }

    private static ConditionFactory within(int seconds) {
        return await().atMost(Duration.ofSeconds(seconds))
                .pollInterval(Duration.ofMillis(50))
                .ignoreException(UncheckedIOException.class);
    }
}
