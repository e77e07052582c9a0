package dev.shoal.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.agent.swarm.TestArtifact;
import dev.shoal.agent.testkit.ConsulServer;
import dev.shoal.agent.testkit.TestRelease;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Seq;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.json.Json;
import dev.shoal.model.pointer.Envelope;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SignedPointer;
import dev.shoal.model.pointer.SigningKey;
import dev.shoal.model.report.AppReport;
import dev.shoal.model.report.AppState;
import dev.shoal.model.report.MachineReport;
import dev.shoal.model.torrent.Metainfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The attacks that a secure updater withstands, by the list of the TUF specification (1.5.2), each by somebody who may write the
 * region's Consul or answer for its region agents, and holds no release key. A machine that runs release 5 goes on running it.
 */
class TufAttacksTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final SigningKey KEY = TestRelease.newKey();
    private static final TestArtifact GOOD = TestArtifact.random(1, 300_000, 64 << 10);
    private static final TestArtifact EVIL = TestArtifact.random(2, 300_000, 64 << 10);

    @TempDir
    static Path shared;

    private static ConsulServer consul;

    @TempDir
    Path dir;

    private RegionStandIn region;
    private MachineAgent agent;

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
    void runReleaseFive() throws IOException {
        consul.deleteTree("shoal");
        region = new RegionStandIn(dir.resolve("region"));
        region.offer(GOOD);
        region.offer(EVIL);
        agent = MachineAgent.start(writeConfig());
        put(SignedPointer.sign(pointer(5, GOOD), KEY));
        await().atMost(LIMIT).until(this::runsReleaseFive);
    }

    @AfterEach
    void stop() {
        agent.close();
        region.close();
    }

    @Test
    void arbitraryInstallationIsRefused() throws IOException {
        put(SignedPointer.sign(pointer(6, EVIL), TestRelease.newKey()));

        assertRefused("UNSIGNED");
    }

    @Test
    void endlessDataIsRefused() throws IOException {
        byte[] endless = new byte[400_000];
        Arrays.fill(endless, (byte) ' ');
        put(endless);

        assertRefused("TOO_LARGE");
    }

    @Test
    void extraneousContentIsRefused() throws IOException {
        put("[{\"depends\":\"something else\"}]".getBytes(StandardCharsets.UTF_8));

        assertRefused("MALFORMED");
    }

    @Test
    void fastForwardIsRefusedAndLeavesTheWayOpenForTheNextRelease() throws IOException {
        put(SignedPointer.sign(pointer(Long.MAX_VALUE, EVIL), TestRelease.newKey()));

        assertRefused("UNSIGNED");
        put(SignedPointer.sign(pointer(6, EVIL), KEY));
        await().atMost(LIMIT).until(() -> runs("hello-6"));
    }

    @Test
    void indefiniteFreezeIsNoticed() {
        // Signed long enough ago to expire now; what TUF asks for is that the machine notices, not that it stops.
        Instant longAgo = now().minus(Duration.ofDays(7)).plusSeconds(3);
        put(SignedPointer.sign(pointer(6, EVIL, longAgo), KEY));

        await().atMost(LIMIT).until(() -> last().refused().containsKey("FROZEN"));
        assertThat(runs("hello-6") || runs("hello-5")).isTrue();
    }

    @Test
    void anExpiredPointerIsNotInstalled() throws IOException {
        put(SignedPointer.sign(pointer(6, EVIL, now().minus(Duration.ofDays(8))), KEY));

        assertRefused("EXPIRED");
    }

    @Test
    void aRegionThatHidesUpdatesCannotMakeTheMachineForget() {
        consul.deleteTree("shoal");
        put(SignedPointer.sign(pointer(4, EVIL), KEY));

        await().atMost(LIMIT).until(() -> last().refused().containsKey("OLDER"));
        assertThat(runsReleaseFive()).isTrue();
    }

    @Test
    void mixAndMatchOfSignedPartsIsRefused() throws IOException {
        Envelope five = envelope(SignedPointer.sign(pointer(5, GOOD), KEY));
        Envelope six = envelope(SignedPointer.sign(pointer(6, EVIL), KEY));
        put(new Envelope(six.payloadType(), six.payload(), five.signatures()).toJson());

        assertRefused("UNSIGNED");
    }

    @Test
    void rollbackIsRefused() throws IOException {
        put(SignedPointer.sign(pointer(3, EVIL), KEY));

        assertRefused("OLDER");
    }

    @Test
    void slowRetrievalFromARegionAgentIsGivenUpAndReported() {
        Pointer six = pointer(6, EVIL);
        region.stallMetainfo(six.artifact().digest());
        put(SignedPointer.sign(six, KEY));

        await().atMost(LIMIT)
                .until(() -> last().apps().stream()
                        .anyMatch(a -> a.detail().orElse("").contains("no answer within")));
        assertThat(runs("hello-5")).isTrue();
    }

    @Test
    void endlessMetainfoFromARegionAgentIsGivenUpAndReported() {
        Pointer six = pointer(6, EVIL);
        region.floodMetainfo(six.artifact().digest());
        put(SignedPointer.sign(six, KEY));

        await().atMost(LIMIT)
                .until(() -> last().apps().stream()
                        .anyMatch(a -> a.detail().orElse("").contains("more than")));
        assertThat(runs("hello-5")).isTrue();
    }

    @Test
    void aDocumentOfAnotherPurposeIsNoPointerThoughTheReleaseKeySignedIt() throws IOException {
        put(Envelope.sign("application/vnd.in-toto+json", Json.bytes(pointer(6, EVIL)), KEY)
                .toJson());

        assertRefused("WRONG_TYPE");
    }

    @Test
    void theWrongSoftwareIsRefused() throws IOException {
        Pointer six = pointer(6, EVIL);
        Pointer other = new Pointer(
                new AppName("other"),
                new BuildName("other-6"),
                new Seq(6),
                0,
                six.artifact(),
                six.activation(),
                six.permille(),
                six.issuedAt(),
                six.expiresAt());
        put(SignedPointer.sign(other, KEY));

        assertRefused("WRONG_APP");
    }

    private void assertRefused(String reason) throws IOException {
        await().atMost(LIMIT).until(() -> last().refused().containsKey(reason));
        assertThat(last().refused()).isEqualTo(Map.of(reason, 1L));
        assertThat(runsReleaseFive()).isTrue();
        assertThat(dir.toRealPath().resolve("m1/apps/hello/current/program")).hasBinaryContent(GOOD.bytes());
        assertThat(dir.toRealPath()
                        .resolve("m1/downloads")
                        .resolve(EVIL.metainfo().digest().value()))
                .doesNotExist();
    }

    private boolean runsReleaseFive() {
        return !region.reports.isEmpty()
                && last().apps().stream()
                        .anyMatch(a -> a.seq().value() == 5
                                && a.state() == AppState.HEALTHY
                                && a.running().equals(java.util.Optional.of(new BuildName("hello-5"))));
    }

    private boolean runs(String build) {
        return last().apps().stream()
                .map(AppReport::running)
                .anyMatch(r -> r.equals(java.util.Optional.of(new BuildName(build))));
    }

    private MachineReport last() {
        return region.last().orElseThrow();
    }

    private static void put(byte[] value) {
        consul.put(Pointer.key(Pointers.APP), value);
    }

    private static Envelope envelope(byte[] value) throws IOException {
        try {
            return Json.read(value, Envelope.class);
        } catch (dev.shoal.model.json.MalformedJsonException e) {
            throw new IOException(e);
        }
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Pointer pointer(long seq, TestArtifact artifact) {
        return pointer(seq, artifact, now());
    }

    private static Pointer pointer(long seq, TestArtifact artifact, Instant issued) {
        Metainfo metainfo = artifact.metainfo();
        return new Pointer(
                Pointers.APP,
                new BuildName("hello-" + seq),
                new Seq(seq),
                0,
                new Artifact(metainfo.digest(), metainfo.size(), metainfo.infoHash(), metainfo.pieceLength()),
                Activation.ofFile("program"),
                Map.of(Pointers.EU, 1000),
                issued,
                issued.plus(Duration.ofDays(7)));
    }

    private Path writeConfig() throws IOException {
        Path key = Files.writeString(dir.resolve("release.pub"), KEY.verifyKey().toPem());
        Path token = Files.writeString(dir.resolve("machine.token"), "secret\n");
        return Files.writeString(dir.resolve("machine.yaml"), """
                admin_port: 0
                region: eu
                consul: {url: "%s"}
                region_agents: ["%s"]
                trusted_keys: [%s]
                token_file: %s
                report_interval: 1s
                native_dir: %s
                machines:
                  - {id: eu-m1, data_dir: %s, torrent_port: 0, apps: ["*"]}
                """.formatted(
                        consul.url(), region.url(), key, token, dir.resolve("region/native"), dir.resolve("m1")));
    }
}
