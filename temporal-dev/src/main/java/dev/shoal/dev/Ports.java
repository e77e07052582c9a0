package dev.shoal.dev;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
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
    private final Set<Integer> checked = new HashSet<>();

    private Ports(Path file, Map<String, Integer> chosen) {
        this.file = file;
        this.chosen = chosen;
    }

    /** The ports kept in {@code file}, if it exists. */
    static Ports load(Path file, Map<String, Integer> configured) throws IOException {
        Map<String, Integer> ports = new TreeMap<>();
        if (Files.exists(file)) {
            ports.putAll(JSON.readValue(file.toFile(), new TypeReference<Map<String, Integer>>() {}));
        }
        ports.putAll(configured);
        return new Ports(file, ports);
    }

    /** The port of the listener of that name. */
    int of(String name) {
        Integer known = chosen.get(name);
        if (known != null && (checked.contains(known) || isFree(known))) {
            checked.add(known);
            return known;
        }
        int port = choose();
        chosen.put(name, port);
        checked.add(port);
        return port;
    }

    void save() throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(chosen));
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

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
