package dev.shoal.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.agent.swarm.LibtorrentSwarm;
import dev.shoal.agent.swarm.SwarmConfig;
import dev.shoal.agent.swarm.SwarmStatus;
import dev.shoal.agent.swarm.TestArtifact;
import dev.shoal.agent.testkit.TestRelease;
import dev.shoal.model.InfoHash;
import dev.shoal.model.MachineId;
import dev.shoal.model.pointer.Pointer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A power cut has kept the marks of a download and taken one of its pieces. */
class TornDownloadTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int PIECE = 256 << 10;
    private static final TestArtifact ARTIFACT = TestArtifact.random(1, 8 * PIECE, PIECE);
    private static final Pointer POINTER = Pointers.of(1, ARTIFACT, Pointers.PLAIN);
    private static final Optional<BootId> BEFORE = Optional.of(new BootId("before"));
    private static final Optional<BootId> AFTER = Optional.of(new BootId("after"));

    @TempDir
    Path dir;

    private final List<MachineEvent> events = new CopyOnWriteArrayList<>();
    private RegionStandIn region;
    private Optional<LibtorrentSwarm> swarm = Optional.empty();
    private Optional<MachineSteps> steps = Optional.empty();
    private Path file;
    private byte[] torn;

    @BeforeEach
    void tear() throws IOException {
        region = new RegionStandIn(dir.resolve("region"));
        Downloads downloads = new Downloads(dir, BEFORE);
        downloads.keepMetainfo(ARTIFACT.metainfo());
        file = downloads.file(ARTIFACT.metainfo().digest());
        Files.write(file, ARTIFACT.bytes());
        assertThat(downloads.verify(ARTIFACT.metainfo().digest(), 8 * PIECE)).isTrue();
        torn = ARTIFACT.bytes().clone();
        java.util.Arrays.fill(torn, 5 * PIECE, 6 * PIECE, (byte) 0);
        Files.write(file, torn);
    }

    @AfterEach
    void stop() {
        steps.ifPresent(MachineSteps::close);
        swarm.ifPresent(LibtorrentSwarm::close);
        region.close();
    }

    @Test
    void inAnotherBootItIsReadAgainAndServedWithoutTheTornPieceUntilThatHasCome() throws IOException {
        start(AFTER);

        steps.orElseThrow().run(new Step.Seed(POINTER));

        await().atMost(LIMIT)
                .until(() ->
                        status().filter(s -> s.progressBytes() == 7 * PIECE).isPresent());
        assertThat(status().orElseThrow().state()).isEqualTo(SwarmStatus.State.DOWNLOADING);
        region.offer(ARTIFACT);
        await().atMost(LIMIT).until(() -> events.contains(new MachineEvent.Downloaded(infoHash())));
        assertThat(file).hasBinaryContent(ARTIFACT.bytes());
        assertThat(status().orElseThrow().downloaded()).isEqualTo(PIECE);
        steps.orElseThrow().run(new Step.Mark(POINTER));
        await().atMost(LIMIT)
                .until(() ->
                        new Downloads(dir, AFTER).isVerified(ARTIFACT.metainfo().digest()));
    }

    @Test
    void inTheSameBootItIsServedAtOnceAndNotReadAgain() throws IOException {
        start(BEFORE);

        steps.orElseThrow().run(new Step.Seed(POINTER));
        await().atMost(LIMIT).until(() -> events.contains(new MachineEvent.Downloaded(infoHash())));
        steps.orElseThrow().run(new Step.Mark(POINTER));
        steps.orElseThrow().close();

        assertThat(status().orElseThrow().state()).isEqualTo(SwarmStatus.State.SEEDING);
        // Had anybody read it, the piece would be gone from what is served, or the file from the disk.
        assertThat(file).hasBinaryContent(torn);
    }

    private void start(Optional<BootId> boot) throws IOException {
        LibtorrentSwarm session = LibtorrentSwarm.open(
                new SwarmConfig("127.0.0.1", 0, dir.resolve("region/native"), 8),
                event -> events.add(new MachineEvent.Downloaded(event.infoHash())));
        swarm = Optional.of(session);
        MachineIdentity identity = new MachineIdentity(
                new MachineId("eu-m1"),
                Pointers.EU,
                List.of("*"),
                List.of(TestRelease.newKey().verifyKey()));
        steps = Optional.of(new MachineSteps(
                dir,
                new Transfers(
                        new Downloads(dir, boot),
                        session,
                        new RegionAgents(
                                HttpClient.newHttpClient(),
                                List.of(region.url()),
                                List.of(region.url().resolve("/announce")),
                                0,
                                null)),
                new Activator(new HookRunner(identity, Map.of(), System.getenv())),
                Map.of(),
                Executors.newSingleThreadExecutor(),
                Executors.newSingleThreadExecutor(),
                events::add));
    }

    private Optional<SwarmStatus> status() {
        return swarm.flatMap(s -> s.status(infoHash()));
    }

    private static InfoHash infoHash() {
        return ARTIFACT.metainfo().infoHash();
    }
}
