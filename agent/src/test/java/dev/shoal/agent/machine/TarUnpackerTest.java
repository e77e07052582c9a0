package dev.shoal.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TarUnpackerTest {
    @TempDir
    Path dir;

    private Path root;
    private Path archive;

    @BeforeEach
    void makeRoot() throws IOException {
        root = Files.createDirectories(dir.resolve("version"));
        archive = dir.resolve("a.tar");
    }

    @Test
    void unpacksFilesDirectoriesModesAndLinksThatStay() throws Exception {
        try (TarArchiveOutputStream tar = tar(false)) {
            directory(tar, "bin/");
            file(tar, "bin/start", 0755, "#!/bin/sh\n");
            file(tar, "lib/deep/data", 0640, "data");
            link(tar, "bin/data", TarConstants.LF_SYMLINK, "../lib/deep/data");
            link(tar, "bin/again", TarConstants.LF_LINK, "bin/start");
        }

        TarUnpacker.unpack(archive, false, root);

        assertThat(root.resolve("bin/start")).isExecutable().hasContent("#!/bin/sh\n");
        assertThat(root.resolve("bin/data")).hasContent("data");
        assertThat(root.resolve("bin/again")).hasContent("#!/bin/sh\n");
        assertThat(Files.getPosixFilePermissions(root.resolve("lib/deep/data"))).hasSize(3);
    }

    @Test
    void unpacksGzip() throws Exception {
        try (TarArchiveOutputStream tar = tar(true)) {
            file(tar, "VERSION", 0644, "1");
        }

        TarUnpacker.unpack(archive, true, root);

        assertThat(root.resolve("VERSION")).hasContent("1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../evil", "a/../../evil", "a/../b", "/evil"})
    void refusesNamesThatLeave(String name) throws IOException {
        try (TarArchiveOutputStream tar = tar(false)) {
            TarArchiveEntry entry = new TarArchiveEntry(name, true);
            entry.setSize(0);
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }

        refuses();
        assertThat(dir.resolve("evil")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"l,/etc/passwd", "l,..", "d/l,../../x", "l,d/../..", "l,q/.."})
    void refusesSymbolicLinksThatLeaveOrMight(String name, String target) throws IOException {
        try (TarArchiveOutputStream tar = tar(false)) {
            link(tar, name, TarConstants.LF_SYMLINK, target);
        }

        refuses();
    }

    @Test
    void refusesToWriteThroughALink() throws IOException {
        try (TarArchiveOutputStream tar = tar(false)) {
            link(tar, "here", TarConstants.LF_SYMLINK, ".");
            file(tar, "here/x", 0644, "x");
        }

        refuses();
    }

    @Test
    void refusesHardLinksToWhatIsNotInTheArchive() throws IOException {
        Files.writeString(dir.resolve("secret"), "s");
        try (TarArchiveOutputStream tar = tar(false)) {
            link(tar, "x", TarConstants.LF_LINK, "../secret");
        }

        refuses();
    }

    @ParameterizedTest
    @ValueSource(bytes = {TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO})
    void refusesDevices(byte type) throws IOException {
        try (TarArchiveOutputStream tar = tar(false)) {
            tar.putArchiveEntry(new TarArchiveEntry("dev", type));
            tar.closeArchiveEntry();
        }

        refuses();
    }

    @Test
    void refusesTheSameNameTwice() throws IOException {
        try (TarArchiveOutputStream tar = tar(false)) {
            file(tar, "x", 0644, "1");
            file(tar, "./x", 0644, "2");
        }

        refuses();
    }

    @Test
    void dropsSetUserId() throws Exception {
        try (TarArchiveOutputStream tar = tar(false)) {
            file(tar, "x", 04755, "1");
        }

        TarUnpacker.unpack(archive, false, root);

        assertThat((int) Files.getAttribute(root.resolve("x"), "unix:mode") & 07000)
                .isZero();
    }

    private void refuses() {
        assertThatThrownBy(() -> TarUnpacker.unpack(archive, false, root)).isInstanceOf(UnsafeArchiveException.class);
    }

    private TarArchiveOutputStream tar(boolean gzip) throws IOException {
        OutputStream out = Files.newOutputStream(archive);
        return new TarArchiveOutputStream(gzip ? new GZIPOutputStream(out) : out);
    }

    private static void directory(TarArchiveOutputStream tar, String name) throws IOException {
        tar.putArchiveEntry(new TarArchiveEntry(name));
        tar.closeArchiveEntry();
    }

    private static void file(TarArchiveOutputStream tar, String name, int mode, String content) throws IOException {
        byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(bytes.length);
        entry.setMode(mode);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private static void link(TarArchiveOutputStream tar, String name, byte type, String target) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name, type);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }
}
