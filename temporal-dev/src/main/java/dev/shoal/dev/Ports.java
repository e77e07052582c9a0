package dev.shoal.dev;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The port of each listener, by name: free when chosen, kept from run to run, chosen anew when somebody else has taken it. Taken
 * from below the range of outgoing connections (32768 on Linux), so that no connection of the stack itself takes them. Not
 * thread-safe.
 */
final class Ports {
    private static final int LOWEST = 12_000;
    private static final int HIGHEST = 32_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Map<String, Integer> chosen;
    private final Map<String, Integer> configured;
    private final Set<Integer> checked = new HashSet<>();
    private final Set<String> asked = new HashSet<>();

    private Ports(Path file, Map<String, Integer> chosen, Map<String, Integer> configured) {
        this.file = file;
        this.chosen = chosen;
        this.configured = Map.copyOf(configured);
    }

    /** The ports kept in {@code file}, if it exists; those in {@code configured} are used as they are or not at all. */
    static Ports load(Path file, Map<String, Integer> configured) throws IOException {
        Map<String, Integer> ports = new TreeMap<>();
        if (Files.exists(file)) {
            ports.putAll(JSON.readValue(file.toFile(), new TypeReference<Map<String, Integer>>() {}));
        }
        if (new HashSet<>(configured.values()).size() < configured.size()) {
            throw new IllegalArgumentException("two listeners cannot share a port: " + new TreeMap<>(configured));
        }
        ports.values().removeAll(configured.values());
        ports.putAll(configured);
        return new Ports(file, ports, configured);
    }

    /**
     * The port of the listener of that name.
     *
     * @throws IllegalArgumentException if it is configured, and taken
     */
    int of(String name) {
        asked.add(name);
        Integer known = chosen.get(name);
        if (known != null && (checked.contains(known) || isFree(known))) {
            checked.add(known);
            return known;
        }
        if (configured.containsKey(name)) {
            throw new IllegalArgumentException("port " + known + ", configured for " + name + ", is taken");
        }
        int port = choose();
        chosen.put(name, port);
        checked.add(port);
        return port;
    }

    /**
     * Keeps them for the next start.
     *
     * @throws IllegalArgumentException if a port is configured that nothing has asked for
     */
    void save() throws IOException {
        for (String name : configured.keySet()) {
            if (!asked.contains(name)) {
                throw new IllegalArgumentException(
                        "there is no port named '" + name + "'; there are " + String.join(" ", new TreeSet<>(asked)));
            }
        }
        Files.createDirectories(file.getParent());
        Path tmp = file.resolveSibling(file.getFileName() + ".tmp");
        Files.write(tmp, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(chosen));
        Files.move(tmp, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private int choose() {
        for (int i = 0; i < 10_000; i++) {
            int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
            if (!chosen.containsValue(port) && isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free port between " + LOWEST + " and " + HIGHEST);
    }

    /** For TCP and UDP: Consul's gossip uses both. */
    private static boolean isFree(int port) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (ServerSocket socket = new ServerSocket();
                DatagramSocket datagrams = new DatagramSocket(address)) {
            socket.setReuseAddress(true);
            socket.bind(address);
            return datagrams.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
