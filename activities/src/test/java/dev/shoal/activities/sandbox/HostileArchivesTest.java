package dev.shoal.activities.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.activities.testkit.Tarballs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that were made to get out, or to fill the host. */
class HostileArchivesTest {
    private static final String SECRET = "untouched";

    @TempDir
    private Path directory;

    private Path outside;

    @BeforeEach
    void somethingOutside() throws IOException {
        outside = Files.writeString(directory.resolve("outside"), SECRET);
    }

    @Test
    void randomCombinationsOfHostileEntriesNeverLeadOut() throws Exception {
        Random dice = new Random(20261123);
        for (int round = 0; round < 400; round++) {
            Path root = directory.resolve("round-" + round).resolve("tree");
            Files.createDirectories(root.getParent());
            byte[] archive = random(dice);
            try {
                unpack(archive, root, TarUnpacker.BOUNDS);
            } catch (BuildFault refused) {
                assertThat(refused.reason()).startsWith("the source");
            }
            assertThat(outside).hasContent(SECRET);
            assertThat(names(directory)).allMatch(name -> name.startsWith("round-") || name.equals("outside"));
            assertThat(names(root.getParent())).isSubsetOf("tree", "source.tar.gz");
            try (Stream<Path> all = Files.walk(root)) {
                assertThat(all.filter(Files::exists).map(HostileArchivesTest::real))
                        .allMatch(path -> path.startsWith(real(root)));
            }
        }
    }

    private static byte[] random(Random dice) throws IOException {
        List<String> names = List.of(
                "a",
                "a/b",
                "a/b/c",
                "d",
                "d/a",
                ".",
                "..",
                "../outside",
                "/outside",
                "a/../../outside",
                "./a/./b",
                "a//b");
        List<String> targets =
                List.of("a", "a/b", "..", "../..", "../outside", "../../outside", "/etc/passwd", ".", "d", "nowhere");
        Tarballs tar = new Tarballs();
        for (int i = dice.nextInt(8); i >= 0; i--) {
            String name = names.get(dice.nextInt(names.size()));
            String target = targets.get(dice.nextInt(targets.size()));
            switch (dice.nextInt(6)) {
                case 0, 1 -> tar.file(name, "overwritten " + i);
                case 2 -> tar.directory(name);
                case 3 -> tar.symlink(name, target);
                case 4 -> tar.hardlink(name, target);
                default -> tar.symlink(name, target).file(name + "/x", "through a link");
            }
        }
        return tar.bytes();
    }

    @Test
    void aBombStopsAtTheBound() throws Exception {
        byte[] bomb = new Tarballs().file("zeros", "0".repeat(3 << 20)).bytes();

        assertThat(bomb).hasSizeLessThan(20_000);
        assertThatThrownBy(() -> unpack(bomb, directory.resolve("tree"), new TarUnpacker.Bounds(1 << 20, 100)))
                .isInstanceOf(BuildFault.class)
                .hasMessage("the source is larger than 1.0 MiB");
    }

    @Test
    void tooManyEntriesAreRefused() throws Exception {
        Tarballs many = new Tarballs();
        for (int i = 0; i < 101; i++) {
            many.file("f" + i, "");
        }
        byte[] archive = many.bytes();

        assertThatThrownBy(() -> unpack(archive, directory.resolve("tree"), new TarUnpacker.Bounds(1 << 20, 100)))
                .isInstanceOf(BuildFault.class)
                .hasMessage("the source has more than 100 entries");
    }

    @Test
    void aNameThatTheHostCannotHaveIsTheSourcesFault() throws Exception {
        byte[] archive = new Tarballs().file("n".repeat(5000), "x").bytes();

        assertThatThrownBy(() -> unpack(archive, directory.resolve("tree"), TarUnpacker.BOUNDS))
                .isInstanceOf(BuildFault.class)
                .hasMessageContaining("name is too long");
    }

    @Test
    void aHeaderOfManyMegabytesIsNotTakenIntoMemory() throws Exception {
        byte[] archive = withHeaderOf(64 << 20);

        assertThatThrownBy(() -> unpack(archive, directory.resolve("tree"), TarUnpacker.BOUNDS))
                .isInstanceOf(BuildFault.class)
                .hasMessageContaining("header");
    }

    @Test
    void anEntryThatClaimsAHugeSizeIsNotWhole() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(bytes)) {
            TarArchiveEntry entry = new TarArchiveEntry("huge", TarConstants.LF_NORMAL, true);
            entry.setSize(1L << 32);
            byte[] header = new byte[512];
            entry.writeEntryHeader(header);
            gzip.write(header);
            gzip.write("only this".getBytes(StandardCharsets.UTF_8));
        }

        assertThatThrownBy(() -> unpack(bytes.toByteArray(), directory.resolve("tree"), TarUnpacker.BOUNDS))
                .isInstanceOf(BuildFault.class)
                .hasMessageContaining("not a whole gzipped tar");
    }

    private static byte[] withHeaderOf(int size) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes), "UTF-8")) {
            TarArchiveEntry name = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
            name.setSize(size);
            tar.putArchiveEntry(name);
            byte[] block = "n".repeat(1 << 20).getBytes(StandardCharsets.US_ASCII);
            for (int written = 0; written < size; written += block.length) {
                tar.write(block);
            }
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
    }

    private static void unpack(byte[] archive, Path root, TarUnpacker.Bounds bounds) throws BuildFault, IOException {
        Path packed = Files.write(root.resolveSibling("source.tar.gz"), archive);
        TarUnpacker.unpack(packed, root, bounds, () -> {});
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(path -> path.getFileName().toString()).toList();
        }
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
