package dev.shoal.simulation.load;

import dev.shoal.model.JobId;
import dev.shoal.simulation.stack.ShoalClient;
import dev.shoal.simulation.stack.ShoalClient.ApiException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Follows the logs of some jobs as a user would, for the moment of their first output. Thread-safe. */
final class Followers implements AutoCloseable {
    private final ShoalClient client;
    private final Map<JobId, Instant> first = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    Followers(ShoalClient client) {
        this.client = client;
    }

    void follow(JobId job) {
        threads.execute(() -> {
            try {
                if (client.awaitOutput(job)) {
                    first.put(job, Instant.now());
                }
            } catch (ApiException away) {
                // One sample less: under chaos the API dies, too.
            }
        });
    }

    /** When its first line arrived here; empty if it was not followed or printed nothing. */
    Optional<Instant> firstOutput(JobId job) {
        return Optional.ofNullable(first.get(job));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
