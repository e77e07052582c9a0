package dev.shoal.simulation.bench.swarm;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A network namespace a host, each behind a link that {@code tc} shapes in both directions, joined by switches in a namespace of
 * their own. A reaper outside this process removes all of it when this process ends, however it ends.
 */
final class Namespaces implements Testbed {
    /** Large frames, and large segments left whole: at MTU 1500 the testbed's own packets would saturate the machine. */
    private static final int MTU = 9000;

    private static final String LINK = "link0";
    private static final String CORE = "core0";
    private static final long LIMIT_SECONDS = 120;

    private final String prefix;
    private final Process reaper;
    private final Topology topology;

    private Namespaces(String prefix, Process reaper, Topology topology) {
        this.prefix = prefix;
        this.reaper = reaper;
        this.topology = topology;
    }

    /** Why this machine cannot make them, if so. */
    static Optional<String> obstacle() throws InterruptedException {
        String probe = "shoal-probe-" + ProcessHandle.current().pid();
        try {
            run("ip netns add " + probe + "\n"
                    + "trap 'ip netns del " + probe + "' EXIT\n"
                    + "ip -n " + probe + " link add " + LINK + " type veth peer name port0\n"
                    + "tc -n " + probe + " qdisc add dev " + LINK + " root tbf rate 1mbit burst 64k latency 9ms");
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("no network namespaces or traffic control here: " + e.getMessage());
        }
    }

    /**
     * Makes the hosts and what joins them.
     *
     * @param scratch a directory that the reaper deletes too
     */
    static Namespaces open(Topology topology, Path scratch) throws IOException, InterruptedException {
        String prefix = "shoal-" + ProcessHandle.current().pid() + "-" + Long.toHexString(System.nanoTime() & 0xffffff);
        Namespaces made = new Namespaces(prefix, reaper(prefix, scratch), topology);
        try {
            run(made.script());
        } catch (IOException e) {
            made.close();
            throw e;
        }
        return made;
    }

    private static Process reaper(String prefix, Path scratch) throws IOException {
        // In a session of its own: what ends the benchmark's process group must not end what tidies after it.
        String script = "cat > /dev/null; all=$(ip netns list | cut -d' ' -f1 | grep '^" + prefix + "-');"
                + " for n in $all; do kill -9 $(ip netns pids $n) 2> /dev/null; done;"
                + " for n in $all; do ip netns del $n; done; rm -rf '" + scratch.toAbsolutePath() + "'";
        return new ProcessBuilder("setsid", "sh", "-c", script)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private String script() {
        String hub = hub();
        List<String> lines = new ArrayList<>(List.of("ip netns add " + hub));
        lines.addAll(bridge(hub, CORE));
        for (int rack = 0; rack < topology.rackCount(); rack++) {
            String up = "up" + rack;
            String down = "down" + rack;
            lines.addAll(bridge(hub, bridge(rack)));
            lines.addAll(List.of(
                    "ip -n " + hub + " link add " + up + " mtu " + MTU + " type veth peer name " + down + " mtu " + MTU,
                    "ip -n " + hub + " link set " + up + " master " + bridge(rack) + " up",
                    "ip -n " + hub + " link set " + down + " master " + CORE + " up",
                    "tc -n " + hub + " qdisc add dev " + up + shape(topology.uplink()),
                    "tc -n " + hub + " qdisc add dev " + down + shape(topology.uplink())));
        }
        for (int host = 0; host < topology.links().size(); host++) {
            String name = namespace(host);
            String port = "port" + host;
            String shape = shape(topology.links().get(host));
            lines.addAll(List.of(
                    "ip netns add " + name,
                    "ip -n " + name + " link set lo up",
                    "ip -n " + name + " link add " + LINK + " mtu " + MTU + " type veth peer name " + port + " mtu "
                            + MTU + " netns " + hub,
                    "ip -n " + hub + " link set " + port + " master "
                            + bridge(topology.racks().get(host)) + " up",
                    "ip -n " + name + " addr add " + address(host) + "/16 dev " + LINK,
                    "ip -n " + name + " link set " + LINK + " up",
                    "tc -n " + name + " qdisc add dev " + LINK + shape,
                    "tc -n " + hub + " qdisc add dev " + port + shape));
        }
        return String.join("\n", lines);
    }

    private static List<String> bridge(String hub, String name) {
        return List.of(
                "ip -n " + hub + " link add " + name + " mtu " + MTU + " type bridge",
                "ip -n " + hub + " link set " + name + " up");
    }

    private static String shape(long bits) {
        return " root tbf rate " + bits + "bit burst 256k latency 100ms";
    }

    private static String bridge(int rack) {
        return rack == Topology.CORE ? CORE : "rack" + rack;
    }

    private String hub() {
        return prefix + "-hub";
    }

    private String namespace(int host) {
        return prefix + "-" + host;
    }

    @Override
    public String name() {
        return "network namespaces, MTU " + MTU + ", links shaped by tc tbf";
    }

    @Override
    public String address(int host) {
        return "10.77." + (host + 1) / 250 + "." + (1 + host % 250);
    }

    @Override
    public List<String> on(int host, List<String> command) {
        List<String> words = new ArrayList<>(List.of("ip", "netns", "exec", namespace(host)));
        words.addAll(command);
        return words;
    }

    @Override
    public long sent(int host) throws IOException, InterruptedException {
        return count(namespace(host), LINK, "tx_bytes");
    }

    @Override
    public long received(int host) throws IOException, InterruptedException {
        return count(namespace(host), LINK, "rx_bytes");
    }

    @Override
    public long enteredRacks() throws IOException, InterruptedException {
        if (topology.rackCount() == 0) {
            return -1;
        }
        long bytes = 0;
        for (int rack = 0; rack < topology.rackCount(); rack++) {
            bytes += count(hub(), "up" + rack, "rx_bytes");
        }
        return bytes;
    }

    private static long count(String namespace, String device, String counter)
            throws IOException, InterruptedException {
        return Long.parseLong(
                run("ip netns exec " + namespace + " cat /sys/class/net/" + device + "/statistics/" + counter)
                        .strip());
    }

    private static String run(String script) throws IOException, InterruptedException {
        Process process =
                new ProcessBuilder("sh", "-e").redirectErrorStream(true).start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(script.getBytes(StandardCharsets.UTF_8));
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(said.strip());
        }
        return said;
    }

    @Override
    public void close() throws IOException {
        reaper.getOutputStream().close();
        try {
            reaper.onExit().get(LIMIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            // The reaper goes on by itself.
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("the namespaces " + prefix + "-… could not be removed", e);
        }
    }
}
