package dev.shoal.dev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files that docs/ARCHITECTURE.md fixes. A golden that differs is a change of the wires between the parts;
 * {@code -Dshoal.golden.write=true} writes them anew. */
final class ConfigsTest {
    private static final StackOptions OPTIONS = new StackOptions(2, 2, 1, 2, 1, false, 3_000, Map.of());

    private static final List<String> LISTENERS = List.of(
            "api",
            "api-admin",
            "build-1",
            "consul-eu",
            "consul-eu-wan",
            "consul-global",
            "consul-global-wan",
            "consul-us",
            "consul-us-lan",
            "consul-us-server",
            "consul-us-wan",
            "monitor-1",
            "postgres",
            "release-1",
            "s3-eu",
            "s3-us",
            "temporal",
            "temporal-ui",
            "us-agent-1",
            "us-agent-1-torrent",
            "us-agent-2",
            "us-m1-app",
            "us-m1-torrent",
            "us-m2-app",
            "us-m2-torrent",
            "us-machines");

    @TempDir
    private Path dir = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"api", "build", "release", "monitor", "region", "machine", "consul"})
    void isWhatTheWiresSay(String role) throws IOException {
        Ports ports = Ports.load(dir.resolve("ports.json"), Map.of());
        Configs configs = new Configs(new Layout(Path.of("/stack")), OPTIONS, ports);

        String text = switch (role) {
            case "api" -> configs.api();
            case "build" -> configs.buildHost("build-1");
            case "release" -> configs.releaseHost("release-1");
            case "monitor" -> configs.monitor("monitor-1");
            case "region" -> configs.regionAgent("us", "us-agent-1");
            case "machine" -> configs.machines("us", "us-machines", List.of("us-m1", "us-m2"));
            default ->
                new ObjectMapper()
                                .readTree(configs.consul("us", List.of("eu", "us", "global")))
                                .toPrettyString()
                        + "\n";
        };

        String actual = named(text, ports);
        assertThat(actual).isEqualTo(golden(role, actual));
    }

    @Test
    void givesTheMonitorsTheRetentionThatWasAskedFor() throws IOException {
        StackOptions asked = new StackOptions(1, 0, 1, 1, 1, false, 3_000, Map.of("keep_builds", "3", "log_age", "5s"));

        String monitor = new Configs(
                        new Layout(Path.of("/stack")), asked, Ports.load(dir.resolve("ports.json"), Map.of()))
                .monitor("monitor-1");

        assertThat(new YAMLMapper().readTree(monitor).at("/monitor/retention").toString())
                .isEqualTo("{\"interval\":\"10m\",\"keep_builds\":3,\"log_age\":\"5s\"}");
    }

    @ParameterizedTest
    @CsvSource({"keep_bilds, 3", "keep_builds, 0", "keep_builds, 3s", "log_age, 5", "grace, soon"})
    void refusesARetentionThatTheMonitorsWouldNotUnderstand(String key, String value) {
        assertThatThrownBy(() -> new StackOptions(1, 0, 1, 1, 1, false, 3_000, Map.of(key, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("--retention")
                .hasMessageContaining(key);
    }

    @Test
    void letsNothingListenBeyondThisHost() throws IOException {
        Configs configs =
                new Configs(new Layout(Path.of("/stack")), OPTIONS, Ports.load(dir.resolve("ports.json"), Map.of()));

        assertThat(configs.api()).contains("bindHost: \"127.0.0.1\"").doesNotContain("0.0.0.0");
        JsonNode consul = new ObjectMapper().readTree(configs.consul("eu", List.of("eu", "us", "global")));
        assertThat(consul.get("bind_addr").asText()).isEqualTo("127.0.0.1");
        assertThat(consul.get("client_addr").asText()).isEqualTo("127.0.0.1");
    }

    /** Shows each port by the name of its listener. */
    private static String named(String text, Ports ports) {
        String named = text;
        for (String name : LISTENERS) {
            named = named.replace(Integer.toString(ports.of(name)), "<" + name + ">");
        }
        return named;
    }

    private static String golden(String role, String actual) throws IOException {
        Path file = Path.of("src/test/resources/golden", role + (role.equals("consul") ? ".json" : ".yaml"));
        if (Boolean.getBoolean("shoal.golden.write")) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, actual);
        }
        return Files.readString(file);
    }
}
