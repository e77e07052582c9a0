package dev.shoal.activities.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.shoal.activities.blobs.LogStore;
import dev.shoal.activities.sandbox.OutputFile;
import dev.shoal.activities.sandbox.Sandbox;
import dev.shoal.activities.sandbox.SecretMask;
import dev.shoal.model.JobId;
import dev.shoal.workflows.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A gigabyte of output through a host with a heap of 48 MiB. */
class HugeOutputTest {
    private static final long GIGABYTE = 1L << 30;

    @TempDir
    private Path directory;

    @Test
    void aGigabyteNeitherFillsMemoryNorStallsTheBuildWhenAllOfItIsKept() throws Exception {
        assumeThat(directory.toFile().getUsableSpace())
                .as("SKIPPED: no room for a gigabyte of log")
                .isGreaterThan(3L << 30);

        assertThat(host(2 * GIGABYTE)).isEqualTo("Exited[code=0] " + GIGABYTE + "\n");
    }

    @Test
    void aGigabyteIsCutAtTheLimitWithALineThatSaysSo() throws Exception {
        assertThat(host(1 << 20)).startsWith("Exited[code=0] 10");
        assertThat(Files.readString(directory.resolve("log")))
                .endsWith("\nshoal: the output is cut here, at 1048576 bytes; the build goes on\n");
    }

    private String host(long limit) throws IOException, InterruptedException {
        Path out = directory.resolve("host.out");
        Process host = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx48m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHost.class.getName(),
                        directory.toString(),
                        Long.toString(limit))
                .redirectErrorStream(false)
                .redirectOutput(out.toFile())
                .redirectError(directory.resolve("host.err").toFile())
                .start();
        try {
            // Idle, it takes some seconds.
            assertThat(host.waitFor(4, TimeUnit.MINUTES)).isTrue();
            assertThat(Files.readString(directory.resolve("host.err"))).doesNotContain("OutOfMemory");
            return Files.readAllLines(out).getLast() + "\n";
        } finally {
            host.destroyForcibly().waitFor();
        }
    }

    /** One build, whose output is masked, kept and shipped. */
    static final class SmallHost {
        public static void main(String[] args) throws Exception {
            Path directory = Path.of(args[0]);
            Path log = directory.resolve("log");
            Tally store = new Tally();
            Lease lease = new Lease(new JobId(1), 1);
            Sandbox.Ending ending;
            LogShipper shipper;
            try (Sandbox sandbox = new Sandbox(directory);
                    OutputFile output =
                            new OutputFile(log, Long.parseLong(args[1]), SecretMask.of(List.of("geheim-4711")))) {
                shipper = LogShipper.start(store, lease, log);
                ending = sandbox.run(
                        new Sandbox.Command(
                                List.of("sh", "-c", "yes 0123456789abcdefghijklmnopqrstuvwxyz | head -c 1G"),
                                directory,
                                Optional.empty(),
                                Map.of("PATH", System.getenv("PATH")),
                                Duration.ofMinutes(4)),
                        output,
                        () -> {});
            }
            shipper.finish();
            System.out.println(ending + " " + store.bytes.get());
            System.exit(0);
        }
    }

    /** Counts what a store would keep, in order. */
    private static final class Tally implements LogStore {
        private final AtomicLong bytes = new AtomicLong();

        @Override
        public void append(Lease attempt, long offset, byte[] segment) {
            if (!bytes.compareAndSet(offset, offset + segment.length)) {
                throw new IllegalStateException("a gap at " + offset);
            }
        }

        @Override
        public Chunk read(Lease attempt, long offset, int max) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void finish(Lease attempt, long length) {
            if (bytes.get() != length) {
                throw new IllegalStateException("not all of it is there");
            }
        }

        @Override
        public Optional<Integer> newestAttempt(JobId job) {
            return Optional.of(1);
        }
    }
}
