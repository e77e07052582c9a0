package dev.shoal.simulation.bench.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/** Repeats an operation on so many threads for a while, after a warm-up. */
final class Clients {
    /** Measured: after it, a statement through JDBI costs 9 µs of our CPU, 3 more than bare JDBC; in the first half second 45. */
    private static final Duration WARM_UP = Duration.ofSeconds(1);

    private Clients() {}

    /** {@code operation} returns how long its measured part took, in nanoseconds. */
    static Rate run(int clients, Duration time, Callable<Long> operation) throws InterruptedException {
        CyclicBarrier warm = new CyclicBarrier(clients);
        try (ExecutorService pool = Executors.newFixedThreadPool(clients)) {
            List<Future<List<Long>>> work = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                work.add(pool.submit(() -> {
                    // Connections, statements and code are there before the clock runs.
                    long begin = System.nanoTime() + WARM_UP.toNanos();
                    while (System.nanoTime() < begin) {
                        operation.call();
                    }
                    warm.await();
                    long end = System.nanoTime() + time.toNanos();
                    List<Long> nanos = new ArrayList<>();
                    while (System.nanoTime() < end) {
                        nanos.add(operation.call());
                    }
                    return nanos;
                }));
            }
            LongStream all = LongStream.empty();
            for (Future<List<Long>> one : work) {
                all = LongStream.concat(all, one.get().stream().mapToLong(Long::longValue));
            }
            long[] sorted = all.sorted().toArray();
            return Rate.of(sorted, time.toNanos());
        } catch (ExecutionException e) {
            throw new IllegalStateException(String.valueOf(e.getCause()), e.getCause());
        }
    }
}
