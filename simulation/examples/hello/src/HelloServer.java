import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The example service: {@code GET /} greets, {@code GET /version} tells which build answers. */
public final class HelloServer {
    private HelloServer() {}

    /** Arguments: port, and the file that holds the version. */
    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        String version = Files.readString(Path.of(args[1])).strip();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
        server.createContext("/", exchange -> answer(exchange, "Hello from version " + version + "\n"));
        server.createContext("/version", exchange -> answer(exchange, version + "\n"));
        server.start();
        System.out.println("hello " + version + " listens on port " + port);
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
