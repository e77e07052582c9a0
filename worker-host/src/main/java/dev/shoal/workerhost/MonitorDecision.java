package dev.shoal.workerhost;

import dev.shoal.model.job.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Whether stale jobs may be judged now: pure. Whether a job's workflow is open is asked afterwards, job by job. */
sealed interface MonitorDecision {
    /** Since when more than a tenth of the running jobs were stale without a break. */
    Optional<Instant> massSince();

    /** Not now. */
    record Hold(String reason, Optional<Instant> massSince) implements MonitorDecision {}

    /** Each of these whose workflow is not open has failed. */
    record Judge(List<Job> stale, Optional<Instant> massSince) implements MonitorDecision {
        public Judge {
            stale = List.copyOf(stale);
        }
    }

    /**
     * What a round has seen.
     *
     * @param running how many jobs are running, the stale ones among them
     * @param massSince of the round before
     */
    record Round(
            Instant started,
            Instant now,
            Duration threshold,
            List<Job> stale,
            int running,
            Optional<Instant> massSince) {}

    /**
     * Decides. A monitor that has just started waits one threshold, and so does one that sees more than a tenth of the jobs stale
     * at once: then it was the database that was away, not the hosts, and those that live will say so.
     */
    static MonitorDecision of(Round round) {
        boolean mass = !round.stale().isEmpty() && round.stale().size() * 10L > round.running();
        Optional<Instant> since = mass ? round.massSince().or(() -> Optional.of(round.now())) : Optional.empty();
        if (round.now().isBefore(round.started().plus(round.threshold()))) {
            return new Hold("started less than a threshold ago", since);
        }
        if (since.isPresent() && round.now().isBefore(since.get().plus(round.threshold()))) {
            return new Hold(round.stale().size() + " of " + round.running() + " running jobs are stale at once", since);
        }
        return new Judge(round.stale(), since);
    }
}
