package dev.shoal.agent.region;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.agent.testkit.ConsulServer;
import dev.shoal.agent.testkit.RegionAgentProcess;
import dev.shoal.agent.testkit.ReportInbox;
import dev.shoal.agent.testkit.S3Server;
import dev.shoal.agent.testkit.TestRelease;
import dev.shoal.model.AppName;
import dev.shoal.model.RegionName;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SigningKey;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Region agents while the things around them go away and come back. One Consul serves as its own global datacenter here:
 * a pointer that is put is its own copy, so what is watched is what the agents do with it.
 */
class RegionOutageTest {
    private static final RegionName EU = new RegionName("eu");
    private static final SigningKey KEY = TestRelease.newKey();
    private static final TestRelease RELEASE = TestRelease.ofRandomBytes(600_000, 7);
    private static final AppName HELLO = new AppName("hello");
    private static final String METAINFO = "/v1/metainfo/" + RELEASE.metainfo().digest();

    private ConsulServer consul;
    private S3Server s3;
    private ReportInbox api;
    private Path directory;

    @BeforeAll
    static void requireAgent() {
        RegionAgentProcess.require();
        ConsulServer.require();
    }

    @BeforeEach
    void start(@TempDir Path temp) {
        directory = temp;
        consul = ConsulServer.start("eu", temp);
        s3 = S3Server.start(temp.resolve("s3"));
        api = ReportInbox.start();
        RELEASE.uploadTo(s3);
    }

    @AfterEach
    void stop() {
        api.close();
        s3.close();
        consul.close();
    }

    @Test
    void followsPointersAgainAfterConsulLostEverythingAndItsIndexesBeganAnew() {
        try (RegionAgentProcess agent = healthyAgent("eu-1")) {
            consul.put(Pointer.key(HELLO), RELEASE.signedPointer(HELLO, 1, EU, KEY));
            within(20).until(() -> agent.get(METAINFO).statusCode() == 200);
            TestRelease next = TestRelease.ofRandomBytes(500_000, 8);
            next.uploadTo(s3);

            consul.kill();
            within(60).until(() -> agent.get("/health").statusCode() == 503);
            consul.restart();
            within(60).until(() -> agent.get("/health").statusCode() == 200);
            consul.put(Pointer.key(HELLO), next.signedPointer(HELLO, 2, EU, KEY));

            within(60)
                    .until(() -> agent.get("/v1/metainfo/" + next.metainfo().digest())
                                    .statusCode()
                            == 200);
        }
    }

    @Test
    void saysThatS3IsAwayAndServesAgainWhenItIsBack() {
        try (RegionAgentProcess agent = healthyAgent("eu-1")) {
            consul.put(Pointer.key(HELLO), RELEASE.signedPointer(HELLO, 1, EU, KEY));
            within(20).until(() -> agent.get(METAINFO).statusCode() == 200);
            TestRelease next = TestRelease.ofRandomBytes(500_000, 8);
            next.uploadTo(s3);

            s3.stop();
            within(60).until(() -> agent.get("/health").statusCode() == 503);
            assertThat(new String(agent.get("/health").body(), StandardCharsets.UTF_8))
                    .containsIgnoringCase("s3");
            consul.put(Pointer.key(HELLO), next.signedPointer(HELLO, 2, EU, KEY));
            s3.restart();

            within(60)
                    .until(() -> agent.get("/v1/metainfo/" + next.metainfo().digest())
                                    .statusCode()
                            == 200);
            within(60).until(() -> agent.get("/health").statusCode() == 200);
        }
    }

    @Test
    void startsWhileNothingAroundItAnswersAndCatchesUp() {
        consul.put(Pointer.key(HELLO), RELEASE.signedPointer(HELLO, 1, EU, KEY));
        consul.kill();
        s3.stop();
        try (RegionAgentProcess agent = agent("eu-1")) {
            within(60).until(() -> agent.get("/health").statusCode() == 503);

            consul.restart();
            s3.restart();
            consul.put(Pointer.key(HELLO), RELEASE.signedPointer(HELLO, 1, EU, KEY));

            within(90).until(() -> agent.get(METAINFO).statusCode() == 200);
            within(60).until(() -> agent.get("/health").statusCode() == 200);
        }
    }

    @Test
    void servesFromTheOtherAgentWhenOneIsKilled() {
        try (RegionAgentProcess one = healthyAgent("eu-1");
                RegionAgentProcess two = healthyAgent("eu-2")) {
            consul.put(Pointer.key(HELLO), RELEASE.signedPointer(HELLO, 1, EU, KEY));
            within(20).until(() -> one.get(METAINFO).statusCode() == 200);

            one.kill();

            within(20).until(() -> two.get(METAINFO).statusCode() == 200);
        }
    }

    @Test
    void goesOnWhereItWasAfterItIsKilled() {
        try (RegionAgentProcess agent = healthyAgent("eu-1")) {
            consul.put(Pointer.key(HELLO), RELEASE.signedPointer(HELLO, 1, EU, KEY));
            within(30).until(() -> Files.exists(originFile()) && Files.size(originFile()) == RELEASE.bytes().length);

            agent.restart();

            within(60).until(() -> agent.get("/health").statusCode() == 200);
            within(30).until(() -> agent.get(METAINFO).statusCode() == 200);
            assertThat(originFile()).hasBinaryContent(RELEASE.bytes());
        }
    }

    @Test
    void doesNotSeedAnArtifactWhoseMetainfoIsNotTheSignedOne() {
        TestRelease other = TestRelease.ofRandomBytes(RELEASE.bytes().length, 9);
        s3.put(RELEASE.artifact().metainfoKey(), other.metainfo().encode());
        try (RegionAgentProcess agent = healthyAgent("eu-1")) {
            consul.put(Pointer.key(HELLO), RELEASE.signedPointer(HELLO, 1, EU, KEY));
            AppName marker = new AppName("marker");
            TestRelease good = TestRelease.ofRandomBytes(300_000, 10);
            good.uploadTo(s3);
            consul.put(Pointer.key(marker), good.signedPointer(marker, 1, EU, KEY));
            within(30)
                    .until(() -> agent.get("/v1/metainfo/" + good.metainfo().digest())
                                    .statusCode()
                            == 200);

            assertThat(agent.get(METAINFO).statusCode()).isNotEqualTo(200);
        }
    }

    @Test
    void refusesToStartWithAnUnknownSetting() throws Exception {
        try (RegionAgentProcess agent = agent("eu-1")) {
            agent.kill();
            Path config = directory.resolve("eu-1/region.yaml");
            Files.writeString(config, Files.readString(config) + "\nno_such_setting: 1\n");

            agent.restart();

            within(30).until(() -> !agent.isAlive());
            assertThat(agent.exitCode()).isNotZero();
            assertThat(agent.log()).contains("no_such_setting");
        }
    }

    private Path originFile() {
        return directory.resolve("eu-1/data/origin/" + RELEASE.metainfo().digest() + "/"
                + RELEASE.metainfo().digest());
    }

    private RegionAgentProcess agent(String id) {
        return RegionAgentProcess.start(directory.resolve(id), id, EU, consul, "eu", s3, api.url(), KEY.verifyKey());
    }

    private RegionAgentProcess healthyAgent(String id) {
        RegionAgentProcess agent = agent(id);
        within(60).until(() -> agent.get("/health").statusCode() == 200);
        return agent;
    }

    private static ConditionFactory within(int seconds) {
        return await().atMost(Duration.ofSeconds(seconds))
                .pollInterval(Duration.ofMillis(100))
                .ignoreException(UncheckedIOException.class);
    }
}
