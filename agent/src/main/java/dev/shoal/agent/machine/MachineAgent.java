package dev.shoal.agent.machine;

import dev.shoal.agent.TrustedKeys;
import dev.shoal.agent.YamlConfig;
import dev.shoal.agent.consul.KvEntry;
import dev.shoal.agent.swarm.SignalGuard;
import dev.shoal.agent.swarm.SwarmException;
import dev.shoal.model.pointer.VerifyKey;
import dev.shoal.model.report.MachineReport;
import dev.shoal.model.tls.TrustedCertificates;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A process of one or more machines of a region: watches of Consul for all, one libtorrent session each. */
public final class MachineAgent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MachineAgent.class);
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(3);

    private final List<Machine> machines = new ArrayList<>();
    private final List<AutoCloseable> parts = new ArrayList<>();
    private int adminPort;

    private MachineAgent() {}

    /** Starts all that the file names. @throws MachineException or SwarmException in one line that says what is wrong */
    public static MachineAgent start(Path configFile) {
        SignalGuard.requireShim();
        MachineAgentConfig config = MachineAgentConfig.read(configFile);
        trustCa(config);
        List<VerifyKey> trusted = trusted(config);
        MachineAgent agent = new MachineAgent();
        try {
            agent.startParts(config, trusted);
            return agent;
        } catch (IOException e) {
            agent.close();
            throw new MachineException(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException e) {
            agent.close();
            throw e;
        }
    }

    private void startParts(MachineAgentConfig config, List<VerifyKey> trusted) throws IOException {
        HttpClient.Builder http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT_LIMIT);
        InetAddress host = InetAddress.getByName(config.listenHost());
        if (!host.isAnyLocalAddress()) {
            // As its announces do: by this address region agents know who accuses another peer.
            http.localAddress(host);
        }
        HttpClient client = http.build();
        List<URI> trackers = trackers(host, client, config.regionAgents());
        for (MachineAgentConfig.Machine machine : config.machines()) {
            machines.add(Machine.start(config, machine, trusted, client, trackers));
        }
        PointerWatches watches = PointerWatches.start(config, this::onPointers);
        parts.add(watches);
        LimitKeeper limits = new LimitKeeper(
                config.limitPlan(),
                Clock.system(ZoneId.systemDefault()),
                l -> machines.forEach(machine -> machine.limit(l)));
        parts.add(limits);
        Instant startedAt = Instant.now();
        AdminServer admin = new AdminServer(
                config.adminPort(), this::trouble, this::reports, () -> status(startedAt, watches, limits), limits);
        parts.add(admin);
        adminPort = admin.port();
        LOG.info("{} machines of region {} run, admin port {}", machines.size(), config.region(), adminPort);
    }

    private List<URI> trackers(InetAddress host, HttpClient client, List<URI> agents) throws IOException {
        if (agents.stream().noneMatch(agent -> "https".equals(agent.getScheme()))) {
            return agents.stream()
                    .map(agent -> RegionAgents.at(agent, RegionAgents.ANNOUNCE))
                    .toList();
        }
        AnnounceRelay relay = new AnnounceRelay(host, client, agents);
        parts.add(relay);
        return relay.trackers();
    }

    private static void trustCa(MachineAgentConfig config) {
        Path ca = config.caFile();
        if (ca == null) {
            return;
        }
        try {
            TrustedCertificates.install(YamlConfig.secret(ca));
        } catch (IllegalArgumentException e) {
            throw new MachineException("ca_file " + ca + ": " + e.getMessage(), e);
        }
    }

    private static List<VerifyKey> trusted(MachineAgentConfig config) {
        try {
            return TrustedKeys.read(config.trustedKeys());
        } catch (IllegalArgumentException e) {
            throw new MachineException(String.valueOf(e.getMessage()), e);
        }
    }

    /** Where {@code /health} answers. */
    public int adminPort() {
        return adminPort;
    }

    private void onPointers(List<KvEntry> values) {
        machines.forEach(machine -> machine.onPointers(values));
    }

    private AgentStatus status(Instant startedAt, PointerWatches watches, LimitKeeper limits) {
        return new AgentStatus(
                AgentVersion.current(),
                ProcessHandle.current().pid(),
                startedAt,
                watches.state(),
                limits.current(),
                machines.stream().map(Machine::status).toList());
    }

    private Optional<String> trouble() {
        return machines.stream().flatMap(m -> m.trouble().stream()).findFirst();
    }

    private List<MachineReport> reports() {
        return machines.stream().flatMap(m -> m.latest().stream()).toList();
    }

    /** Stops the agent; what runs on its machines goes on. */
    @Override
    public void close() {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.warn("a part did not stop", e);
            }
        }
        machines.parallelStream().forEach(Machine::close);
    }

    @Command(name = "machine-agent", description = "Runs the machines of one host.", mixinStandardHelpOptions = true)
    private static final class Arguments implements Callable<Integer> {
        @Option(names = "--config", required = true, paramLabel = "FILE", description = "the YAML configuration")
        private Path config = Path.of("machine.yaml");

        @Override
        public Integer call() throws InterruptedException {
            try {
                MachineAgent agent = MachineAgent.start(config);
                Runtime.getRuntime().addShutdownHook(new Thread(agent::close, "stop"));
            } catch (MachineException | SwarmException e) {
                System.err.println("machine-agent: " + e.getMessage());
                return 1;
            }
            new CountDownLatch(1).await();
            return 0;
        }
    }

    /** Runs until it is told to stop. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Arguments()).execute(args));
    }
}
