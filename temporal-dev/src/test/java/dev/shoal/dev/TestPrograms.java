package dev.shoal.dev;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts this module's own programs, and says which ports are free. */
final class TestPrograms {
    private TestPrograms() {}

    /** The command line of a class's main method, on the tests' class path. */
    static List<String> java(Class<?> main, String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(words));
        return command;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Asks the program that serves {@code GET /health} there. */
    static ProcessSpec.Probe health(int port) {
        return new ProcessSpec.Probe.Http(URI.create("http://127.0.0.1:" + port + "/health"), 2);
    }

    /** Where the real tools and Postgres are kept, as for {@code ./shoal}. */
    static Path cache() {
        String cache = System.getenv("SHOAL_CACHE");
        Path base = cache != null ? Path.of(cache) : Path.of(System.getProperty("user.home"), ".cache", "shoal");
        return base.resolve("tools");
    }
}
