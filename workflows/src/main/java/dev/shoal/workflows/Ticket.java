package dev.shoal.workflows;

import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.JobStatus;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Where a ticket is: pure. Claim, build and upload of one job, over as many attempts and hosts as it takes, then its replication and
 * its end; whatever happens, the job's row becomes final before the ticket ends. The workflow performs the steps; so does the
 * simulation.
 *
 * @param step what to do next
 * @param free whose slot to free first, in the background: the job's last step on its host has ended
 * @param broken how many attempts have failed for an unforeseen reason
 */
public record Ticket(TicketStep step, Optional<ClaimedJob> free, int broken) {
    /** A new ticket. */
    public static Ticket start() {
        return new Ticket(new TicketStep.Claim(Optional.empty()), Optional.empty(), 0);
    }

    /**
     * What follows from what came of {@link #step}.
     *
     * @throws IllegalArgumentException if that step has no such outcome
     */
    public Ticket after(TicketEvent event) {
        return switch (event) {
            case TicketEvent.Failed failed -> afterFailure(failed.why());
            case TicketEvent.Claimed claimed
            when step instanceof TicketStep.Claim claim -> afterClaim(claim, claimed.job());
            case TicketEvent.Built built
            when step instanceof TicketStep.Build build -> next(new TicketStep.Upload(build.job(), built.output(), 1));
            case TicketEvent.Uploaded uploaded
            when step instanceof TicketStep.Upload upload ->
                next(new TicketStep.RecordBuild(upload.job(), upload.output(), uploaded.artifact()));
            case TicketEvent.Recorded recorded
            when step instanceof TicketStep.RecordBuild record ->
                freeing(record.job(), new TicketStep.Replicate(record.job(), recorded.build()));
            case TicketEvent.Replicated replicated
            when step instanceof TicketStep.Replicate replicate ->
                next(afterReplication(replicate, replicated.gaveUp()));
            case TicketEvent.Released released
            when step instanceof TicketStep.Release release ->
                next(success(release.job(), release.build(), released.how()));
            case TicketEvent.Performed performed -> afterSuccess();
            default -> throw new IllegalArgumentException(event + " is no outcome of " + step);
        };
    }

    private Ticket afterClaim(TicketStep.Claim claim, Optional<ClaimedJob> claimed) {
        if (claimed.isPresent()) {
            return next(new TicketStep.Build(claimed.get()));
        }
        return next(
                claim.lost().isEmpty()
                        ? new TicketStep.Done(TicketOutcome.spare(), "no job was left in the queue")
                        : end(claim.lost().get(), Optional.empty(), new Mishap.Disowned("no longer running")));
    }

    private Ticket afterSuccess() {
        return switch (step) {
            case TicketStep.PauseUpload pause ->
                next(new TicketStep.Upload(pause.job(), pause.output(), pause.tries() + 1));
            case TicketStep.NoteLost lost -> next(new TicketStep.Claim(Optional.of(lost.job())));
            case TicketStep.Succeed succeed ->
                next(
                        succeed.job().release()
                                ? new TicketStep.Release(succeed.job(), succeed.build())
                                : success(succeed.job(), succeed.build(), "success"));
            case TicketStep.End end -> next(ended(end));
            default -> throw new IllegalArgumentException(step + " has a result");
        };
    }

    private Ticket afterFailure(Mishap why) {
        boolean disowned = why instanceof Mishap.Disowned;
        return switch (step) {
            case TicketStep.Claim claim ->
                next(
                        claim.lost().isEmpty()
                                ? new TicketStep.GiveUp(why)
                                : end(claim.lost().get(), Optional.empty(), why));
            case TicketStep.Build build -> afterAttempt(build.job(), why);
            case TicketStep.Upload upload -> afterUpload(upload, why);
            case TicketStep.PauseUpload pause -> afterAttempt(pause.job(), why);
            case TicketStep.NoteLost lost -> next(askAgainOrEnd(lost.job(), Optional.empty(), why));
            case TicketStep.RecordBuild record ->
                freeing(record.job(), askAgainOrEnd(record.job(), Optional.empty(), why));
            case TicketStep.Replicate replicate ->
                next(askAgainOrEnd(
                        replicate.job(), Optional.of(replicate.build().name()), why));
            case TicketStep.Succeed succeed -> next(askAgainOrEnd(succeed.job(), Optional.of(succeed.build()), why));
            case TicketStep.End end
            when disowned ->
                next(
                        end.status() == JobStatus.STOPPED
                                ? disowned(end.job(), end.build(), end.reason())
                                : askAgain(end.job()));
            case TicketStep.End end -> next(new TicketStep.GiveUp(why));
            case TicketStep.Release release -> throw new IllegalArgumentException(release + " never fails");
            case TicketStep.Done done -> throw new IllegalArgumentException("the ticket has ended");
            case TicketStep.GiveUp givenUp -> throw new IllegalArgumentException("the ticket has ended");
        };
    }

    /** A failure that is not the host's death is tried again there: the upload goes on where it stopped. */
    private Ticket afterUpload(TicketStep.Upload upload, Mishap why) {
        return why instanceof Mishap.Broken && upload.tries() < ActivityPolicies.MOST_UPLOADS
                ? next(new TicketStep.PauseUpload(upload.job(), upload.output(), upload.tries(), why.reason()))
                : afterAttempt(upload.job(), why);
    }

    private Ticket afterAttempt(ClaimedJob job, Mishap why) {
        // What a host did not foresee is the host's fault until several attempts agree.
        int brokenNow = broken + (why instanceof Mishap.Broken ? 1 : 0);
        TicketStep then;
        if (why instanceof Mishap.Disowned) {
            then = askAgain(job);
        } else if (!(why instanceof Mishap.Lost || why instanceof Mishap.Broken)) {
            then = end(job, Optional.empty(), why);
        } else if (job.attempt() >= ActivityPolicies.MOST_ATTEMPTS || brokenNow >= ActivityPolicies.MOST_BROKEN) {
            then = end(
                    job,
                    Optional.empty(),
                    new Mishap.Broken("given up after " + job.attempt() + " attempts, the last one: " + why.reason()));
        } else {
            then = new TicketStep.NoteLost(job, why.reason());
        }
        return new Ticket(then, Optional.of(job), brokenNow);
    }

    private static TicketStep afterReplication(TicketStep.Replicate replicate, Map<RegionName, String> gaveUp) {
        BuildName build = replicate.build().name();
        boolean enough = gaveUp.isEmpty()
                || (gaveUp.size() <= replicate.job().policy().mayLack()
                        && !gaveUp.containsKey(replicate.build().regions().getFirst()));
        return enough
                ? new TicketStep.Succeed(replicate.job(), build)
                : end(
                        replicate.job(),
                        Optional.of(build),
                        new Mishap.Broken(build + " was not replicated: " + describe(replicate, gaveUp)));
    }

    /** Where the home region has nothing to copy, that is the reason, and the other regions' are its consequences. */
    private static String describe(TicketStep.Replicate replicate, Map<RegionName, String> gaveUp) {
        RegionName home = replicate.build().regions().getFirst();
        return new TreeMap<>(gaveUp)
                .entrySet().stream()
                        .filter(entry ->
                                !gaveUp.containsKey(home) || entry.getKey().equals(home))
                        .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                        .collect(Collectors.joining(", "));
    }

    /**
     * The attempt is over, but perhaps only because a claim of this very ticket, given up by Temporal, arrived late and began the next
     * one. The row knows: it can be claimed again only if it is running and this ticket's.
     */
    private static TicketStep askAgain(ClaimedJob job) {
        return new TicketStep.Claim(Optional.of(job));
    }

    private static TicketStep askAgainOrEnd(ClaimedJob job, Optional<BuildName> build, Mishap why) {
        return why instanceof Mishap.Disowned ? askAgain(job) : end(job, build, why);
    }

    /** How a job ends that this ticket cannot bring to success. */
    private static TicketStep end(ClaimedJob job, Optional<BuildName> build, Mishap why) {
        return switch (why) {
            case Mishap.Disowned disowned -> disowned(job, build, disowned.reason());
            case Mishap.Stopped stopped ->
                new TicketStep.End(job, JobStatus.STOPPED, stopped.reason(), Optional.empty(), build);
            case Mishap.BuildFailed failed ->
                new TicketStep.End(job, JobStatus.FAILED, failed.reason(), failed.logTail(), build);
            case Mishap.Lost lost -> new TicketStep.End(job, JobStatus.FAILED, lost.reason(), Optional.empty(), build);
            case Mishap.Broken broken ->
                new TicketStep.End(job, JobStatus.FAILED, broken.reason(), Optional.empty(), build);
        };
    }

    private static TicketStep disowned(ClaimedJob job, Optional<BuildName> build, String reason) {
        return new TicketStep.Done(
                new TicketOutcome(Optional.of(job.id()), Optional.empty(), build), "not ours any more: " + reason);
    }

    private static TicketStep ended(TicketStep.End end) {
        return new TicketStep.Done(
                new TicketOutcome(Optional.of(end.job().id()), Optional.of(end.status()), end.build()),
                end.status().wire() + ": " + end.reason());
    }

    private static TicketStep success(ClaimedJob job, BuildName build, String how) {
        return new TicketStep.Done(
                new TicketOutcome(Optional.of(job.id()), Optional.of(JobStatus.SUCCESS), Optional.of(build)), how);
    }

    private Ticket next(TicketStep next) {
        return new Ticket(next, Optional.empty(), broken);
    }

    private Ticket freeing(ClaimedJob job, TicketStep next) {
        return new Ticket(next, Optional.of(job), broken);
    }
}
