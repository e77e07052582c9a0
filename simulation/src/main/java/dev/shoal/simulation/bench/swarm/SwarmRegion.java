package dev.shoal.simulation.bench.swarm;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.json.Json;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SignedPointer;
import dev.shoal.model.pointer.SigningKey;
import dev.shoal.model.pointer.VerifyKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A region as machines see it: Consul on the first host, and on each of the first hosts a region agent with an S3 beside it that it
 * reaches without the shaped link. All are the programs of production. Confined to one thread.
 */
final class SwarmRegion implements AutoCloseable {
    static final String REGION = "bench";
    static final String BUCKET = "shoal";
    static final String ACCESS_KEY = "bench";
    private static final String SECRET = "bench-secret";
    private static final Duration START = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Testbed testbed;
    private final Path dir;
    private final int origins;
    private final SigningKey key;
    private final int consulPort = freePort();
    private final int agentPort = freePort();
    private final int torrentPort = freePort();
    private final int s3Port = freePort();
    private final List<HostProcess> processes = new ArrayList<>();
    private final List<HostProcess> agents = new ArrayList<>();
    private final List<HostProcess> errands = new ArrayList<>();

    private SwarmRegion(Testbed testbed, Path dir, int origins) throws IOException {
        this.testbed = testbed;
        this.dir = dir;
        this.origins = origins;
        this.key = newKey();
    }

    /** Starts it and waits until it is healthy. */
    static SwarmRegion start(Testbed testbed, Path dir, int origins, Path consul)
            throws IOException, InterruptedException {
        SwarmRegion region = new SwarmRegion(testbed, dir, origins);
        try {
            region.start(consul);
            return region;
        } catch (IOException | InterruptedException e) {
            region.close();
            throw e;
        }
    }

    private void start(Path consul) throws IOException, InterruptedException {
        Files.writeString(publicKey(), key.verifyKey().toPem());
        Files.writeString(machineToken(), "bench-machine");
        Files.writeString(dir.resolve("s3.key"), SECRET);
        launch(0, consulCommand(consul), "consul");
        for (int host = 0; host < origins; host++) {
            launch(host, s3Command(host), "s3-" + host);
            HostProcess errand = HostProcess.start(
                    testbed.on(host, HostProcess.java(Errands.class, 256, List.of())), log("errands-" + host), true);
            processes.add(errand);
            errands.add(errand);
        }
        await(0, consulUrl("127.0.0.1") + "/v1/catalog/nodes");
        for (int host = 0; host < origins; host++) {
            Path config = dir.resolve("region-" + host + ".yaml");
            Files.writeString(config, regionYaml(host));
            agents.add(launch(
                    host,
                    HostProcess.java("dev.shoal.agent.region.RegionAgent", 192, List.of("--config", config.toString())),
                    "region-" + host));
        }
        for (int host = 0; host < origins; host++) {
            await(host, agentUrl(host) + "/v1/status");
        }
    }

    private List<String> consulCommand(Path consul) throws IOException {
        return List.of(
                consul.toString(),
                "agent",
                "-dev",
                "-log-level=warn",
                "-datacenter=" + REGION,
                "-node=" + REGION,
                "-bind=127.0.0.1",
                "-client=" + (testbed.address(0).startsWith("127.") ? "127.0.0.1 " + testbed.address(0) : "0.0.0.0"),
                "-http-port=" + consulPort,
                "-dns-port=-1",
                "-grpc-port=-1",
                "-grpc-tls-port=-1",
                "-server-port=" + freePort(),
                "-serf-lan-port=" + freePort(),
                "-serf-wan-port=-1");
    }

    private List<String> s3Command(int host) throws IOException {
        return HostProcess.java(
                "dev.shoal.dev.Main",
                512,
                List.of(
                        "s3",
                        "--data",
                        dir.resolve("s3-" + host).toString(),
                        "--port",
                        Integer.toString(s3Port + host),
                        "--admin-port",
                        Integer.toString(freePort()),
                        "--access-key",
                        ACCESS_KEY,
                        "--secret-key-file",
                        dir.resolve("s3.key").toString(),
                        "--bucket",
                        BUCKET));
    }

    private String regionYaml(int host) {
        return """
                agent_id: bench-%d
                region: bench
                listen: {host: %s, port: %d}
                torrent_port: %d
                origin_lane: {number: %d, of: %d}
                consul: {url: "%s", datacenter: bench, global_datacenter: bench}
                s3: {endpoint: "http://127.0.0.1:%d", bucket: shoal, access_key: bench, secret_key_file: %s}
                trusted_keys: [%s]
                api: {url: "http://127.0.0.1:9", token_file: %s}
                machine_token_file: %s
                data_dir: %s
                """.formatted(
                        host,
                        testbed.address(host),
                        agentPort + host,
                        torrentPort + host,
                        host,
                        origins,
                        consulUrl(testbed.address(0)),
                        s3Port + host,
                        dir.resolve("s3.key"),
                        publicKey(),
                        machineToken(),
                        machineToken(),
                        dir.resolve("region-" + host));
    }

    Path publicKey() {
        return dir.resolve("release.pub");
    }

    Path machineToken() {
        return dir.resolve("machine.token");
    }

    /** Consul, as machines reach it. */
    String consulUrl() {
        return consulUrl(testbed.address(0));
    }

    private String consulUrl(String host) {
        return "http://" + host + ":" + consulPort;
    }

    List<String> agentUrls() {
        List<String> urls = new ArrayList<>();
        for (int host = 0; host < origins; host++) {
            urls.add(agentUrl(host));
        }
        return urls;
    }

    private String agentUrl(int host) {
        return "http://" + testbed.address(host) + ":" + (agentPort + host);
    }

    /** Uploads a file into the S3 of every origin, as builds are. */
    Artifact upload(Path file) throws IOException {
        String artifact = "";
        for (int host = 0; host < origins; host++) {
            artifact = errand(
                    host, "upload http://127.0.0.1:" + (s3Port + host) + " " + dir.resolve("s3.key") + " " + file);
        }
        return Json.read(artifact, Artifact.class);
    }

    /** Flips the pointer; returns the monotonic time at which the write was begun. Machines load the build and activate nothing. */
    long release(AppName app, long seq, Artifact artifact) throws IOException {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        Pointer pointer = new Pointer(
                app,
                new BuildName(app + "-" + seq),
                new Seq(seq),
                0,
                artifact,
                Activation.ofFile("program"),
                Map.of(new RegionName(REGION), 0),
                now,
                now.plus(Duration.ofDays(1)));
        Path value = Files.write(dir.resolve("pointer"), SignedPointer.sign(pointer, key));
        return Long.parseLong(errand(0, "put " + consulUrl("127.0.0.1") + "/v1/kv/" + Pointer.key(app) + " " + value));
    }

    /** The processor time of the region agents so far. */
    double cpuSeconds() throws IOException {
        double seconds = 0;
        for (HostProcess agent : agents) {
            seconds += agent.cpuSeconds();
        }
        return seconds;
    }

    private String errand(int host, String words) throws IOException {
        HostProcess errand = errands.get(host);
        errand.tell(words);
        String answer = errand.line(Errands.OK, Errands.FAILED);
        if (answer.startsWith(Errands.FAILED)) {
            throw new IOException(words + ": " + answer.substring(Errands.FAILED.length()));
        }
        return answer.substring(Errands.OK.length());
    }

    private void await(int host, String url) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START.toNanos();
        while (true) {
            try {
                errand(host, "get " + url);
                return;
            } catch (IOException e) {
                if (System.nanoTime() > deadline || processes.stream().anyMatch(p -> !p.isAlive())) {
                    throw new IOException(url + " did not come up, see " + dir, e);
                }
            }
            LockSupport.parkNanos(POLL.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    private HostProcess launch(int host, List<String> command, String name) throws IOException {
        HostProcess process = HostProcess.start(testbed.on(host, command), log(name), false);
        processes.add(process);
        return process;
    }

    private Path log(String name) {
        return dir.resolve(name + ".log");
    }

    @Override
    public void close() {
        processes.reversed().forEach(HostProcess::close);
    }

    private static SigningKey newKey() {
        try {
            KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            return new SigningKey(pair.getPrivate(), VerifyKey.of(pair.getPublic()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has Ed25519", e);
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
