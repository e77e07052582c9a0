package dev.shoal.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Exception;

final class S3CommandTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String BUCKET = "shoal";

    @TempDir
    private Path dir = Path.of("");

    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void makeSecret() throws IOException {
        Files.writeString(dir.resolve("secret"), "secret\n");
        Files.writeString(dir.resolve("token"), "token\n");
    }

    @AfterEach
    void leaveNothingBehind() {
        started.forEach(Process::destroyForcibly);
        started.forEach(process -> process.onExit().join());
    }

    @Test
    void keepsObjectsAndOpenUploadsOverAKill() throws Exception {
        int port = TestPrograms.freePort();
        Process first = serving(port);
        String upload;
        String part;
        try (S3Client s3 = client(port, "secret")) {
            s3.putObject(
                    r -> r.bucket(BUCKET).key("artifacts/a").metadata(Map.of("sha256", "abc")),
                    RequestBody.fromString("whole"));
            upload = s3.createMultipartUpload(r -> r.bucket(BUCKET).key("artifacts/b"))
                    .uploadId();
            part = s3.uploadPart(
                            r -> r.bucket(BUCKET)
                                    .key("artifacts/b")
                                    .uploadId(upload)
                                    .partNumber(1),
                            RequestBody.fromString("part"))
                    .eTag();
        }

        first.destroyForcibly().waitFor();
        serving(port);

        try (S3Client s3 = client(port, "secret")) {
            assertThat(s3.headObject(r -> r.bucket(BUCKET).key("artifacts/a")).metadata())
                    .containsEntry("sha256", "abc");
            s3.completeMultipartUpload(r -> r.bucket(BUCKET)
                    .key("artifacts/b")
                    .uploadId(upload)
                    .multipartUpload(m -> m.parts(
                            CompletedPart.builder().partNumber(1).eTag(part).build())));
            assertThat(s3.getObjectAsBytes(r -> r.bucket(BUCKET).key("artifacts/b"))
                            .asUtf8String())
                    .isEqualTo("part");
        }
    }

    @Test
    void refusesAWrongSecret() throws Exception {
        int port = TestPrograms.freePort();
        serving(port);

        try (S3Client s3 = client(port, "guessed")) {
            assertThatThrownBy(() -> s3.listObjectsV2(r -> r.bucket(BUCKET)))
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(403));
        }
    }

    @Test
    void takesFaultsAtRunTimeFromWhoeverKnowsTheToken() throws Exception {
        int port = TestPrograms.freePort();
        int admin = TestPrograms.freePort();
        await(start(port, admin), admin);
        try (S3Client s3 = client(port, "secret")) {
            s3.putObject(r -> r.bucket(BUCKET).key("artifacts/a"), RequestBody.fromString("whole"));

            assertThat(chaos(admin, "guessed", "PUT", "{\"error_rate\":1}")).isEqualTo(401);
            assertThat(chaos(admin, "token", "PUT", "{\"error_rate\":7}")).isEqualTo(400);
            assertThat(chaos(admin, "token", "PUT", "{\"eror_rate\":1}")).isEqualTo(400);
            assertThat(s3.headObject(r -> r.bucket(BUCKET).key("artifacts/a")).contentLength())
                    .isEqualTo(5);
            assertThat(chaos(admin, "token", "PUT", "{\"error_rate\":1}")).isEqualTo(200);
            assertThatThrownBy(() -> s3.headObject(r -> r.bucket(BUCKET).key("artifacts/a")))
                    .isInstanceOfSatisfying(
                            S3Exception.class, e -> assertThat(e.statusCode()).isEqualTo(503));

            assertThat(chaos(admin, "token", "DELETE", "")).isEqualTo(200);

            assertThat(s3.getObjectAsBytes(r -> r.bucket(BUCKET).key("artifacts/a"))
                            .asUtf8String())
                    .isEqualTo("whole");
        }
    }

    private static int chaos(int admin, String token, String method, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + admin + "/chaos"))
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .timeout(LIMIT)
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    @Test
    void endsWhenItIsAskedTo() throws Exception {
        Process s3 = serving(TestPrograms.freePort());

        s3.destroy();

        assertThat(s3.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void endsWithAnErrorWhenItsPortIsTaken() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process = start(taken.getLocalPort(), TestPrograms.freePort());

            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isNotZero();
        }
    }

    private Process serving(int port) throws IOException {
        int admin = TestPrograms.freePort();
        return await(start(port, admin), admin);
    }

    private static Process await(Process process, int admin) {
        try (Prober prober = new Prober()) {
            Awaitility.await()
                    .atMost(LIMIT)
                    .failFast("S3 ended, see its log", () -> !process.isAlive())
                    .until(() -> prober.isHealthy(TestPrograms.health(admin)));
        }
        return process;
    }

    private Process start(int port, int admin) throws IOException {
        Process process = new ProcessBuilder(TestPrograms.java(
                        Main.class,
                        "s3",
                        "--data",
                        dir.resolve("s3").toString(),
                        "--port",
                        Integer.toString(port),
                        "--admin-port",
                        Integer.toString(admin),
                        "--access-key",
                        "shoal",
                        "--secret-key-file",
                        dir.resolve("secret").toString(),
                        "--chaos-token-file",
                        dir.resolve("token").toString(),
                        "--bucket",
                        BUCKET))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(dir.resolve("log").toFile()))
                .start();
        started.add(process);
        return process;
    }

    private static S3Client client(int port, String secret) {
        return S3Client.builder()
                .endpointOverride(URI.create("http://127.0.0.1:" + port))
                .forcePathStyle(true)
                .region(Region.US_EAST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("shoal", secret)))
                .httpClientBuilder(Apache5HttpClient.builder())
                .build();
    }
}
