package dev.shoal.simulation.bench.artifact;

import dev.shoal.activities.blobs.RegionConfig;
import dev.shoal.activities.blobs.S3Config;
import dev.shoal.model.RegionName;
import dev.shoal.simulation.bench.Trees;
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
import java.util.Optional;

/** The development stack's S3 in a process of its own. Its buckets are directories. */
final class Endpoint implements AutoCloseable {
    static final RegionName REGION = new RegionName("bench");
    static final String USER = "shoal";
    static final String SECRET = "bench-secret";
    private static final Duration START = Duration.ofMinutes(2);

    private final Process process;
    private final URI address;
    private final Path dir;

    private Endpoint(Process process, URI address, Path dir) {
        this.process = process;
        this.address = address;
        this.dir = dir;
    }

    /** Starts it on free ports with its data under {@code dir}, and waits until it answers. */
    static Endpoint start(Path dir) throws IOException, InterruptedException {
        Files.writeString(dir.resolve("secret"), SECRET);
        int port = freePort();
        int admin = freePort();
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.shoal.dev.Main",
                        "s3",
                        "--data",
                        dir.resolve("data").toString(),
                        "--port",
                        Integer.toString(port),
                        "--admin-port",
                        Integer.toString(admin),
                        "--access-key",
                        USER,
                        "--secret-key-file",
                        dir.resolve("secret").toString(),
                        "--bucket",
                        "unused")
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("s3.log").toFile())
                .start();
        Endpoint endpoint = new Endpoint(process, URI.create("http://127.0.0.1:" + port), dir);
        try {
            endpoint.awaitHealth(URI.create("http://127.0.0.1:" + admin + "/health"));
            return endpoint;
        } catch (IOException | InterruptedException e) {
            endpoint.close();
            throw e;
        }
    }

    URI address() {
        return address;
    }

    /** An empty bucket; whatever it held before is gone. */
    RegionConfig emptyBucket(String name) throws IOException {
        Path bucket = dir.resolve("data").resolve(name);
        Trees.delete(bucket);
        Files.createDirectories(bucket);
        return new RegionConfig(REGION, new S3Config(address, name, USER, dir.resolve("secret"), Optional.empty()));
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private void awaitHealth(URI health) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        try (HttpClient http = HttpClient.newHttpClient()) {
            while (process.isAlive() && System.nanoTime() < deadline) {
                try {
                    HttpRequest request = HttpRequest.newBuilder(health)
                            .timeout(Duration.ofSeconds(5))
                            .build();
                    if (http.send(request, HttpResponse.BodyHandlers.discarding())
                                    .statusCode()
                            == 200) {
                        return;
                    }
                } catch (IOException notYet) {
                    Thread.sleep(Duration.ofMillis(100));
                }
            }
        }
        throw new IOException("S3 did not start, see " + dir.resolve("s3.log"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
