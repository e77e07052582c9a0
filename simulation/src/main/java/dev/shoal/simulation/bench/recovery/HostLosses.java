package dev.shoal.simulation.bench.recovery;

import dev.shoal.model.AppName;
import dev.shoal.model.JobId;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.job.JobStatus;
import dev.shoal.simulation.stack.ShoalClient;
import dev.shoal.simulation.stack.Signals;
import dev.shoal.simulation.stack.StackFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Loses the host that builds a job, again and again, on a real stack. Used by one thread. */
final class HostLosses {
    private static final AppName APP = new AppName("endless");
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration LONGEST = Duration.ofMinutes(4);

    /** How long a host that came back is watched: several of its heartbeats to Temporal and to SQL. */
    private static final Duration WATCH = Duration.ofSeconds(20);

    private final Path dir;
    private final Signals signals;
    private final ShoalClient client;
    private final JobSource source;

    /** On the stack in {@code dir}, absolute. */
    HostLosses(Path dir) throws IOException {
        this.dir = dir;
        this.signals = new Signals(dir);
        StackFile stack = StackFile.read(dir);
        this.client = new ShoalClient(stack.api(), stack.adminToken());
        Path program = Files.createDirectories(dir.resolve("endless"));
        Files.writeString(program.resolve("shoal.yaml"), """
                app: %s
                build:
                  command: while true; do echo "attempt $SHOAL_ATTEMPT at $(date +%%s%%N)"; sleep 1; done
                  artifact: none
                  time_limit: 30m
                """.formatted(APP));
        this.source = new JobSource.Directory(program.toString());
    }

    /** Loses one host and brings it back; leaves the stack as it was. */
    Recovery lose(Loss loss) {
        await(
                "all processes to be healthy",
                () -> StackFile.read(dir).processes().stream().allMatch(StackFile.StackProcess::healthy));
        JobId id = client.submit(
                        new JobRequest(APP, source, JobRequest.DEFAULT_PRIORITY, false, List.of()), Optional.empty())
                .id();
        await("the first output of job " + id, () -> firstOutput(id, 1).isPresent());
        String host = client.job(id).host().orElseThrow().value();
        List<ProcessHandle> frozen = loss == Loss.STOP ? signals.freeze(host) : List.of();
        if (loss == Loss.KILL) {
            signals.kill(host);
        }
        long lost = System.currentTimeMillis();
        await("the loss of attempt 1 to be noticed", () -> {
            Job job = client.job(id);
            return job.reason().isPresent() || job.attempt() > 1;
        });
        long noticed = System.currentTimeMillis() - lost;
        await("attempt 2 of job " + id, () -> client.job(id).attempt() > 1);
        long claimed = System.currentTimeMillis() - lost;
        Job second = client.job(id);
        await(
                "the first output of attempt 2",
                () -> firstOutput(id, second.attempt()).isPresent());
        long output = firstOutput(id, second.attempt()).orElseThrow() - lost;
        signals.thaw(frozen);
        List<String> problems = watch(second, loss + " of " + host + " under job " + id + ": ");
        client.cancel(id);
        await("job " + id + " to end", () -> client.job(id).status().isFinal());
        if (client.job(id).status() != JobStatus.STOPPED) {
            problems.add("job " + id + " ended as " + client.job(id).status().wire());
        }
        return new Recovery(loss, host, noticed, claimed, output, problems);
    }

    /** What the first attempt's host, back again, does to the second attempt; nothing is right. */
    private List<String> watch(Job second, String what) {
        List<String> problems = new ArrayList<>();
        long end = System.nanoTime() + WATCH.toNanos();
        while (System.nanoTime() - end < 0) {
            LockSupport.parkNanos(POLL.toNanos() * 10);
        }
        Job now = client.job(second.id());
        if (now.status() != JobStatus.RUNNING
                || now.attempt() != second.attempt()
                || !now.host().equals(second.host())) {
            problems.add(what + "the row was " + second + " and is " + now);
        }
        boolean foreign = client.log(second.id(), second.attempt())
                .lines()
                .filter(line -> line.startsWith("attempt ") && line.contains(" at "))
                .anyMatch(line -> !line.startsWith("attempt " + second.attempt() + " at "));
        if (foreign) {
            problems.add(what + "the log of attempt " + second.attempt() + " has lines of another attempt");
        }
        List<String> alive = processesOf(second.id(), second.attempt() - 1);
        if (!alive.isEmpty()) {
            problems.add(what + "processes of the lost attempt still run: " + alive);
        }
        return problems;
    }

    /** When the attempt's process first printed, in milliseconds since 1970. */
    private Optional<Long> firstOutput(JobId id, int attempt) {
        String start = "attempt " + attempt + " at ";
        return client.log(id, attempt)
                .lines()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .map(line -> Long.parseLong(line.substring(start.length()).strip()) / 1_000_000);
    }

    /** Processes of this stack with the environment that a build of this attempt has. */
    private List<String> processesOf(JobId id, int attempt) {
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                String environment = "\0" + read(process.resolve("environ"));
                if (environment.contains("\0SHOAL_JOB_ID=" + id + "\0")
                        && environment.contains("\0SHOAL_ATTEMPT=" + attempt + "\0")
                        && environment.contains("\0TMPDIR=" + dir)) {
                    found.add(process.getFileName() + " "
                            + read(process.resolve("cmdline")).replace('\0', ' '));
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
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

    private static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + LONGEST.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("waited " + LONGEST.toMinutes() + " min for " + what);
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
    }
}
