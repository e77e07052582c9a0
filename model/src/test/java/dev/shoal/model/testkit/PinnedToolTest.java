package dev.shoal.model.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PinnedToolTest {
    @TempDir
    private Path dir;

    @Test
    void theNewestThatWasBuiltIsFound() throws IOException {
        program("tools/consul-1.9.1", "rwxr-xr-x");
        Path newest = program("tools/consul-1.20.0", "rwxr-xr-x");
        program("tools/consul-1.21.0", "rw-r--r--");
        program("tools/consul-2.0.0.part", "rwxr-xr-x");
        program("tools/consul-esm-3.0.0", "rwxr-xr-x");

        assertThat(find("consul")).isEqualTo(newest);
    }

    @Test
    void theOneOnThePathComesFirst() throws IOException {
        program("tools/consul-1.20.0", "rwxr-xr-x");
        Path own = program("bin/consul", "rwxr-xr-x");

        assertThat(find("consul")).isEqualTo(own);
    }

    @Test
    void nothingIsFoundWhereNothingIs() {
        assertThat(PinnedTool.find("consul", environment())).isEmpty();
    }

    private Path find(String name) {
        return PinnedTool.find(name, environment()).orElseThrow();
    }

    private Map<String, String> environment() {
        return Map.of("PATH", dir.resolve("bin").toString(), "SHOAL_CACHE", dir.toString());
    }

    private Path program(String name, String permissions) throws IOException {
        Path file = dir.resolve(name);
        Files.createDirectories(file.getParent());
        Files.createFile(file);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }
}
