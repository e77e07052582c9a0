package dev.shoal.dev;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The policies and tokens of one Consul datacenter. Each datacenter has its own, so what a stolen token opens ends with its region.
 * Blocking; one thread at a time.
 */
final class ConsulAcl {
    /** What agents and release hosts may do; the policies themselves are the {@code .hcl} files of these names. */
    enum Policy {
        POINTERS_READ("pointers-read"),
        POINTERS_WRITE("pointers-write");

        private final String file;

        Policy(String file) {
            this.file = file;
        }

        private String id() {
            return "shoal-" + file;
        }

        private String rules() throws IOException {
            try (InputStream in = ConsulAcl.class.getResourceAsStream("/consul/" + file + ".hcl")) {
                return new String(in.readAllBytes(), StandardCharsets.UTF_8);
            }
        }
    }

    /** A token whose secret is in a file. */
    record Grant(String name, Policy policy, Path secret) {}

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIME_OUT = Duration.ofSeconds(2);
    private static final int OK = 200;

    private final URI consul;
    private final String node;
    private final String datacenter;
    private final Path management;
    private final Path server;
    private final List<Grant> grants;
    private boolean applied;

    /**
     * @param management the secret of the token that may do everything, which Consul itself makes from its configuration
     * @param server the secret of the token that Consul uses for its own node
     */
    ConsulAcl(URI consul, String node, String datacenter, Path management, Path server, List<Grant> grants) {
        this.consul = consul;
        this.node = node;
        this.datacenter = datacenter;
        this.management = management;
        this.server = server;
        this.grants = List.copyOf(grants);
    }

    /**
     * Makes what is missing, the first time also what an older version of Shoal had made otherwise. Returns whether all is there. What it
     * does may stop anywhere: every step may be done twice, and tokens come after the policies that they name.
     */
    boolean ensure(HttpClient http) throws IOException, InterruptedException {
        // The server's is the last that is made.
        if (applied && send(http, secret(server), "GET", "token/self", Map.of()).statusCode() == OK) {
            return true;
        }
        for (Policy policy : Policy.values()) {
            if (!put(
                    http,
                    "policy",
                    "policy/name/" + policy.id(),
                    Map.of("Name", policy.id(), "Rules", policy.rules()))) {
                return false;
            }
        }
        for (Grant grant : grants) {
            if (!token(
                    http,
                    grant.name(),
                    grant.secret(),
                    "Policies",
                    Map.of("Name", grant.policy().id()))) {
                return false;
            }
        }
        applied = token(
                http,
                "shoal-consul-server",
                server,
                "NodeIdentities",
                Map.of("NodeName", node, "Datacenter", datacenter));
        return applied;
    }

    private boolean token(HttpClient http, String name, Path secret, String kind, Map<String, String> what)
            throws IOException, InterruptedException {
        String accessor =
                UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
        HttpResponse<String> known = send(http, secret(management), "GET", "token/" + accessor, Map.of());
        if (known.statusCode() == OK
                && !JSON.readTree(known.body()).path("SecretID").asText().equals(secret(secret))
                && send(http, secret(management), "DELETE", "token/" + accessor, Map.of())
                                .statusCode()
                        != OK) {
            return false;
        }
        return put(
                http,
                "token",
                "token/" + accessor,
                Map.of("AccessorID", accessor, "SecretID", secret(secret), "Description", name, kind, List.of(what)));
    }

    /** Creates what {@code found} does not find, and else makes it so. */
    private boolean put(HttpClient http, String kind, String found, Map<String, Object> content)
            throws IOException, InterruptedException {
        HttpResponse<String> known = send(http, secret(management), "GET", found, Map.of());
        String path = kind;
        if (known.statusCode() == OK) {
            JsonNode id = JSON.readTree(known.body());
            path = kind + "/"
                    + id.path(kind.equals("policy") ? "ID" : "AccessorID").asText();
        }
        return send(http, secret(management), "PUT", path, content).statusCode() == OK;
    }

    private HttpResponse<String> send(
            HttpClient http, String token, String method, String path, Map<String, Object> content)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(consul.resolve("/v1/acl/" + path))
                .timeout(TIME_OUT)
                .header("X-Consul-Token", token)
                .method(
                        method,
                        content.isEmpty()
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString(JSON.writeValueAsString(content)));
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static String secret(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    /** The tokens of a datacenter that regions have: machines read, region agents write. */
    static List<Grant> ofRegion(Layout layout, String region) {
        return List.of(
                new Grant("shoal-machine-" + region, Policy.POINTERS_READ, layout.machineToken(region)),
                new Grant("shoal-region-agent-" + region, Policy.POINTERS_WRITE, layout.regionAgentToken(region)));
    }

    /** Those of the global datacenter: release hosts write, every region's agents read. */
    static List<Grant> ofGlobal(Layout layout, List<String> regions) {
        List<Grant> grants = new ArrayList<>();
        grants.add(new Grant("shoal-release-host", Policy.POINTERS_WRITE, layout.releaseHostToken()));
        regions.forEach(region -> grants.add(
                new Grant("shoal-region-agent-" + region, Policy.POINTERS_READ, layout.regionAgentToken(region))));
        return grants;
    }
}
