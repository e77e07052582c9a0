package dev.shoal.agent.testkit;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.shoal.model.RegionName;
import dev.shoal.model.pointer.VerifyKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A region agent as production starts it: a process of its own with a configuration file. Not thread-safe. */
public final class RegionAgentProcess implements AutoCloseable {
    /** What machines authenticate with. */
    public static final String MACHINE_TOKEN = "machine-token-for-tests";

    /** What it shows to the API. */
    public static final String AGENT_TOKEN = "agent-token-for-tests";

    private static final String MAIN = "dev.shoal.agent.region.RegionAgent";

    private final Path directory;
    private final int port;
    private final int torrentPort;
    private final HttpClient http = HttpClient.newHttpClient();
    private Process process;

    private RegionAgentProcess(Path directory, int port, int torrentPort) {
        this.directory = directory;
        this.port = port;
        this.torrentPort = torrentPort;
        process = launch();
    }

    /** Aborts the test, loudly, where the class path has no region agent. */
    public static void require() {
        try {
            Class.forName(MAIN, false, RegionAgentProcess.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            abort("SKIPPED: no " + MAIN + " on the class path");
        }
    }

    /** Starts agent {@code id} of {@code region} with its data in {@code directory}; does not wait for it. */
    public static RegionAgentProcess start(
            Path directory,
            String id,
            RegionName region,
            ConsulServer consul,
            String globalDatacenter,
            S3Server s3,
            URI api,
            VerifyKey trusted) {
        List<Integer> ports = FreePorts.pick(2);
        try {
            Files.createDirectories(directory);
            Path key = Files.writeString(directory.resolve("release.pub"), trusted.toPem());
            Path secret = Files.writeString(directory.resolve("s3.key"), S3Server.SECRET + "\n");
            Path agentToken = Files.writeString(directory.resolve("agent.token"), AGENT_TOKEN + "\n");
            Path machineToken = Files.writeString(directory.resolve("machine.token"), MACHINE_TOKEN + "\n");
            Files.writeString(directory.resolve("region.yaml"), """
                    agent_id: %s
                    region: %s
                    listen: {host: 127.0.0.1, port: %d}
                    torrent_port: %d
                    consul: {url: "%s", datacenter: %s, global_datacenter: %s}
                    s3: {endpoint: "%s", bucket: %s, access_key: %s, secret_key_file: %s}
                    trusted_keys: [%s]
                    api: {url: "%s", token_file: %s}
                    machine_token_file: %s
                    data_dir: %s
                    """.formatted(
                            id,
                            region,
                            ports.get(0),
                            ports.get(1),
                            consul.url(),
                            consul.datacenter(),
                            globalDatacenter,
                            s3.endpoint(),
                            S3Server.BUCKET,
                            S3Server.ACCESS_KEY,
                            secret,
                            key,
                            api,
                            agentToken,
                            machineToken,
                            directory.resolve("data")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new RegionAgentProcess(directory, ports.get(0), ports.get(1));
    }

    private Process launch() {
        String home = System.getProperty("java.home");
        ProcessBuilder builder = new ProcessBuilder(
                        home + "/bin/java",
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        MAIN,
                        "--config",
                        directory.resolve("region.yaml").toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("agent.log").toFile()));
        builder.environment().put("LD_PRELOAD", home + "/lib/libjsig.so");
        try {
            Process started = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its HTTP address. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Where its origin seeder listens. */
    public int torrentPort() {
        return torrentPort;
    }

    /** Whether it still runs. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** How it ended. @throws IllegalThreadStateException if it runs */
    public int exitCode() {
        return process.exitValue();
    }

    /** Kills it as a power cut would. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Starts it again on the same ports and data. */
    public void restart() {
        kill();
        process = launch();
    }

    /** GETs {@code path} (with its query). @throws UncheckedIOException when it does not answer */
    public HttpResponse<byte[]> get(String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(20));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return send(request.build());
    }

    /** Sends {@code request}. @throws UncheckedIOException when it does not answer */
    public HttpResponse<byte[]> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new UncheckedIOException(log(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** What it has logged. */
    public String log() {
        try {
            return Files.readString(directory.resolve("agent.log"));
        } catch (IOException e) {
            return "no log: " + e;
        }
    }

    /** Asks it to end and waits for it; kills it after 15 s. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
        http.close();
    }
}
