package dev.shoal.simulation.bench.deploy;

import dev.shoal.model.AppName;
import dev.shoal.model.ByteSizes;
import dev.shoal.model.Digest;
import dev.shoal.model.Release;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.job.JobStatus;
import dev.shoal.model.report.AppState;
import dev.shoal.simulation.bench.BenchStack;
import dev.shoal.simulation.stack.ShoalClient;
import dev.shoal.simulation.stack.StackFile;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** One large build and its release on a stack. Confined to one thread. */
final class Deployment {
    private static final AppName APP = new AppName("large");
    private static final String FILE = "program";
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final BenchStack stack;
    private final ShoalClient client;
    private final JobSource source;

    /** @param size of the build, like {@code 1GiB}. @throws IllegalArgumentException if it is none */
    Deployment(BenchStack stack, String size) throws IOException {
        this.stack = stack;
        this.client = new ShoalClient(stack.file().api(), stack.file().adminToken());
        Path directory = Files.createDirectories(stack.dir().resolve("sources").resolve(APP.value()));
        Files.writeString(directory.resolve("shoal.yaml"), """
                app: %s
                build:
                  command: head -c %d /dev/urandom > %s
                  artifact: %s
                  time_limit: 30m
                """.formatted(APP, ByteSizes.parse(size), FILE, FILE));
        this.source = new JobSource.Directory(directory.toString());
    }

    /** Builds it and waits until all regions have it. @throws IOException if it fails or {@code System.nanoTime} passes the deadline */
    Build build(long deadline) throws IOException, InterruptedException {
        Job job = client.submit(
                new JobRequest(APP, source, JobRequest.DEFAULT_PRIORITY, false, List.of()), Optional.empty());
        Job ended = await(
                deadline,
                "job " + job.id(),
                () -> Optional.of(client.job(job.id())).filter(j -> j.status().isFinal()));
        if (ended.status() != JobStatus.SUCCESS) {
            throw new IOException("the build " + ended.status().wire() + ": " + ended.reason());
        }
        return client.build(ended.build().orElseThrow());
    }

    /** Asks for the release to all regions. */
    Release release(Build build) throws IOException {
        ShoalClient.Answer answer = client.call(
                "POST", "/releases", Optional.of(Map.of("build", build.name().value())), Optional.empty());
        if (answer.status() != 201) {
            throw new IOException(
                    "the release was refused: " + new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8));
        }
        return answer.as(Release.class);
    }

    /** Returns the {@code System.nanoTime} at which the pointer was first seen to have been flipped. */
    long awaitFlip(Release release, long deadline) throws IOException, InterruptedException {
        var unused = await(
                deadline,
                "the flip",
                () -> Optional.of(client.release(release.id()))
                        .filter(r -> r.flippedAt().isPresent()));
        return System.nanoTime();
    }

    /** How many machines say that they run it. */
    int healthy(Release release) {
        return (int) client.machines().stream()
                .filter(machine -> runs(machine, release))
                .count();
    }

    private static boolean runs(ShoalClient.MachineView machine, Release release) {
        return machine.apps().stream()
                .anyMatch(a -> a.app().equals(APP) && a.seq().equals(release.seq()) && a.state() == AppState.HEALTHY);
    }

    /** Reads the file that each machine runs. A line for each that is not the build's. */
    List<String> wrong(Build build, Release release) throws IOException {
        List<String> wrong = new ArrayList<>();
        Map<String, Boolean> says = new java.util.HashMap<>();
        client.machines().forEach(machine -> says.put(machine.id().toString(), runs(machine, release)));
        for (StackFile.Machine machine : stack.file().machines()) {
            Path file = machine.dataDir()
                    .resolve("apps")
                    .resolve(APP.value())
                    .resolve("current")
                    .resolve(FILE);
            if (!says.getOrDefault(machine.id(), false)) {
                wrong.add(machine.id() + " does not say that it runs " + build.name());
            } else if (!Files.exists(file)
                    || !sha256(file).equals(build.artifact().digest())) {
                wrong.add(machine.id() + " says that it runs " + build.name() + ", and " + file + " is not that");
            }
        }
        return wrong;
    }

    private static Digest sha256(Path file) throws IOException {
        try (DigestOutputStream sink =
                new DigestOutputStream(OutputStream.nullOutputStream(), MessageDigest.getInstance("SHA-256"))) {
            Files.copy(file, sink);
            return new Digest(HexFormat.of().formatHex(sink.getMessageDigest().digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static <T> T await(long deadline, String what, Supplier<Optional<T>> look)
            throws IOException, InterruptedException {
        for (Optional<T> seen = look.get(); ; seen = look.get()) {
            if (seen.isPresent()) {
                return seen.get();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(what + " took too long");
            }
            LockSupport.parkNanos(POLL_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
