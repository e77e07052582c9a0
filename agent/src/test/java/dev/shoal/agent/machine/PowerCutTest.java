package dev.shoal.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shoal.agent.machine.TracedDisk.Rename;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file system may lose, in a power cut, whatever was not synced, and keep any later rename: so at each rename that makes something
 * visible, what it makes visible must have been synced. Seen by the system calls of a real process.
 */
class PowerCutTest {
    private static Path data;
    private static TracedDisk disk;

    @BeforeAll
    static void trace(@TempDir Path temp) throws IOException, InterruptedException {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":", -1)).anyMatch(p -> Files.isExecutable(Path.of(p, "strace"))),
                "SKIPPED: there is no strace here, so the order of syncs and renames is not checked");
        Path root = temp.toRealPath();
        data = Files.createDirectories(root.resolve("data"));
        List<String> command = new ArrayList<>(List.of(
                "strace",
                "-ff",
                "-y",
                "-e",
                "trace=openat,write,pwrite64,ftruncate,sendfile,copy_file_range,fsync,fdatasync,rename,renameat,renameat2,mkdir,"
                        + "mkdirat,symlink,symlinkat",
                "-o",
                root.resolve("calls").toString(),
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                StagesAndSwitches.class.getName(),
                data.toString()));
        for (int seq = 1; seq <= 2; seq++) {
            Path verified = root.resolve("verified-" + seq);
            Files.write(verified, StagesAndSwitches.artifact(seq).bytes());
            command.add(verified.toString());
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("out").toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assumeTrue(
                !Files.readString(root.resolve("out")).contains("ptrace"),
                "SKIPPED: this machine allows no tracing, so the order of syncs and renames is not checked");
        assertThat(process.exitValue())
                .as(Files.readString(root.resolve("out")))
                .isZero();
        disk = new TracedDisk(data);
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(root, "calls.*")) {
            for (Path thread : threads) {
                disk.read(Files.readAllLines(thread, java.nio.charset.StandardCharsets.ISO_8859_1));
            }
        }
    }

    @Test
    void showsAVersionOnlyAfterAllOfItIsOnDisk() {
        Path versions = data.resolve("apps/hello/versions");
        List<Rename> shown = disk.renames().stream()
                .filter(r -> r.to().getParent().equals(versions)
                        && !r.to().toString().endsWith(".json"))
                .toList();

        assertThat(shown)
                .hasSize(2)
                .allSatisfy(rename -> assertThat(rename.dirty())
                        .noneMatch(path -> path.startsWith(rename.from()))
                        .noneMatch(path -> path.startsWith(versions)));
    }

    @Test
    void switchesOnlyToAVersionThatACutCannotTakeBack() {
        Path app = data.resolve("apps/hello");
        List<Rename> switches =
                disk.renames().stream().filter(r -> r.to().endsWith("current")).toList();

        assertThat(switches)
                .hasSize(2)
                .allSatisfy(rename ->
                        assertThat(rename.dirty()).noneMatch(path -> path.startsWith(app.resolve("versions"))));
        assertThat(disk.dirty()).doesNotContain(app, app.resolve("versions"));
    }

    @Test
    void replacesFilesOnlyByOnesWhoseBytesAreOnDisk() {
        List<Rename> replaced = disk.renames().stream()
                .filter(r -> r.from().toString().endsWith(".tmp"))
                .toList();

        assertThat(replaced)
                .hasSizeGreaterThanOrEqualTo(6)
                .allSatisfy(rename -> assertThat(rename.dirty()).doesNotContain(rename.from()));
        assertThat(disk.dirty()).doesNotContain(data, data.resolve("state.json"));
    }
}
