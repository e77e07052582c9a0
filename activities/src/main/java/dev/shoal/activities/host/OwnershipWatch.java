package dev.shoal.activities.host;

import dev.shoal.activities.jobs.JobStore.Beat;
import dev.shoal.workflows.FailureTypes;
import java.time.Duration;
import java.util.Optional;

/**
 * When a step asks SQL whether it still owns its job, when it tells Temporal how far it is, and when it must end: pure. SQL's word
 * is fenced by the attempt and final; the database being away is no word. Times are nanoseconds of the host's monotonic clock.
 *
 * @param asking whether SQL has been asked and has not answered
 * @param answered whether SQL, or its being away, has been heard once
 */
public record OwnershipWatch(Duration interval, long nextWrite, long nextBeat, boolean asking, boolean answered) {
    private static final Duration TEMPORAL_INTERVAL = Duration.ofSeconds(1);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /** What SQL said: how the heartbeat was taken, or nothing because the database is away. */
    public record Answer(Optional<Beat> beat) {}

    /** Why a step ends: one of {@link FailureTypes}, and the reason for people. */
    public record Ending(String type, String reason) {}

    /**
     * What follows.
     *
     * @param write ask SQL now
     * @param beat send Temporal a heartbeat now
     * @param ending end now, and do nothing else
     */
    public record Turn(OwnershipWatch next, boolean write, boolean beat, Optional<Ending> ending) {}

    /** A step begins: it writes and beats at once. */
    public static OwnershipWatch begin(Duration interval, long now) {
        return new OwnershipWatch(interval, now, now, false, false);
    }

    /** Decides. {@code revoked}: the host itself has ended the attempt. */
    public Turn turn(long now, boolean revoked, boolean draining, Optional<Answer> answer) {
        if (revoked) {
            return ending(FailureTypes.OWNERSHIP_LOST, "the attempt is over on this host");
        }
        if (draining) {
            return ending(FailureTypes.HOST_DRAINING, "the host is shutting down");
        }
        if (answer.isPresent()) {
            return hear(now, answer.get());
        }
        boolean write = !asking && now - nextWrite >= 0;
        return beating(now, asking || write, nextWrite, answered, write);
    }

    private Turn hear(long now, Answer answer) {
        if (answer.beat().isEmpty()) {
            return beating(now, false, now + RETRY.toNanos(), true, false);
        }
        return switch (answer.beat().get()) {
            case OWNED -> beating(now, false, now + interval.toNanos(), true, false);
            case CANCEL_REQUESTED -> ending(FailureTypes.CANCEL_REQUESTED, "the job was cancelled");
            case LOST -> ending(FailureTypes.OWNERSHIP_LOST, "the attempt no longer owns the job");
        };
    }

    private Turn beating(long now, boolean nowAsking, long write, boolean heard, boolean writes) {
        boolean beats = now - nextBeat >= 0;
        long beat = beats ? now + TEMPORAL_INTERVAL.toNanos() : nextBeat;
        return new Turn(new OwnershipWatch(interval, write, beat, nowAsking, heard), writes, beats, Optional.empty());
    }

    private Turn ending(String type, String reason) {
        return new Turn(this, false, false, Optional.of(new Ending(type, reason)));
    }
}
