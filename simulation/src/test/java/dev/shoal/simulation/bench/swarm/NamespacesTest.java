package dev.shoal.simulation.bench.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class NamespacesTest {
    private static final long BYTES = 4 << 20;
    private static final long LINK = 400_000_000;
    private static final long UPLINK = 80_000_000;

    @TempDir
    private Path temp;

    @BeforeEach
    void namespacesAreAllowedHere() throws InterruptedException {
        Optional<String> obstacle = Namespaces.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> "SKIPPED: " + obstacle.orElseThrow());
    }

    /** Returns bytes a second of one TCP transfer. */
    private double transfer(Testbed testbed, int from, int to) throws Exception {
        String port = Integer.toString(SwarmRegion.freePort());
        List<String> send = List.of("send", testbed.address(from), port, Long.toString(BYTES));
        List<String> receive = List.of("receive", testbed.address(from), port);
        Path log = temp.resolve("transfer.log");
        try (HostProcess sender =
                HostProcess.start(testbed.on(from, HostProcess.java(PlainTransfer.class, 64, send)), log, true)) {
            var unused = sender.line("listening", "listening");
            try (HostProcess receiver =
                    HostProcess.start(testbed.on(to, HostProcess.java(PlainTransfer.class, 64, receive)), log, true)) {
                return Double.parseDouble(receiver.line("", ""));
            }
        }
    }

    @Test
    void whatCrossesRacksGoesThroughTheirUplinksAndIsCounted() throws Exception {
        Topology topology = new Topology(List.of(LINK, LINK, LINK, LINK), List.of(Topology.CORE, 0, 0, 1), UPLINK);
        try (Testbed testbed = Namespaces.open(topology, temp.resolve("scratch"))) {
            double inside = transfer(testbed, 1, 2);
            assertThat(testbed.enteredRacks()).isLessThan(BYTES / 10);

            double across = transfer(testbed, 1, 3);
            assertThat(testbed.enteredRacks()).isBetween(BYTES, BYTES * 12 / 10);
            // The first quarter megabyte of an idle bucket passes at once.
            assertThat(across * 8).isLessThan(UPLINK * 1.2);
            assertThat(inside).isGreaterThan(across * 1.5);

            long before = testbed.enteredRacks();
            var unused = transfer(testbed, 0, 3);
            assertThat(testbed.enteredRacks() - before).isBetween(BYTES, BYTES * 12 / 10);
        }
    }

    @Test
    void withoutRacksNothingIsCounted() throws Exception {
        try (Testbed testbed = Namespaces.open(Topology.of(Case.EQUAL, 1, 1, LINK), temp.resolve("scratch"))) {
            assertThat(testbed.enteredRacks()).isNegative();
        }
    }
}
