package dev.shoal.workflows;

import dev.shoal.model.job.Artifact;
import dev.shoal.workflows.ClaimActivities.Again;
import dev.shoal.workflows.ClaimActivities.ClaimRequest;
import dev.shoal.workflows.HostActivities.BuildOutput;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Workflow;
import java.util.Optional;

/** Claim, build and upload of one job, over as many attempts and hosts as it takes. Owned by one workflow. */
final class BuildAttempts {
    private final JobActivities jobs = Workflow.newActivityStub(JobActivities.class, ActivityPolicies.jobs());
    private final HostSlots slots;
    private final TicketBoard board;

    BuildAttempts(HostSlots slots, TicketBoard board) {
        this.slots = slots;
        this.board = board;
    }

    /** What came of it. */
    sealed interface Result {
        /** The queue was empty. */
        record Nothing() implements Result {}

        /** The artifact is in the home region. The slot is still held. */
        record Built(ClaimedJob job, BuildOutput output, Artifact artifact) implements Result {}

        /** There is no artifact. The slot is being freed. */
        record Ended(ClaimedJob job, Mishap why) implements Result {}
    }

    Result run() {
        Optional<ClaimedJob> first = claim("claim the first job in the queue", Optional.empty());
        return first.isEmpty() ? new Result.Nothing() : carry(first.get());
    }

    private Result carry(ClaimedJob first) {
        ClaimedJob job = first;
        int broken = 0;
        while (true) {
            try {
                return buildAndUpload(job);
            } catch (TemporalFailure failure) {
                slots.release(job);
                Mishap mishap = Mishap.of(failure);
                // What a host did not foresee is the host's fault until several attempts agree.
                broken += mishap instanceof Mishap.Broken ? 1 : 0;
                if (!(mishap instanceof Mishap.Lost || mishap instanceof Mishap.Broken)) {
                    return new Result.Ended(job, mishap);
                }
                if (job.attempt() >= ActivityPolicies.MOST_ATTEMPTS || broken >= ActivityPolicies.MOST_BROKEN) {
                    return new Result.Ended(
                            job,
                            new Mishap.Broken(
                                    "given up after " + job.attempt() + " attempts, the last one: " + mishap.reason()));
                }
                try {
                    Optional<ClaimedJob> next = claimAgain(job, mishap.reason());
                    if (next.isEmpty()) {
                        return new Result.Ended(job, new Mishap.Disowned("no longer running"));
                    }
                    job = next.get();
                } catch (TemporalFailure alsoFailed) {
                    return new Result.Ended(job, Mishap.of(alsoFailed));
                }
            }
        }
    }

    private Result buildAndUpload(ClaimedJob job) {
        board.building(job);
        BuildOutput output = Workflow.newActivityStub(
                        HostActivities.class, ActivityPolicies.build(job.host(), job.app()))
                .build(job);
        board.uploading(output);
        return new Result.Built(job, output, upload(job, output));
    }

    /** A failure that is not the host's death is tried again there: the upload goes on where it stopped. */
    private Artifact upload(ClaimedJob job, BuildOutput output) {
        HostActivities host =
                Workflow.newActivityStub(HostActivities.class, ActivityPolicies.upload(job.host(), job.app()));
        for (int tries = 1; ; tries++) {
            try {
                return host.upload(job, output);
            } catch (TemporalFailure failure) {
                Mishap mishap = Mishap.of(failure);
                if (!(mishap instanceof Mishap.Broken) || tries >= ActivityPolicies.MOST_UPLOADS) {
                    throw failure;
                }
                board.note("upload failed, trying again: " + mishap.reason());
                Workflow.sleep(ActivityPolicies.BETWEEN_UPLOADS);
            }
        }
    }

    private Optional<ClaimedJob> claimAgain(ClaimedJob lost, String reason) {
        board.lost(lost, reason);
        jobs.attemptLost(lost.lease(), reason);
        return claim("claim job " + lost.id() + " again", Optional.of(new Again(lost.id(), lost.attempt())));
    }

    private static Optional<ClaimedJob> claim(String summary, Optional<Again> again) {
        ClaimActivities claims = Workflow.newActivityStub(ClaimActivities.class, ActivityPolicies.claim(summary));
        return claims.claimJob(new ClaimRequest(Workflow.getInfo().getWorkflowId(), again))
                .job();
    }
}
