package dev.shoal.agent.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.agent.swarm.LibtorrentSwarm;
import dev.shoal.agent.swarm.Swarm;
import dev.shoal.agent.swarm.SwarmConfig;
import dev.shoal.agent.swarm.SwarmStatus;
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

/** From S3 through the origins of two region agents into leechers that know nothing but their trackers. */
class RegionSwarmTest {
    private static final RegionName EU = new RegionName("eu");
    private static final SigningKey KEY = TestRelease.newKey();
    private static final AppName HELLO = new AppName("hello");
    private static final TestRelease RELEASE = TestRelease.ofRandomBytes((12 << 20) + 12_345, 21);

    private final List<Swarm> leechers = new ArrayList<>();
    private Path directory;
    private ConsulServer consul;
    private S3Server s3;
    private ReportInbox api;
    private RegionAgentProcess one;
    private RegionAgentProcess two;

    @BeforeAll
    static void requireConsul() {
        ConsulServer.require();
    }

    @BeforeEach
    void start(@TempDir Path temp) {
        directory = temp;
        consul = ConsulServer.start("eu", temp);
        s3 = S3Server.start(temp.resolve("s3"));
        api = ReportInbox.start();
        RELEASE.uploadTo(s3);
        one = agent("eu-1");
        two = agent("eu-2");
        Stream.of(one, two)
                .forEach(agent -> within(60).until(() -> agent.get("/health").statusCode() == 200));
        consul.put(Pointer.key(HELLO), RELEASE.signedPointer(HELLO, 1, EU, KEY));
    }

    @AfterEach
    void stop() {
        leechers.forEach(Swarm::close);
        one.close();
        two.close();
        api.close();
        s3.close();
        consul.close();
    }

    @Test
    void fillsEveryLeecherWithTheBytesThatLieInS3() {
        for (String name : List.of("a", "b", "c")) {
            leech(name);
        }

        within(60).until(() -> leechers.stream().allMatch(RegionSwarmTest::hasAll));

        for (String name : List.of("a", "b", "c")) {
            assertThat(file(name)).hasBinaryContent(RELEASE.bytes());
        }
    }

    @Test
    void fillsLeechersThatComeWhenOneAgentIsDeadAndS3IsAway() {
        leech("early");
        within(60).until(() -> leechers.stream().allMatch(RegionSwarmTest::hasAll));
        leechers.removeFirst().close();
        within(60).until(() -> Files.size(originFile("eu-2")) == RELEASE.bytes().length && isSeeding(two));
        one.kill();
        s3.stop();

        leech("late");

        within(60).until(() -> leechers.stream().allMatch(RegionSwarmTest::hasAll));
        assertThat(file("late")).hasBinaryContent(RELEASE.bytes());
        s3.restart();
    }

    private boolean isSeeding(RegionAgentProcess agent) {
        return agent.log().contains("has all of " + RELEASE.metainfo().infoHash());
    }

    private void leech(String name) {
        try {
            Path home = Files.createDirectories(directory.resolve(name));
            Swarm swarm = LibtorrentSwarm.open(
                    new SwarmConfig("127.0.0.1", 0, directory.resolve("native"), SwarmConfig.DEFAULT_UPLOAD_SLOTS),
                    event -> {});
            leechers.add(swarm);
            swarm.add(new SwarmTorrent(
                    RELEASE.metainfo(),
                    home,
                    List.of(one.url().resolve("/announce"), two.url().resolve("/announce")),
                    false,
                    home.resolve("resume")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean hasAll(Swarm swarm) {
        return swarm.status(RELEASE.metainfo().infoHash())
                .filter(status -> status.state() == SwarmStatus.State.SEEDING)
                .isPresent();
    }

    private Path file(String name) {
        return directory.resolve(name).resolve(RELEASE.metainfo().digest().value());
    }

    private Path originFile(String agent) {
        String digest = RELEASE.metainfo().digest().value();
        return directory.resolve(agent).resolve("data/origin").resolve(digest).resolve(digest);
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
