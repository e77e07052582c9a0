package dev.shoal.activities.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.shoal.model.job.JobSource;
import dev.shoal.workflows.FailureTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A build host whose disk, a real file system of 16 MiB, is filled by a build. */
class FullDiskTest {
    @TempDir
    private Path directory;

    private Path disk;
    private boolean mounted;
    private BuildHost host;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectory(directory.resolve("disk"));
        mounted = run("mount", "-t", "tmpfs", "-o", "size=16m", "shoal-test", disk.toString()) == 0;
        assumeTrue(mounted, "SKIPPED: only root may mount a small file system");
        host = new BuildHost(disk);
    }

    @AfterEach
    void unmount() throws Exception {
        if (host != null) {
            host.close();
        }
        if (mounted) {
            assertThat(run("umount", disk.toString())).isZero();
        }
    }

    @Test
    void failsTheJobThatFilledItAndServesTheNext() throws IOException {
        host.expectFailure(source("head -c 64000000 /dev/zero > big"), FailureTypes.BUILD_FAILED)
                .hasOneLineWith("the disk of the build host is full");

        assertThat(disk.toFile().getUsableSpace()).isGreaterThan(14L << 20);
        assertThat(Files.readString(Path.of(
                        host.build(host.claim(source("echo fits > out"))).path())))
                .isEqualTo("fits\n");
    }

    @Test
    void doesSoBeforeTheWorkflowFreesTheHost() {
        host.building(host.claim(source("head -c 64000000 /dev/zero > big"))).expectFailure(FailureTypes.BUILD_FAILED);

        assertThat(disk.toFile().getUsableSpace()).isGreaterThan(14L << 20);
    }

    private JobSource source(String command) {
        return host.source("MARK=x", command, "out", "60s");
    }

    private static int run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }
}
