package dev.shoal.simulation.bench.swarm;

import dev.shoal.model.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Machine agents, the program of production, one a host. Confined to one thread. */
final class Machines implements AutoCloseable {
    private final Testbed testbed;
    private final Path dir;
    private final SwarmRegion region;
    private final Topology topology;
    private final int firstHost;
    private final int torrentPort;
    private final List<HostProcess> agents = new ArrayList<>();

    private Machines(Testbed testbed, Path dir, SwarmRegion region, Topology topology, int firstHost)
            throws IOException {
        this.testbed = testbed;
        this.topology = topology;
        this.dir = dir;
        this.region = region;
        this.firstHost = firstHost;
        this.torrentPort = SwarmRegion.freePort();
    }

    /** Starts one on each of the hosts from {@code firstHost} on. */
    static Machines start(Testbed testbed, Path dir, SwarmRegion region, Topology topology, int firstHost)
            throws IOException {
        Machines machines = new Machines(testbed, dir, region, topology, firstHost);
        try {
            for (int i = 0; i < topology.links().size() - firstHost; i++) {
                Files.writeString(machines.config(i), machines.yaml(i));
                machines.agents.add(machines.launch(i));
            }
            return machines;
        } catch (IOException e) {
            machines.close();
            throw e;
        }
    }

    private String yaml(int machine) throws IOException {
        int rack = topology.racks().get(host(machine));
        return """
                admin_port: %d
                region: bench
                host: %s
                consul: {url: "%s"}
                region_agents: [%s]
                trusted_keys: [%s]
                token_file: %s
                machines:
                  - {id: m%d, data_dir: %s, torrent_port: %d%s}
                """.formatted(
                SwarmRegion.freePort(),
                testbed.address(host(machine)),
                region.consulUrl(),
                String.join(
                        ", ",
                        region.agentUrls().stream().map(url -> '"' + url + '"').toList()),
                region.publicKey(),
                region.machineToken(),
                machine,
                home(machine),
                torrentPort + machine,
                rack == Topology.CORE ? "" : ", rack: r" + rack);
    }

    private HostProcess launch(int machine) throws IOException {
        List<String> command = HostProcess.java(
                "dev.shoal.agent.machine.MachineAgent",
                128,
                List.of("--config", config(machine).toString()));
        return HostProcess.start(testbed.on(host(machine), command), dir.resolve("m" + machine + ".log"), false);
    }

    int count() {
        return agents.size();
    }

    int host(int machine) {
        return firstHost + machine;
    }

    /** Its process. */
    HostProcess agent(int machine) {
        return agents.get(machine);
    }

    /** Whether the machine has the whole file and has found its digest right. */
    boolean hasVerified(int machine, Digest digest) {
        return Files.exists(home(machine).resolve("downloads").resolve(digest + ".verified"));
    }

    /** Kills its process and starts another. */
    void restart(int machine) throws IOException {
        agents.get(machine).close();
        agents.set(machine, launch(machine));
    }

    private Path config(int machine) {
        return dir.resolve("m" + machine + ".yaml");
    }

    private Path home(int machine) {
        return dir.resolve("m" + machine);
    }

    @Override
    public void close() {
        agents.forEach(HostProcess::close);
    }
}
