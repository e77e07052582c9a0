package dev.shoal.dev;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The configuration files of the roles, as docs/ARCHITECTURE.md fixes them: pure, from layout, options and ports. */
final class Configs {
    private static final ObjectMapper YAML =
            new ObjectMapper(new YAMLFactory().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER));
    private static final String LOCALHOST = "127.0.0.1";

    /** Consul's datacenter that pointers are written to. */
    static final String GLOBAL = "global";

    static final String BUCKET = "shoal";
    static final String ACCESS_KEY = "shoal";

    private final Layout layout;
    private final StackOptions options;
    private final Ports ports;

    Configs(Layout layout, StackOptions options, Ports ports) {
        this.layout = layout;
        this.options = options;
        this.ports = ports;
    }

    String api() {
        Map<String, Object> connector = map("type", "http", "port", ports.of("api"), "bindHost", LOCALHOST);
        Map<String, Object> admin = map("type", "http", "port", ports.of("api-admin"), "bindHost", LOCALHOST);
        Map<String, Object> config = new LinkedHashMap<>();
        config.put(
                "server",
                map(
                        "applicationConnectors", List.of(connector),
                        "adminConnectors", List.of(admin),
                        "requestLog", map("appenders", List.of())));
        config.put("logging", map("level", "INFO", "appenders", List.of(map("type", "console"))));
        config.put("database", database(8));
        Map<String, Object> temporal = temporal();
        temporal.put("web_ui", url("temporal-ui"));
        config.put("temporal", temporal);
        config.put("home_region", home());
        config.put("regions", regions());
        config.put(
                "bootstrap_tokens",
                List.of(
                        map("name", "admin", "role", "admin", "file", secret("admin.token")),
                        map("name", "region-agents", "role", "agent", "file", secret("agent.token"))));
        config.put("machine_liveness", "30s");
        return yaml(config);
    }

    String buildHost(String name) {
        Map<String, Object> config = workerHost(name);
        config.put(
                "build",
                map(
                        "host_id",
                        name,
                        "slots",
                        options.slots(),
                        "work_dir",
                        layout.data(name).toString(),
                        "heart_beat_interval",
                        "15s",
                        "grace",
                        "20s"));
        return yaml(config);
    }

    String releaseHost(String name) {
        Map<String, Object> config = workerHost(name);
        config.put(
                "release",
                map(
                        "signing_key_file",
                        secret("release.key"),
                        "verify_key_file",
                        secret("release.pub"),
                        "provenance_signing_key_file",
                        secret("provenance.key"),
                        "provenance_verify_key_file",
                        secret("provenance.pub"),
                        "global_consul",
                        url("consul-" + GLOBAL),
                        "global_consul_token_file",
                        layout.releaseHostToken().toString(),
                        "pointer_validity",
                        "7d",
                        "rollout_deadline",
                        "10m",
                        "machine_liveness",
                        "30s"));
        return yaml(config);
    }

    String monitor(String name) {
        Map<String, Object> config = workerHost(name);
        config.put("monitor", map("threshold", "20m", "interval", "5s", "retention", options.retentionConfig()));
        return yaml(config);
    }

    String regionAgent(String region, String name) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("agent_id", name);
        config.put("region", region);
        config.put("listen", map("host", LOCALHOST, "port", ports.of(name)));
        config.put("torrent_port", ports.of(name + "-torrent"));
        List<String> agents = regionAgents(region);
        config.put("origin_lane", map("number", agents.indexOf(name), "of", agents.size()));
        config.put(
                "consul",
                map(
                        "url",
                        url("consul-" + region),
                        "datacenter",
                        region,
                        "global_datacenter",
                        GLOBAL,
                        "token_file",
                        layout.regionAgentToken(region).toString()));
        config.put("s3", s3(region));
        config.put("trusted_keys", List.of(secret("release.pub")));
        config.put("api", map("url", url("api"), "token_file", secret("agent.token")));
        config.put("machine_token_file", secret("machine.token"));
        config.put("data_dir", layout.data(name).toString());
        return yaml(config);
    }

    String machines(String region, String process, List<String> machines) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("admin_port", ports.of(process));
        config.put("region", region);
        config.put(
                "consul",
                map(
                        "url",
                        url("consul-" + region),
                        "token_file",
                        layout.machineToken(region).toString()));
        config.put("region_agents", regionAgents(region).stream().map(this::url).toList());
        config.put("trusted_keys", List.of(secret("release.pub")));
        config.put("token_file", secret("machine.token"));
        config.put("report_interval", "5s");
        List<Object> list = new ArrayList<>();
        for (String machine : machines) {
            list.add(map(
                    "id", machine,
                    "data_dir", layout.data(machine).toString(),
                    "torrent_port", ports.of(machine + "-torrent"),
                    "apps", List.of("*"),
                    "env", map("SHOAL_APP_PORT", Integer.toString(ports.of(machine + "-app")))));
        }
        config.put("machines", list);
        return yaml(config);
    }

    /** Consul's own configuration, JSON. */
    String consul(String datacenter, List<String> datacenters) {
        String name = "consul-" + datacenter;
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("datacenter", datacenter);
        config.put("node_name", name);
        config.put("server", true);
        config.put("bootstrap_expect", 1);
        config.put("data_dir", layout.data(name).toString());
        config.put("bind_addr", LOCALHOST);
        config.put("client_addr", LOCALHOST);
        config.put(
                "ports",
                map(
                        "http", ports.of(name),
                        "server", ports.of(name + "-server"),
                        "serf_lan", ports.of(name + "-lan"),
                        "serf_wan", ports.of(name + "-wan"),
                        "dns", -1,
                        "grpc", -1,
                        "grpc_tls", -1));
        config.put(
                "retry_join_wan",
                datacenters.stream()
                        .filter(dc -> !dc.equals(datacenter))
                        .map(dc -> LOCALHOST + ":" + ports.of("consul-" + dc + "-wan"))
                        .toList());
        config.put("retry_interval_wan", "1s");
        // All watchers share one address on this machine; Consul's default is 200 connections per client. It refuses to
        // start with
        // a limit above the number of files it may open.
        config.put("limits", map("http_max_conns_per_client", options.watchers()));
        config.put("performance", map("raft_multiplier", 1));
        config.put("connect", map("enabled", false));
        // The tokens of Consul itself are in a file of their own, among the secrets. A prefix that a token may not list
        // is
        // refused instead of looking empty.
        config.put(
                "acl",
                map(
                        "enabled",
                        true,
                        "default_policy",
                        "deny",
                        "down_policy",
                        "extend-cache",
                        "enable_key_list_policy",
                        true));
        config.put("disable_update_check", true);
        config.put("log_level", "WARN");
        return json(config);
    }

    List<String> regionAgents(String region) {
        return List.of(region + "-agent-1", region + "-agent-2");
    }

    String url(String port) {
        return "http://" + LOCALHOST + ":" + ports.of(port);
    }

    String jdbcUrl(String database) {
        return "jdbc:postgresql://" + LOCALHOST + ":" + ports.of("postgres") + "/" + database;
    }

    private Map<String, Object> workerHost(String name) {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("admin_port", ports.of(name));
        config.put("temporal", temporal());
        config.put("database", database(4));
        config.put("home_region", home());
        config.put("regions", regions());
        return config;
    }

    private Map<String, Object> temporal() {
        return map("target", LOCALHOST + ":" + ports.of("temporal"), "namespace", "default");
    }

    private Map<String, Object> database(int poolSize) {
        return map("url", jdbcUrl("postgres"), "user", "postgres", "password", "", "pool_size", poolSize);
    }

    private String home() {
        return options.regionNames().getFirst();
    }

    private List<Object> regions() {
        List<Object> regions = new ArrayList<>();
        options.regionNames().forEach(region -> regions.add(map("name", region, "s3", s3(region))));
        return regions;
    }

    private Map<String, Object> s3(String region) {
        return map(
                "endpoint",
                url("s3-" + region),
                "bucket",
                BUCKET,
                "access_key",
                ACCESS_KEY,
                "secret_key_file",
                secret("s3.key"));
    }

    private String secret(String name) {
        return layout.secret(name).toString();
    }

    private static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            map.put((String) pairs[i], pairs[i + 1]);
        }
        return map;
    }

    private static String yaml(Object config) {
        return write(YAML, config);
    }

    private static String json(Object config) {
        return write(new ObjectMapper(), config);
    }

    private static String write(ObjectMapper mapper, Object config) {
        try {
            return mapper.writeValueAsString(config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
