package dev.shoal.simulation.chaos;

import dev.shoal.model.AppName;
import dev.shoal.model.JobId;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import dev.shoal.simulation.stack.ShoalClient;
import dev.shoal.simulation.stack.ShoalClient.ApiException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Submits jobs at a steady pace and insists, under one key each, until the API has answered. */
final class Submissions {
    private static final Duration INSIST = Duration.ofMillis(500);
    private static final long LATEST_CANCEL_MS = 9_000;
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final ShoalClient client;
    private final ChaosOptions options;
    private final Path sources;
    private final String run = UUID.randomUUID().toString();
    private final Map<Integer, JobId> accepted = new ConcurrentSkipListMap<>();
    private final Set<JobId> cancelled = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> refused = new ConcurrentLinkedQueue<>();

    /** {@code sources} is an empty directory that build hosts can read. */
    Submissions(ShoalClient client, ChaosOptions options, Path sources) {
        this.client = client;
        this.options = options;
        this.sources = sources;
    }

    /** The app of the i-th submission. */
    AppName app(int i) {
        return new AppName("chaos-" + i % options.apps());
    }

    /** Returns when all have been answered or given up. */
    void run() {
        for (int i = 0; i < options.apps(); i++) {
            write(i);
        }
        long start = System.nanoTime();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < options.builds(); i++) {
                long due = start + (long) (i / options.rate() * 1e9);
                for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
                int number = i;
                callers.execute(() -> submit(number));
            }
            callers.shutdown();
            callers.awaitTermination(LONGEST.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while submitting", e);
        }
    }

    private void submit(int i) {
        Instant deadline = Instant.now().plus(LONGEST);
        String last = "never tried";
        while (Instant.now().isBefore(deadline)) {
            try {
                JobId id = again(i);
                accepted.put(i, id);
                if (options.cancelEvery() > 0 && i % options.cancelEvery() == options.cancelEvery() - 1) {
                    cancel(i, id, deadline);
                }
                return;
            } catch (ApiException e) {
                last = e.getMessage();
                if (e.status() >= 400 && e.status() < 500) {
                    break;
                }
                LockSupport.parkNanos(INSIST.toNanos());
            }
        }
        refused.add("submission " + i + " was not accepted: " + last);
    }

    /** At a moment that differs from job to job: before its claim, in its build, in its copies, or too late. */
    private void cancel(int i, JobId id, Instant deadline) {
        cancelled.add(id);
        LockSupport.parkNanos(Duration.ofMillis(i * 1_317L % LATEST_CANCEL_MS).toNanos());
        while (Instant.now().isBefore(deadline)) {
            try {
                client.cancel(id);
                return;
            } catch (ApiException away) {
                LockSupport.parkNanos(INSIST.toNanos());
            }
        }
        refused.add("the cancel of job " + id + " got no answer");
    }

    /** Submits the i-th once more; the same key and content must be the same job. */
    JobId again(int i) {
        boolean release = options.releaseEvery() > 0 && i % options.releaseEvery() == 0;
        JobSource source = new JobSource.Directory(source(i % options.apps()).toString());
        return client.submit(
                        new JobRequest(app(i), source, JobRequest.DEFAULT_PRIORITY, release, List.of()),
                        Optional.of(run + "-" + i))
                .id();
    }

    /** The jobs by number of submission. */
    Map<Integer, JobId> accepted() {
        return new LinkedHashMap<>(accepted);
    }

    /** Whether somebody has asked for this job to be stopped. */
    boolean isCancelled(JobId id) {
        return cancelled.contains(id);
    }

    /** Submissions that got no job, each with the reason. */
    List<String> refused() {
        return List.copyOf(refused);
    }

    private Path source(int app) {
        return sources.resolve("chaos-" + app);
    }

    /** Every third app is quick, every third takes seconds, every third has some MiB to upload; the bytes differ from job to job. */
    private void write(int app) {
        String command = switch (app % 3) {
            case 0 -> "head -c 64K /dev/urandom > out";
            case 1 -> "for i in 1 2 3 4 5 6 7 8; do echo line $i; sleep 1; done; head -c 64K /dev/urandom > out";
            default -> "head -c 24M /dev/urandom > out";
        };
        try {
            Files.createDirectories(source(app));
            Files.writeString(source(app).resolve("shoal.yaml"), """
                    app: chaos-%d
                    build:
                      command: |
                        %s
                      artifact: out
                      time_limit: 5m
                    """.formatted(app, command));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write a source to " + sources, e);
        }
    }
}
