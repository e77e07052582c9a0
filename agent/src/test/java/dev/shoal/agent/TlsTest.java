package dev.shoal.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.shoal.agent.testkit.ConsulServer;
import dev.shoal.agent.testkit.FreePorts;
import dev.shoal.agent.testkit.ReportInbox;
import dev.shoal.agent.testkit.S3Server;
import dev.shoal.agent.testkit.TestCa;
import dev.shoal.agent.testkit.TestRelease;
import dev.shoal.agent.testkit.TlsFront;
import dev.shoal.model.AppName;
import dev.shoal.model.RegionName;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SigningKey;
import dev.shoal.model.report.AppState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A region whose every connection but those between peers is TLS by a CA of its own. All agents are processes of their own. */
@Timeout(180)
class TlsTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final RegionName EU = new RegionName("eu");
    private static final AppName HELLO = new AppName("hello");
    private static final SigningKey KEY = TestRelease.newKey();
    private static final TestRelease RELEASE = TestRelease.ofRandomBytes(3 << 20, 5);

    @TempDir
    Path dir;

    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<Integer> ports = FreePorts.pick(4);
    private TestCa ours;
    private TestCa another;
    private ReportInbox inbox;
    private ConsulServer consul;
    private URI consulUrl;
    private URI s3Url;
    private URI apiUrl;

    @BeforeEach
    void start() throws IOException {
        ours = TestCa.make(dir.resolve("ca"));
        another = TestCa.make(dir.resolve("another-ca"));
        consul = opened(ConsulServer.start("eu", dir));
        S3Server s3 = opened(S3Server.start(dir.resolve("s3")));
        inbox = opened(ReportInbox.start());
        consulUrl = opened(TlsFront.of(ours.context(), consul.url())).url();
        s3Url = opened(TlsFront.of(ours.context(), s3.endpoint())).url();
        apiUrl = opened(TlsFront.of(ours.context(), inbox.url())).url();
        RELEASE.uploadTo(s3);
        Files.writeString(dir.resolve("release.pub"), KEY.verifyKey().toPem());
        for (String secret : List.of("agent.token", "machine.token")) {
            Files.writeString(dir.resolve(secret), "secret");
        }
        Files.writeString(dir.resolve("s3.key"), S3Server.SECRET);
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable part : open.reversed()) {
            part.close();
        }
    }

    @Test
    void aBuildReachesAMachineAndItsReportTheApiOverTlsAlone() throws Exception {
        regionAgent(ours);
        until(() -> health().statusCode() == 200);
        machine(ours);
        consul.put(Pointer.key(HELLO), RELEASE.signedPointer(HELLO, 1, EU, KEY));

        until(this::machineReportsHealthy);

        assertThat(plainHttp("/health")).doesNotContain("HTTP");
    }

    @Test
    void aServerOfAnotherCaIsNotBelieved() throws Exception {
        regionAgent(another);

        until(() -> health().body().contains("Consul does not answer"));

        assertThat(health().body()).contains("S3 does not answer");
        assertThat(dir.resolve("region.log")).content().contains("PKIX path");
    }

    private void until(Callable<Boolean> condition) throws IOException {
        try {
            await().atMost(LIMIT).ignoreExceptionsInstanceOf(IOException.class).until(condition);
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(log("region") + log("machine"), e);
        }
    }

    private String log(String name) throws IOException {
        Path file = dir.resolve(name + ".log");
        return Files.exists(file) ? name + ":\n" + Files.readString(file) : name + ": not started\n";
    }

    private boolean machineReportsHealthy() {
        return inbox.batches().stream()
                .flatMap(batch -> batch.reports().stream())
                .flatMap(report -> report.apps().stream())
                .anyMatch(app -> app.state() == AppState.HEALTHY);
    }

    private HttpResponse<String> health() throws Exception {
        try (HttpClient http =
                HttpClient.newBuilder().sslContext(ours.context()).build()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + ports.get(0) + "/health"))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    BodyHandlers.ofString());
        }
    }

    private String plainHttp(String path) throws IOException {
        try (java.net.Socket socket = new java.net.Socket("127.0.0.1", ports.get(0))) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n").getBytes());
            return new String(socket.getInputStream().readNBytes(12));
        }
    }

    private void regionAgent(TestCa trusted) throws IOException {
        Files.writeString(dir.resolve("region.yaml"), """
                agent_id: eu-1
                region: eu
                listen: {host: 127.0.0.1, port: %d, cert_file: %s, key_file: %s}
                torrent_port: %d
                consul: {url: "%s", datacenter: eu, global_datacenter: eu}
                s3: {endpoint: "%s", bucket: %s, access_key: %s, secret_key_file: %s}
                trusted_keys: [%s]
                api: {url: "%s", token_file: %s}
                machine_token_file: %s
                data_dir: %s
                ca_file: %s
                """.formatted(
                        ports.get(0),
                        ours.certFile(),
                        ours.keyFile(),
                        ports.get(1),
                        consulUrl,
                        s3Url,
                        S3Server.BUCKET,
                        S3Server.ACCESS_KEY,
                        dir.resolve("s3.key"),
                        dir.resolve("release.pub"),
                        apiUrl,
                        dir.resolve("agent.token"),
                        dir.resolve("machine.token"),
                        dir.resolve("region"),
                        trusted.caFile()));
        launch("region", "dev.shoal.agent.region.RegionAgent");
    }

    private void machine(TestCa trusted) throws IOException {
        Files.writeString(dir.resolve("machine.yaml"), """
                admin_port: %d
                region: eu
                consul: {url: "%s"}
                region_agents: ["https://127.0.0.1:%d"]
                trusted_keys: [%s]
                token_file: %s
                ca_file: %s
                machines:
                  - {id: eu-m1, data_dir: %s, torrent_port: %d}
                """.formatted(
                        ports.get(2),
                        consulUrl,
                        ports.get(0),
                        dir.resolve("release.pub"),
                        dir.resolve("machine.token"),
                        trusted.caFile(),
                        dir.resolve("m1"),
                        ports.get(3)));
        launch("machine", "dev.shoal.agent.machine.MachineAgent");
    }

    private void launch(String name, String main) throws IOException {
        String home = System.getProperty("java.home");
        ProcessBuilder builder = new ProcessBuilder(
                        home + "/bin/java",
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main,
                        "--config",
                        dir.resolve(name + ".yaml").toString())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve(name + ".log").toFile());
        builder.environment().put("LD_PRELOAD", home + "/lib/libjsig.so");
        Process process = builder.start();
        open.add(() -> process.destroyForcibly().onExit().join());
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.add(part);
        return part;
    }
}
