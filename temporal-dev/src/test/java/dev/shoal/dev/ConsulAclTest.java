package dev.shoal.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What each role may do, asked of two real Consul datacenters that run with a stack's own configuration. */
@Timeout(120)
final class ConsulAclTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String KEY = "kv/shoal/apps/web/version";
    private static final List<String> REGIONS = List.of("eu");
    private static final StackOptions OPTIONS = new StackOptions(1, 0, 1, 1, 1, false, 200, Map.of());
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final List<Process> STARTED = new ArrayList<>();

    private static Layout layout = new Layout(Path.of("/"));
    private static Ports ports;

    @BeforeAll
    static void start(@TempDir Path dir) throws IOException {
        Path consul = TestPrograms.cache().resolve(Tool.CONSUL.cacheName());
        assumeTrue(Files.isExecutable(consul), "SKIPPED: no Consul in the cache; ./shoal tools builds it");
        layout = Layout.of(dir);
        ports = Ports.load(dir.resolve("ports.json"), Map.of());
        Secrets.ensure(layout, REGIONS);
        Files.createDirectories(dir.resolve("conf"));
        for (String datacenter : List.of("eu", Configs.GLOBAL)) {
            serve(consul, datacenter);
        }
        ensure("eu", Configs.GLOBAL);
        await().atMost(LIMIT).until(() -> get("eu", "status/leader?dc=global", "") == 200);
    }

    private static void serve(Path consul, String datacenter) throws IOException {
        Path file = layout.conf("consul-" + datacenter + ".json");
        Files.writeString(file, new Configs(layout, OPTIONS, ports).consul(datacenter, List.of("eu", Configs.GLOBAL)));
        STARTED.add(new ProcessBuilder(
                        consul.toString(),
                        "agent",
                        "-config-file",
                        file.toString(),
                        "-config-file",
                        layout.consulTokens(datacenter).toString())
                .redirectErrorStream(true)
                .redirectOutput(layout.dir().resolve(datacenter + ".log").toFile())
                .start());
    }

    @AfterAll
    static void stop() {
        STARTED.forEach(process -> process.destroyForcibly().onExit().join());
    }

    @Test
    void aMachineReadsThePointersOfItsRegionAndNothingElse() throws Exception {
        String machine = secret(layout.machineToken("eu"));

        assertThat(get("eu", "kv/shoal/apps/?recurse", machine)).isIn(200, 404);
        assertThat(put("eu", KEY, machine)).isEqualTo(403);
        assertThat(delete("eu", KEY, machine)).isEqualTo(403);
        assertThat(get("eu", "kv/other/?recurse", machine)).isEqualTo(403);
        assertThat(get("eu", "kv/?recurse", machine)).isEqualTo(403);
        assertThat(get("eu", "acl/tokens", machine)).isEqualTo(403);
        assertThat(get("eu", "kv/shoal/apps/?recurse&dc=global", machine)).isEqualTo(403);
        assertThat(get(Configs.GLOBAL, "kv/shoal/apps/?recurse", machine)).isEqualTo(403);
        assertThat(put("eu", KEY + "?dc=global", machine)).isEqualTo(403);
    }

    @Test
    void aRegionAgentWritesThePointersOfItsRegionAndReadsTheGlobalOnes() throws Exception {
        String agent = secret(layout.regionAgentToken("eu"));

        assertThat(put("eu", KEY, agent)).isEqualTo(200);
        assertThat(get("eu", "kv/shoal/apps/?recurse", agent)).isEqualTo(200);
        assertThat(get("eu", "kv/shoal/apps/?recurse&dc=global", agent)).isIn(200, 404);
        assertThat(put("eu", KEY + "?dc=global", agent)).isEqualTo(403);
        assertThat(put(Configs.GLOBAL, KEY, agent)).isEqualTo(403);
        assertThat(put("eu", "kv/other", agent)).isEqualTo(403);
    }

    @Test
    void aReleaseHostWritesTheGlobalPointersAndKnowsNoRegion() throws Exception {
        String host = secret(layout.releaseHostToken());

        assertThat(put(Configs.GLOBAL, KEY, host)).isEqualTo(200);
        assertThat(get(Configs.GLOBAL, KEY, host)).isEqualTo(200);
        assertThat(put(Configs.GLOBAL, "kv/other", host)).isEqualTo(403);
        assertThat(put("eu", KEY, host)).isEqualTo(403);
        assertThat(get("eu", KEY, host)).isEqualTo(403);
    }

    @Test
    void nobodyDoesAnythingWithoutAToken() throws Exception {
        assertThat(get("eu", "kv/shoal/apps/?recurse", "")).isEqualTo(403);
        assertThat(put("eu", KEY, "")).isEqualTo(403);
        assertThat(put(Configs.GLOBAL, KEY, "")).isEqualTo(403);
    }

    @Test
    void whatAnInterruptedStartLeftOutIsMadeByTheNextOneAndALostSecretIsReplaced() throws Exception {
        String management = secret(layout.consulManagementToken(Configs.GLOBAL));
        Path lost = layout.dir().resolve("lost.token");
        Files.writeString(lost, UUID.randomUUID().toString());
        List<ConsulAcl.Grant> grants =
                List.of(new ConsulAcl.Grant("shoal-test", ConsulAcl.Policy.POINTERS_WRITE, lost));
        ensure(acl(Configs.GLOBAL, grants));
        String before = secret(lost);
        assertThat(put(Configs.GLOBAL, KEY, before)).isEqualTo(200);
        Files.writeString(lost, UUID.randomUUID().toString());

        ensure(acl(Configs.GLOBAL, grants));

        assertThat(put(Configs.GLOBAL, KEY, before)).isEqualTo(403);
        assertThat(put(Configs.GLOBAL, KEY, secret(lost))).isEqualTo(200);
        assertThat(get(Configs.GLOBAL, "acl/tokens", management)).isEqualTo(200);
    }

    private static void ensure(String... datacenters) {
        for (String datacenter : datacenters) {
            ensure(acl(
                    datacenter,
                    datacenter.equals(Configs.GLOBAL)
                            ? ConsulAcl.ofGlobal(layout, REGIONS)
                            : ConsulAcl.ofRegion(layout, datacenter)));
        }
    }

    private static void ensure(ConsulAcl acl) {
        await().atMost(LIMIT).ignoreExceptionsInstanceOf(IOException.class).until(() -> acl.ensure(HTTP));
    }

    private static ConsulAcl acl(String datacenter, List<ConsulAcl.Grant> grants) {
        return new ConsulAcl(
                url(datacenter, ""),
                "consul-" + datacenter,
                datacenter,
                layout.consulManagementToken(datacenter),
                layout.consulServerToken(datacenter),
                grants);
    }

    private static int get(String datacenter, String path, String token) throws Exception {
        return send(HttpRequest.newBuilder(url(datacenter, path)), token);
    }

    private static int put(String datacenter, String path, String token) throws Exception {
        return send(HttpRequest.newBuilder(url(datacenter, path)).PUT(BodyPublishers.ofString("pointer")), token);
    }

    private static int delete(String datacenter, String path, String token) throws Exception {
        return send(HttpRequest.newBuilder(url(datacenter, path)).DELETE(), token);
    }

    private static int send(HttpRequest.Builder request, String token) throws Exception {
        if (!token.isEmpty()) {
            request.header("X-Consul-Token", token);
        }
        return HTTP.send(request.timeout(Duration.ofSeconds(10)).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private static URI url(String datacenter, String path) {
        return URI.create("http://127.0.0.1:" + ports.of("consul-" + datacenter) + "/v1/" + path);
    }

    private static String secret(Path file) throws IOException {
        return Files.readString(file).strip();
    }
}
