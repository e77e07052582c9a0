package dev.shoal.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ZipUnpackerTest {
    private static final int LINK = 0120777;

    @TempDir
    Path dir;

    private Path root;
    private Path archive;

    @BeforeEach
    void makeRoot() throws IOException {
        root = Files.createDirectory(dir.resolve("root"));
        archive = dir.resolve("a.zip");
    }

    @Test
    void unpacksFilesDirectoriesModesAndLinksThatStay() throws Exception {
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
            add(zip, "bin/", 040755, "");
            add(zip, "bin/run", 0100750, "#!/bin/sh");
            add(zip, "bin/also", LINK, "run");
            add(zip, "data/plain", 0, "no mode");
        }

        ZipUnpacker.unpack(archive, root);

        assertThat(root.resolve("bin/run")).hasContent("#!/bin/sh").isExecutable();
        assertThat(Files.getPosixFilePermissions(root.resolve("bin/run"))).hasSize(5);
        assertThat(Files.readSymbolicLink(root.resolve("bin/also"))).hasToString("run");
        assertThat(root.resolve("data/plain")).hasContent("no mode");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../out", "/etc/out", "a/../../out", "a/.."})
    void refusesNamesThatLeave(String name) throws IOException {
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
            add(zip, name, 0100644, "x");
        }

        refuses();
        assertThat(dir.resolve("out")).doesNotExist();
    }

    @Test
    void refusesLinksThatLeaveAndEntriesBelowLinks() throws IOException {
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
            add(zip, "link", LINK, "../..");
        }
        refuses();

        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
            add(zip, "real/", 040755, "");
            add(zip, "link", LINK, "real");
            add(zip, "link/file", 0100644, "x");
        }
        refuses();
    }

    @Test
    void refusesTheSameNameTwice() throws IOException {
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
            add(zip, "one", 0100644, "x");
            add(zip, "./one", 0100644, "y");
        }

        refuses();
    }

    @Test
    void aFileThatIsLongerThanItClaimsIsCutOff() throws Exception {
        try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(archive)) {
            add(zip, "bomb", 0100644, "0".repeat(100_000));
        }
        // The central directory's uncompressed size (offset 24 of its header) says 10 bytes.
        byte[] bytes = Files.readAllBytes(archive);
        int header = indexOf(bytes, new byte[] {'P', 'K', 1, 2});
        bytes[header + 24] = 10;
        bytes[header + 25] = 0;
        bytes[header + 26] = 0;
        Files.write(archive, bytes);

        assertThatThrownBy(() -> ZipUnpacker.unpack(archive, root))
                .isInstanceOf(UnsafeArchiveException.class)
                .hasMessageContaining("more than the 10 bytes");
        assertThat(Files.size(root.resolve("bomb"))).isLessThan(100);
    }

    private void refuses() {
        assertThatThrownBy(() -> ZipUnpacker.unpack(archive, root)).isInstanceOf(UnsafeArchiveException.class);
    }

    private static void add(ZipArchiveOutputStream zip, String name, int mode, String content) throws IOException {
        ZipArchiveEntry entry = new ZipArchiveEntry(name);
        if (mode != 0) {
            entry.setUnixMode(mode);
        }
        zip.putArchiveEntry(entry);
        zip.write(content.getBytes(StandardCharsets.UTF_8));
        zip.closeArchiveEntry();
    }

    private static int indexOf(byte[] bytes, byte[] pattern) {
        for (int i = 0; i + pattern.length <= bytes.length; i++) {
            if (java.util.Arrays.equals(bytes, i, i + pattern.length, pattern, 0, pattern.length)) {
                return i;
            }
        }
        throw new AssertionError("no central directory");
    }
}
