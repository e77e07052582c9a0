package dev.shoal.dev;

import dev.shoal.dev.ProcessSpec.Probe;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Which processes make a stack, with their configuration files written. */
final class Plan {
    /** Enough for artifacts of any size: half of it holds the parts on their way, which wait for room. */
    private static final int BUILD_HOST_HEAP_MIB = 256;

    private static final int WORKER_HOST_HEAP_MIB = 512;

    private final Layout layout;
    private final StackOptions options;
    private final Ports ports;
    private final Configs configs;
    private final Programs programs;
    private final List<ProcessSpec> specs = new ArrayList<>();

    private Plan(Layout layout, StackOptions options, Ports ports, Programs programs) {
        this.layout = layout;
        this.options = options;
        this.ports = ports;
        this.configs = new Configs(layout, options, ports);
        this.programs = programs;
    }

    /** Writes the configuration and returns what to run, in order of start. */
    static List<ProcessSpec> make(Layout layout, StackOptions options, Ports ports, Programs programs)
            throws IOException {
        Plan plan = new Plan(layout, options, ports, programs);
        plan.infrastructure();
        plan.roles();
        ports.save();
        return List.copyOf(plan.specs);
    }

    private void infrastructure() throws IOException {
        specs.add(new ProcessSpec(
                "postgres",
                "postgres",
                programs.self(
                        List.of(
                                "postgres",
                                "--data",
                                Files.createDirectories(layout.data("postgres")).toString(),
                                "--binaries",
                                programs.cache().resolve("postgres").toString(),
                                "--port",
                                Integer.toString(ports.of("postgres")),
                                "--admin-port",
                                Integer.toString(ports.of("postgres-admin"))),
                        256),
                Map.of(),
                ports.of("postgres"),
                health("postgres-admin"),
                Set.of()));
        for (String region : options.regionNames()) {
            String name = "s3-" + region;
            specs.add(new ProcessSpec(
                    name,
                    "s3",
                    programs.self(
                            List.of(
                                    "s3",
                                    "--data",
                                    Files.createDirectories(layout.data(name)).toString(),
                                    "--port",
                                    Integer.toString(ports.of(name)),
                                    "--admin-port",
                                    Integer.toString(ports.of(name + "-admin")),
                                    "--access-key",
                                    Configs.ACCESS_KEY,
                                    "--secret-key-file",
                                    layout.secret("s3.key").toString(),
                                    "--chaos-token-file",
                                    layout.secret(Secrets.CHAOS_TOKEN).toString(),
                                    "--bucket",
                                    Configs.BUCKET),
                            256),
                    Map.of(),
                    ports.of(name),
                    health(name + "-admin"),
                    Set.of()));
        }
        specs.add(temporal());
        List<String> datacenters = new ArrayList<>(options.regionNames());
        datacenters.add(Configs.GLOBAL);
        for (String datacenter : datacenters) {
            consul(datacenter, datacenters);
        }
    }

    private ProcessSpec temporal() throws IOException {
        Files.createDirectories(layout.data("temporal"));
        List<String> command = new ArrayList<>(List.of(
                programs.temporal().toString(),
                "server",
                "start-dev",
                "--ip",
                "127.0.0.1",
                "--port",
                Integer.toString(ports.of("temporal")),
                "--ui-port",
                Integer.toString(ports.of("temporal-ui")),
                "--http-port",
                Integer.toString(ports.of("temporal-http")),
                "--metrics-port",
                Integer.toString(ports.of("temporal-metrics")),
                "--db-filename",
                layout.data("temporal").resolve("temporal.db").toString(),
                // One fsync a transaction instead of several, as durable. With SQLite's own default (a rollback
                // journal) a busy disk
                // lets matching time out after it has recorded a task as started: that task is lost until its heartbeat
                // time-out.
                "--sqlite-pragma",
                "journal_mode=wal",
                "--log-level",
                "warn"));
        // Names and types of dev.shoal.workflows.SearchAttributes.
        for (String attribute : List.of(
                "ShoalJobId=Int",
                "ShoalApp=Keyword",
                "ShoalHost=Keyword",
                "ShoalStage=Keyword",
                "ShoalBuild=Keyword",
                "ShoalSeq=Int")) {
            command.add("--search-attribute");
            command.add(attribute);
        }
        return new ProcessSpec(
                "temporal",
                "temporal",
                command,
                Map.of(),
                ports.of("temporal"),
                new Probe.Http(URI.create(configs.url("temporal-http") + "/api/v1/namespaces/default"), 2),
                Set.of());
    }

    private void consul(String datacenter, List<String> datacenters) throws IOException {
        String name = "consul-" + datacenter;
        Path file = write(name + ".json", configs.consul(datacenter, datacenters));
        specs.add(new ProcessSpec(
                name,
                "consul",
                List.of(
                        programs.consul().toString(),
                        "agent",
                        "-config-file",
                        file.toString(),
                        "-config-file",
                        layout.consulTokens(datacenter).toString()),
                Map.of("GOMAXPROCS", "2"),
                ports.of(name),
                // Answered by the global datacenter over the WAN: healthy means joined. A leader is at least "a:1" in
                // quotes.
                new Probe.Consul(
                        new Probe.Http(URI.create(configs.url(name) + "/v1/status/leader?dc=" + Configs.GLOBAL), 4),
                        new ConsulAcl(
                                URI.create(configs.url(name)),
                                name,
                                datacenter,
                                layout.consulManagementToken(datacenter),
                                layout.consulServerToken(datacenter),
                                datacenter.equals(Configs.GLOBAL)
                                        ? ConsulAcl.ofGlobal(layout, options.regionNames())
                                        : ConsulAcl.ofRegion(layout, datacenter))),
                Set.of()));
    }

    private void roles() throws IOException {
        Set<String> infrastructure = new TreeSet<>();
        specs.forEach(s -> infrastructure.add(s.name()));
        specs.add(new ProcessSpec(
                "api",
                "api",
                programs.role(
                        "api",
                        "dev.shoal.api.ShoalApi",
                        192,
                        List.of("server", write("api.yaml", configs.api()).toString())),
                Map.of(),
                ports.of("api"),
                health("api"),
                infrastructure));
        for (int i = 1; i <= options.buildHosts(); i++) {
            workerHost("build-" + i, "build", BUILD_HOST_HEAP_MIB, configs.buildHost("build-" + i));
        }
        for (int i = 1; i <= options.releaseHosts(); i++) {
            workerHost("release-" + i, "release", WORKER_HOST_HEAP_MIB, configs.releaseHost("release-" + i));
        }
        workerHost("monitor-1", "monitor", WORKER_HOST_HEAP_MIB, configs.monitor("monitor-1"));
        workerHost("monitor-2", "monitor", WORKER_HOST_HEAP_MIB, configs.monitor("monitor-2"));
        for (String region : options.regionNames()) {
            for (String name : configs.regionAgents(region)) {
                agent(name, "region", configs.regionAgent(region, name));
            }
            machines(region);
        }
    }

    private void machines(String region) throws IOException {
        List<String> all = machineNames(region, options);
        if (options.processPerMachine()) {
            for (String machine : all) {
                agent(machine, "machine", configs.machines(region, machine, List.of(machine)));
            }
        } else if (!all.isEmpty()) {
            agent(region + "-machines", "machine", configs.machines(region, region + "-machines", all));
        }
    }

    static List<String> machineNames(String region, StackOptions options) {
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= options.machines(); i++) {
            names.add(region + "-m" + i);
        }
        return names;
    }

    private void workerHost(String name, String role, int heapMiB, String config) throws IOException {
        Path file = write(name + ".yaml", config);
        specs.add(new ProcessSpec(
                name,
                role,
                programs.role(
                        "worker-host",
                        "dev.shoal.workerhost.Main",
                        heapMiB,
                        List.of(role, "--config", file.toString())),
                Map.of(),
                ports.of(name),
                health(name),
                Set.of("api")));
    }

    private void agent(String name, String role, String config) throws IOException {
        Path file = write(name + ".yaml", config);
        specs.add(new ProcessSpec(
                name,
                role,
                programs.agent(role, file),
                // libtorrent replaces HotSpot's SIGSEGV handler; libjsig chains them. See docs/adr/0001-libjsig.md.
                Map.of("LD_PRELOAD", programs.libjsig().toString()),
                ports.of(name),
                health(name),
                Set.of("api")));
    }

    private Probe health(String port) {
        return new Probe.Http(URI.create(configs.url(port) + "/health"), 2);
    }

    private Path write(String file, String text) throws IOException {
        Path path = layout.conf(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
        return path;
    }
}
