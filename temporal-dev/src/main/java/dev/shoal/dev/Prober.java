package dev.shoal.dev;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks processes how they are. Blocking; thread-safe. */
final class Prober implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Prober.class);
    private static final Duration TIME_OUT = Duration.ofSeconds(2);

    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIME_OUT)
            .build();

    boolean isHealthy(ProcessSpec.Probe probe) {
        return switch (probe) {
            case ProcessSpec.Probe.Tcp tcp -> accepts(tcp.port());
            case ProcessSpec.Probe.Http request -> answers(request);
            case ProcessSpec.Probe.Consul consul -> answers(consul.joined()) && isGuarded(consul.acl());
        };
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) TIME_OUT.toMillis());
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private boolean answers(ProcessSpec.Probe.Http probe) {
        HttpRequest request =
                HttpRequest.newBuilder(probe.uri()).timeout(TIME_OUT).build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            return response.statusCode() == 200 && response.body().length() >= probe.leastBody();
        } catch (IOException away) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private boolean isGuarded(ConsulAcl acl) {
        try {
            return acl.ensure(http);
        } catch (IOException away) {
            LOG.info("the policies and tokens of Consul are not all there yet: {}", away.getMessage());
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
