package dev.shoal.simulation.bench.swarm;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/** A web server of a directory, without any cleverness; all requests at once. */
final class PlainFiles {
    /** Marks the line with the port. */
    static final String PORT = "port=";

    private PlainFiles() {}

    /** {@code ADDRESS DIRECTORY}; serves on a free port until its input ends. */
    public static void main(String[] args) throws IOException {
        Path root = Path.of(args[1]);
        HttpServer server = HttpServer.create(new InetSocketAddress(args[0], 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            Path file = root.resolve(Path.of(exchange.getRequestURI().getPath()).getFileName());
            exchange.sendResponseHeaders(200, Files.size(file));
            try (OutputStream out = exchange.getResponseBody()) {
                Files.copy(file, out);
            }
        });
        server.start();
        System.out.println(PORT + server.getAddress().getPort());
        while (System.in.read() >= 0) {
            // Only its end matters.
        }
        server.stop(0);
    }
}
