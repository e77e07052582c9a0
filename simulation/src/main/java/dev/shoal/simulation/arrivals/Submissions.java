package dev.shoal.simulation.arrivals;

import dev.shoal.model.AppName;
import dev.shoal.model.JobId;
import dev.shoal.model.job.JobRequest;
import dev.shoal.simulation.stack.ShoalClient;
import dev.shoal.simulation.stack.ShoalClient.ApiException;
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
import java.util.function.BiConsumer;

/**
 * Submits jobs as planned, open loop: a slow answer does not slow the next submission. Insists, under one key each, until the API
 * has answered. {@link #run} is for one thread; the rest is thread-safe.
 */
public final class Submissions {
    private static final Duration INSIST = Duration.ofMillis(500);
    private static final long LATEST_CANCEL_MS = 9_000;
    private static final Duration LONGEST = Duration.ofMinutes(5);

    private final ShoalClient client;
    private final List<Arrival> arrivals;
    private final Programs programs;
    private final int cancelEvery;
    private final String run = UUID.randomUUID().toString();
    private final Map<Integer, Accepted> accepted = new ConcurrentSkipListMap<>();
    private final Set<JobId> cancelled = ConcurrentHashMap.newKeySet();
    private final ConcurrentLinkedQueue<String> refused = new ConcurrentLinkedQueue<>();
    private volatile BiConsumer<Integer, Accepted> onAccepted = (number, taken) -> {};

    /** A job that the API took; {@code called} is when it was first asked. */
    public record Accepted(JobId job, Instant called) {}

    /** {@code cancelEvery}: each so-manieth job is cancelled within seconds of its submission; 0 for none. */
    public Submissions(ShoalClient client, List<Arrival> arrivals, Programs programs, int cancelEvery) {
        this.client = client;
        this.arrivals = List.copyOf(arrivals);
        this.programs = programs;
        this.cancelEvery = cancelEvery;
    }

    /** Who hears of each job that the API took, on any thread. Set before {@link #run}. */
    public void onAccepted(BiConsumer<Integer, Accepted> listener) {
        onAccepted = listener;
    }

    /** The apps that are built. */
    public List<AppName> apps() {
        return programs.apps();
    }

    /** How many are submitted in all. */
    public int planned() {
        return arrivals.size();
    }

    /** Returns when all have been answered or given up. */
    public void run() {
        long start = System.nanoTime();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < arrivals.size(); i++) {
                long due = start + arrivals.get(i).at().toNanos();
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
        Instant called = Instant.now();
        Instant deadline = called.plus(LONGEST);
        String last = "never tried";
        while (Instant.now().isBefore(deadline)) {
            try {
                JobId id = again(i);
                Accepted taken = new Accepted(id, called);
                accepted.put(i, taken);
                onAccepted.accept(i, taken);
                if (cancelEvery > 0 && i % cancelEvery == cancelEvery - 1) {
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
    public JobId again(int i) {
        JobRequest request = new JobRequest(
                programs.app(i),
                programs.source(i),
                JobRequest.DEFAULT_PRIORITY,
                arrivals.get(i).release(),
                List.of());
        return client.submit(request, Optional.of(run + "-" + i)).id();
    }

    /** The jobs by number of submission. */
    public Map<Integer, Accepted> accepted() {
        return new LinkedHashMap<>(accepted);
    }

    /** Whether somebody has asked for this job to be stopped. */
    public boolean isCancelled(JobId id) {
        return cancelled.contains(id);
    }

    /** Submissions that got no job, each with the reason. */
    public List<String> refused() {
        return List.copyOf(refused);
    }
}
