package dev.shoal.dev;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the supervisor knows of one process. Owned by the supervisor's loop. */
final class Child {
    private final ProcessSpec spec;
    private @Nullable Process process;
    private Instant startedAt = Instant.MIN;
    private Instant startAt = Instant.MIN;
    private int deathsInARow;
    private int restarts;
    private boolean healthy;
    private boolean everHealthy;
    private String detail = "";

    Child(ProcessSpec spec) {
        this.spec = spec;
    }

    ProcessSpec spec() {
        return spec;
    }

    Optional<Process> process() {
        return Optional.ofNullable(process);
    }

    boolean everHealthy() {
        return everHealthy;
    }

    boolean healthy() {
        return healthy;
    }

    int restarts() {
        return restarts;
    }

    String detail() {
        return detail;
    }

    /** {@code waiting}, {@code starting}, {@code running} or {@code restarting}. */
    String state() {
        if (process == null) {
            return deathsInARow == 0 ? "waiting" : "restarting";
        }
        return healthy ? "running" : "starting";
    }

    /** Whether it should be started now. */
    boolean isDue(Set<String> onceHealthy, Instant now) {
        return process == null && !now.isBefore(startAt) && onceHealthy.containsAll(spec.after());
    }

    void started(Process newProcess, Instant now) {
        process = newProcess;
        startedAt = now;
        detail = "";
    }

    /** It ended, or could not be started: it is due again after a back-off. */
    void died(String reason, Instant now) {
        Duration uptime = process == null ? Duration.ZERO : Duration.between(startedAt, now);
        deathsInARow = RestartPolicy.deaths(deathsInARow, uptime);
        startAt = now.plus(RestartPolicy.delay(deathsInARow));
        process = null;
        healthy = false;
        restarts++;
        detail = reason;
    }

    /** The result of a probe. Returns whether anything changed. */
    boolean probed(boolean nowHealthy) {
        boolean changed = healthy != nowHealthy;
        healthy = nowHealthy && process != null;
        everHealthy |= healthy;
        return changed;
    }
}
