package dev.shoal.agent.region.reports;

import dev.shoal.model.MachineId;
import dev.shoal.model.json.Json;
import dev.shoal.model.report.MachineReport;
import dev.shoal.model.report.ReportBatch;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the newest report of each machine and passes them on in batches. While the API is away it holds one report a machine, no
 * more. {@link #accept} may be called from any thread; one thread of its own sends.
 */
public final class ReportCollector implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReportCollector.class);
    /** More than a region has; a bound for the case that somebody makes machines up. */
    private static final int MOST_MACHINES = 100_000;

    private static final Duration PACE = Duration.ofMillis(500);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);
    private static final Duration TIME_OUT = Duration.ofSeconds(15);

    private enum Answer {
        TAKEN,
        /** The content is at fault: the same will be refused again. */
        REFUSED,
        AWAY
    }

    private final ConcurrentHashMap<MachineId, MachineReport> pending = new ConcurrentHashMap<>();
    private final AtomicLong delivered = new AtomicLong();
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();
    private final URI target;
    private final Supplier<String> token;
    private final Thread thread = Thread.ofPlatform().daemon().name("reports").unstarted(this::run);
    private volatile boolean closed;

    /**
     * Not started yet.
     *
     * @param api the API's address
     * @param token asked for before each batch, since its file may be written later than this process starts
     */
    public ReportCollector(URI api, Supplier<String> token) {
        this.target = api.resolve("/api/v1/reports");
        this.token = token;
    }

    /** Starts to send. */
    public void start() {
        thread.start();
    }

    /** Takes a report in, unless a newer one of the machine is waiting. Returns false if too many machines' are. */
    public boolean accept(MachineReport report) {
        if (pending.size() >= MOST_MACHINES && !pending.containsKey(report.machine())) {
            return false;
        }
        keep(report);
        return true;
    }

    private void keep(MachineReport report) {
        pending.merge(report.machine(), report, (a, b) -> a.number() >= b.number() ? a : b);
    }

    /** How many reports the API has taken. */
    public long delivered() {
        return delivered.get();
    }

    /** How many machines' reports are waiting. */
    public int waiting() {
        return pending.size();
    }

    /** Whether its thread turns. */
    public boolean isTurning() {
        return thread.isAlive();
    }

    private void run() {
        Duration pause = PACE;
        while (!closed) {
            try {
                Thread.sleep(pause);
                pause = flush() ? PACE : longer(pause);
            } catch (InterruptedException e) {
                return;
            } catch (RuntimeException e) {
                LOG.error("reports could not be passed on; trying again", e);
                pause = longer(pause);
            }
        }
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : doubled;
    }

    /** Returns whether everything was delivered. */
    private boolean flush() throws InterruptedException {
        while (!pending.isEmpty()) {
            List<MachineReport> batch = take();
            if (!passOn(batch)) {
                return false;
            }
        }
        return true;
    }

    /** Returns false when the API is away; then what it did not take is kept. */
    private boolean passOn(List<MachineReport> batch) throws InterruptedException {
        switch (deliver(batch)) {
            case TAKEN -> delivered.addAndGet(batch.size());
            case AWAY -> {
                batch.forEach(this::keep);
                return false;
            }
            case REFUSED -> {
                if (batch.size() == 1) {
                    LOG.error(
                            "the API refuses the report of {}; it is dropped",
                            batch.getFirst().machine());
                } else {
                    // One report that it never takes must not hold up the others.
                    int half = batch.size() / 2;
                    boolean first = passOn(batch.subList(0, half));
                    return passOn(batch.subList(half, batch.size())) && first;
                }
            }
        }
        return true;
    }

    private List<MachineReport> take() {
        List<MachineReport> batch = new ArrayList<>();
        for (MachineId machine : pending.keySet()) {
            if (batch.size() == ReportBatch.MAX_REPORTS) {
                break;
            }
            MachineReport report = pending.remove(machine);
            if (report != null) {
                batch.add(report);
            }
        }
        return batch;
    }

    private Answer deliver(List<MachineReport> batch) throws InterruptedException {
        try {
            HttpRequest request = HttpRequest.newBuilder(target)
                    .timeout(TIME_OUT)
                    .header("Authorization", "Bearer " + token.get())
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofByteArray(Json.bytes(new ReportBatch(batch))))
                    .build();
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            int status = answer.statusCode();
            if (status / 100 == 2) {
                return Answer.TAKEN;
            }
            LOG.warn("the API answered {} to {} reports: {}", status, batch.size(), answer.body());
            return status == 400 || status == 413 || status == 422 ? Answer.REFUSED : Answer.AWAY;
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("the API takes no reports: {}", e.toString());
            return Answer.AWAY;
        }
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
        http.shutdownNow();
    }
}
