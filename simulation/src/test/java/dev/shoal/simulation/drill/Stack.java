package dev.shoal.simulation.drill;

import dev.shoal.model.AppName;
import dev.shoal.model.JobId;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import dev.shoal.simulation.chaos.RegionObjects;
import dev.shoal.simulation.stack.Launcher;
import dev.shoal.simulation.stack.ShoalClient;
import dev.shoal.simulation.stack.StackFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A real stack in a directory of its own, as {@code ./shoal up} starts it. */
final class Stack implements AutoCloseable {
    private final Launcher launcher = Launcher.find();
    private final Path dir;
    private final Path sources;

    Stack(Path dir) throws IOException {
        this.dir = dir.toRealPath();
        this.sources = Files.createDirectories(this.dir.resolve("sources"));
    }

    void up(String... options) {
        List<String> words = new ArrayList<>(List.of("up", "--dir", dir.toString()));
        words.addAll(List.of(options));
        if (launcher.run(words) != 0) {
            throw new AssertionError("./shoal up failed; logs: " + dir.resolve("logs"));
        }
    }

    StackFile file() {
        return StackFile.read(dir);
    }

    ShoalClient client() {
        StackFile file = file();
        return new ShoalClient(file.api(), file.adminToken());
    }

    /** {@code kill -9}. */
    void kill(String process) {
        ProcessHandle handle = ProcessHandle.of(file().process(process).pid()).orElseThrow();
        handle.destroyForcibly();
        handle.onExit().join();
    }

    void signal(String process, String signal) throws IOException, InterruptedException {
        new ProcessBuilder(
                        "kill",
                        "-" + signal,
                        Long.toString(file().process(process).pid()))
                .inheritIO()
                .start()
                .waitFor();
    }

    /** {@code ./shoal chaos s3}. */
    void chaos(String region, String... faults) {
        List<String> words = new ArrayList<>(List.of("chaos", "s3", "--dir", dir.toString(), "--region", region));
        words.addAll(List.of(faults));
        if (launcher.run(words) != 0) {
            throw new AssertionError("./shoal chaos s3 failed");
        }
    }

    /** What lies in its regions' S3. */
    RegionObjects objects() {
        return RegionObjects.of(dir);
    }

    /** Where its processes' logs lie. */
    Path logs() {
        return dir.resolve("logs");
    }

    boolean isHealthy(String process) {
        return file().process(process).healthy();
    }

    /** A source whose build runs {@code command} and gives {@code artifact}. */
    JobSource program(String app, String command, String artifact) {
        try {
            Path source = Files.createDirectories(sources.resolve(app));
            Files.writeString(source.resolve("shoal.yaml"), """
                    app: %s
                    build:
                      command: |
                        %s
                      artifact: %s
                      time_limit: 2m
                    """.formatted(app, command, artifact));
            return new JobSource.Directory(source.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Job submit(String app, JobSource source, boolean release) {
        return client().submit(request(app, source, release), Optional.empty());
    }

    static JobRequest request(String app, JobSource source, boolean release) {
        return new JobRequest(new AppName(app), source, JobRequest.DEFAULT_PRIORITY, release, List.of());
    }

    /** The job's row; empty while the API is away. */
    Optional<Job> job(JobId id) {
        try {
            return Optional.of(client().job(id));
        } catch (ShoalClient.ApiException | UncheckedIOException away) {
            return Optional.empty();
        }
    }

    /** The processes that carry this stack's mark, zombies aside. */
    List<String> survivors() {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (("\0" + read(process.resolve("environ"))).contains("\0SHOAL_STACK=" + dir + "\0")) {
                    found.add(process.getFileName() + " "
                            + read(process.resolve("cmdline")).replace('\0', ' '));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }

    @Override
    public void close() {
        launcher.run(List.of("down", "--dir", dir.toString()));
    }

    /** A secret of the stack, by the name of its file. */
    String secret(String name) throws IOException {
        return Files.readString(dir.resolve("secrets").resolve(name)).strip();
    }
}
