package dev.shoal.simulation.bench.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
class SwarmBenchTest {
    private static final List<String> SMALL =
            List.of("--agents", "3", "--size", "4MiB", "--rate", "80Mbit", "--peers", "shoal");

    @TempDir
    private Path temp;

    @BeforeEach
    void namespacesAreAllowedHere() throws InterruptedException {
        Optional<String> obstacle = Namespaces.obstacle();
        assumeTrue(obstacle.isEmpty(), () -> "SKIPPED: " + obstacle.orElseThrow());
    }

    private Process bench(Path json) throws IOException {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        ProcessBuilder builder = new ProcessBuilder(Stream.concat(
                        Stream.of(
                                java.toString(),
                                "-Xmx256m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.shoal.simulation.Main",
                                "bench",
                                "swarm",
                                "--dir",
                                temp.resolve("bench").toString(),
                                "--json",
                                json.toString()),
                        SMALL.stream())
                .toList());
        return builder.redirectErrorStream(true)
                .redirectOutput(temp.resolve("bench.log").toFile())
                .start();
    }

    @Test
    void everyMachineEndsWithTheVerifiedFileAndNothingIsLeft() throws Exception {
        Path json = temp.resolve("figures.json");

        Process bench = bench(json);
        int exit = bench.waitFor();

        assertThat(exit).as(Files.readString(temp.resolve("bench.log"))).isZero();
        JsonNode figures = new ObjectMapper().readTree(json.toFile());
        JsonNode release = figures.get("releases").get(0);
        assertThat(release.get("seconds")).hasSize(3);
        // Nobody can be faster than the links, nor can the origin have sent less than the file.
        assertThat(release.get("ratio").asDouble()).isGreaterThan(0.9);
        assertThat(release.get("origin_share").asDouble()).isGreaterThan(1);
        nothingIsLeftOf(bench.pid());
    }

    @Test
    void aBenchmarkThatIsKilledLeavesNoNamespaceNoProcessAndNoFile() throws Exception {
        Process bench = bench(temp.resolve("figures.json"));
        await().atMost(Duration.ofSeconds(120))
                .until(() -> !bench.isAlive() || processes().anyMatch(c -> c.contains("MachineAgent")));
        assertThat(bench.isAlive())
                .as(Files.readString(temp.resolve("bench.log")))
                .isTrue();

        bench.destroyForcibly().waitFor();

        nothingIsLeftOf(bench.pid());
    }

    private void nothingIsLeftOf(long pid) {
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
            assertThat(namespaces()).noneMatch(name -> name.startsWith("shoal-" + pid + "-"));
            assertThat(processes()).isEmpty();
            assertThat(temp.resolve("bench").toFile().list()).isEmpty();
        });
    }

    private static List<String> namespaces() throws IOException {
        Path all = Path.of("/var/run/netns");
        if (!Files.isDirectory(all)) {
            return List.of();
        }
        try (Stream<Path> names = Files.list(all)) {
            return names.map(name -> name.getFileName().toString()).toList();
        }
    }

    /** The command lines of the benchmark's own processes: its directory is in each of them. */
    private Stream<String> processes() {
        return ProcessHandle.allProcesses()
                .map(SwarmBenchTest::commandLine)
                .filter(line -> line.contains(temp.resolve("bench") + "/"))
                .filter(line -> !line.contains("simulation.Main"));
    }

    /** All of it: what the JDK tells ends after a page, which a class path fills. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            return "";
        }
    }
}
