package dev.shoal.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PortsTest {
    @TempDir
    private Path dir = Path.of("");

    @Test
    void givesEachListenerAPortOfItsOwnAndKeepsToIt() throws IOException {
        Ports ports = none();

        Set<Integer> given = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            given.add(ports.of("listener-" + i));
        }

        assertThat(given).hasSize(50);
        assertThat(ports.of("listener-7")).isEqualTo(ports.of("listener-7"));
    }

    @Test
    void staysBelowThePortsOfOutgoingConnections() throws IOException {
        Ports ports = none();

        for (int i = 0; i < 50; i++) {
            assertThat(ports.of("listener-" + i)).isBetween(12_000, 32_000);
        }
    }

    @Test
    void isTheSameInTheNextRun() throws IOException {
        Ports first = none();
        int api = first.of("api");
        first.save();

        assertThat(none().of("api")).isEqualTo(api);
    }

    @Test
    void choosesAnotherPortWhenSomebodyElseListensOnTheKeptOne() throws IOException {
        Ports first = none();
        int api = first.of("api");
        first.save();

        try (ServerSocket other = listener(api)) {
            assertThat(none().of("api")).isNotEqualTo(other.getLocalPort());
        }
    }

    @Test
    void choosesAnotherPortWhenSomebodyElseHasTheDatagrams() throws IOException {
        Ports first = none();
        int gossip = first.of("consul-eu-wan");
        first.save();

        try (DatagramSocket other =
                new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), gossip))) {
            assertThat(none().of("consul-eu-wan")).isNotEqualTo(other.getLocalPort());
        }
    }

    @Test
    void usesAConfiguredPortAndRemembersIt() throws IOException {
        int wanted = none().of("free");
        Ports ports = Ports.load(file(), Map.of("api", wanted));

        assertThat(ports.of("api")).isEqualTo(wanted);

        ports.save();
        assertThat(none().of("api")).isEqualTo(wanted);
    }

    @Test
    void movesAnotherListenerAwayFromAConfiguredPort() throws IOException {
        Ports first = none();
        int wanted = first.of("postgres");
        first.save();

        Ports ports = Ports.load(file(), Map.of("api", wanted));

        assertThat(ports.of("postgres")).isNotEqualTo(wanted);
        assertThat(ports.of("api")).isEqualTo(wanted);
    }

    @Test
    void refusesAConfiguredPortThatIsTaken() throws IOException {
        try (ServerSocket other = listener(0)) {
            Ports ports = Ports.load(file(), Map.of("api", other.getLocalPort()));

            assertThatThrownBy(() -> ports.of("api")).hasMessageContaining("configured for api, is taken");
        }
    }

    @Test
    void refusesOnePortForTwoListeners() {
        assertThatThrownBy(() -> Ports.load(file(), Map.of("api", 8080, "temporal", 8080)))
                .hasMessage("two listeners cannot share a port: {api=8080, temporal=8080}");
    }

    @Test
    void refusesAConfiguredPortOfNoListenerAndNamesThoseThatExist() throws IOException {
        Ports ports = Ports.load(file(), Map.of("apy", 8080));
        ports.of("api");

        assertThatThrownBy(ports::save).hasMessage("there is no port named 'apy'; there are api");
        assertThat(Files.exists(file())).isFalse();
    }

    private Ports none() throws IOException {
        return Ports.load(file(), Map.of());
    }

    private Path file() {
        return dir.resolve("data/ports.json");
    }

    private static ServerSocket listener(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }
}
