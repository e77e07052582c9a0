package dev.shoal.simulation.load;

import dev.shoal.model.JobId;
import dev.shoal.model.Release;
import dev.shoal.model.gate.Replica;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.simulation.stack.ShoalClient.ReleaseTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** When a job came to each point of its way. Immutable. */
public final class Journey {
    private final JobId job;
    private final Map<Point, Instant> at;

    private Journey(JobId job, Map<Point, Instant> at) {
        this.job = job;
        this.at = at;
    }

    /** Of what the API says about a job; its last attempt counts. {@code called}: when the client asked first. */
    public static Journey of(Job job, Instant called, Optional<Build> build) {
        Map<Point, Instant> at = new EnumMap<>(Point.class);
        at.put(Point.SUBMIT, called);
        at.put(Point.QUEUED, job.createdAt());
        job.startedAt().ifPresent(t -> at.put(Point.CLAIMED, t));
        build.ifPresent(b -> at.put(Point.UPLOADED, b.createdAt()));
        build.flatMap(Journey::lastEvidence).ifPresent(t -> at.put(Point.REPLICATED, t));
        return new Journey(job.id(), at);
    }

    private static Optional<Instant> lastEvidence(Build build) {
        return build.replicas().stream().allMatch(replica -> replica.evidence().isPresent())
                ? build.replicas().stream().map(Replica::since).max(Comparator.naturalOrder())
                : Optional.empty();
    }

    /** The same with one point more, if its time is known. */
    public Journey with(Point point, Optional<Instant> time) {
        return time.map(t -> with(point, t)).orElse(this);
    }

    private Journey with(Point point, Instant time) {
        Map<Point, Instant> more = new EnumMap<>(at);
        more.put(point, time);
        return new Journey(job, more);
    }

    /** The same with its release. */
    public Journey with(Release release, ReleaseTimes times) {
        if (release.flippedAt().isEmpty()) {
            return this;
        }
        Instant flipped = release.flippedAt().get();
        Journey released = with(Point.RELEASED, flipped);
        return times.flipToLastMs()
                .map(last -> released.with(Point.ACTIVE, flipped.plusMillis(last)))
                .orElse(released);
    }

    public JobId job() {
        return job;
    }

    /** Milliseconds; empty unless it came to both. Clocks that differ by a little give no negative time. */
    public OptionalLong between(Point from, Point to) {
        Instant begin = at.get(from);
        Instant end = at.get(to);
        return begin == null || end == null
                ? OptionalLong.empty()
                : OptionalLong.of(Math.max(0, Duration.between(begin, end).toMillis()));
    }
}
