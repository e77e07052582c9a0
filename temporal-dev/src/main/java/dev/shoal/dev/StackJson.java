package dev.shoal.dev;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes {@code stack.json}, atomically. */
final class StackJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Layout layout;
    private final Map<String, Object> fixed = new LinkedHashMap<>();

    StackJson(Layout layout, StackOptions options, Ports ports) {
        this.layout = layout;
        Configs configs = new Configs(layout, options, ports);
        fixed.put("supervisor_pid", ProcessHandle.current().pid());
        fixed.put("home_region", options.regionNames().getFirst());
        fixed.put("api", configs.url("api"));
        fixed.put("admin_token_file", layout.secret("admin.token").toString());
        fixed.put("chaos_token_file", layout.secret(Secrets.CHAOS_TOKEN).toString());
        fixed.put("temporal", "127.0.0.1:" + ports.of("temporal"));
        fixed.put("temporal_ui", configs.url("temporal-ui"));
        fixed.put("database", configs.jdbcUrl("postgres"));
        fixed.put("global_consul", configs.url("consul-global"));
        List<Object> regions = new ArrayList<>();
        List<Object> machines = new ArrayList<>();
        for (String region : options.regionNames()) {
            regions.add(Map.of(
                    "name",
                    region,
                    "s3",
                    configs.url("s3-" + region),
                    "bucket",
                    Configs.BUCKET,
                    "chaos",
                    configs.url("s3-" + region + "-admin") + "/chaos",
                    "consul",
                    configs.url("consul-" + region),
                    "agents",
                    configs.regionAgents(region).stream().map(configs::url).toList()));
            for (String machine : Plan.machineNames(region, options)) {
                machines.add(Map.of(
                        "id",
                        machine,
                        "region",
                        region,
                        "data_dir",
                        layout.data(machine).toString(),
                        "app_port",
                        ports.of(machine + "-app")));
            }
        }
        fixed.put("regions", regions);
        fixed.put("machines", machines);
    }

    void write(Collection<Child> children) throws IOException {
        Map<String, Object> document = new LinkedHashMap<>(fixed);
        document.put("processes", children.stream().map(StackJson::process).toList());
        Path tmp = layout.dir().resolve("stack.json.tmp");
        Files.write(tmp, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(document));
        Files.move(tmp, layout.stackJson(), StandardCopyOption.ATOMIC_MOVE);
    }

    private static Map<String, Object> process(Child child) {
        Map<String, Object> process = new LinkedHashMap<>();
        process.put("name", child.spec().name());
        process.put("kind", child.spec().kind());
        process.put("pid", child.process().map(Process::pid).orElse(0L));
        process.put("port", child.spec().port());
        process.put("state", child.state());
        process.put("healthy", child.healthy());
        process.put("restarts", child.restarts());
        process.put("detail", child.detail());
        return process;
    }
}
