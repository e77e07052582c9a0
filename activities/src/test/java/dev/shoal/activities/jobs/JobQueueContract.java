package dev.shoal.activities.jobs;

import static dev.shoal.activities.jobs.Samples.HOST_A;
import static dev.shoal.activities.jobs.Samples.HOST_B;
import static dev.shoal.activities.jobs.Samples.MAIL;
import static dev.shoal.activities.jobs.Samples.WEB;
import static dev.shoal.activities.jobs.Samples.lease;
import static dev.shoal.activities.jobs.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.activities.jobs.JobStore.Beat;
import dev.shoal.activities.jobs.JobStore.Cancellation;
import dev.shoal.activities.jobs.JobStore.Submission;
import dev.shoal.model.Digest;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.Completeness;
import dev.shoal.model.job.AppLimits;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workflows.Lease;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The half of {@link JobStoreContract} that is about the queue: who gets which job, and when. */
public abstract class JobQueueContract {
    /** An empty store. */
    protected abstract JobStore jobs();

    // ---- submit

    @Test
    void aSubmittedJobIsQueuedAsItWasAskedFor() {
        JobRequest request = new JobRequest(
                WEB,
                new JobSource.Tarball(new Digest("0f".repeat(32))),
                7,
                true,
                List.of(new RegionName("us"), new RegionName("eu")),
                Optional.of(new Completeness(1)),
                Optional.of(Samples.LIMITS));

        Job job = accepted(jobs().submit(request, Optional.of("key"), "ann"));

        assertThat(jobs().find(job.id())).contains(job);
        assertThat(job.name()).isEqualTo(WEB);
        assertThat(job.source()).isEqualTo(request.source());
        assertThat(job.priority()).isEqualTo(7);
        assertThat(job.release()).isTrue();
        assertThat(job.regions()).isEqualTo(request.regions());
        assertThat(job.policy()).isEqualTo(new Completeness(1));
        assertThat(job.limits()).contains(Samples.LIMITS);
        assertThat(job.submittedBy()).isEqualTo("ann");
        assertThat(job.status()).isEqualTo(JobStatus.QUEUED);
        assertThat(job.stage()).isEqualTo(JobStage.QUEUED);
        assertThat(job.attempt()).isZero();
        assertThat(job.lastHeartBeat()).isEmpty();
        assertThat(job.finishedAt()).isEmpty();
    }

    @Test
    void aJobThatAsksForNothingElseNeedsEveryRegionAndHasNoLimitsOfItsOwn() {
        Job job = accepted(jobs().submit(request(), Optional.empty(), "ann"));

        assertThat(job.policy()).isEqualTo(Completeness.ALL);
        assertThat(job.limits()).isEmpty();
        assertThat(claim("t1").policy()).isEqualTo(Completeness.ALL);
    }

    @Test
    void theSameKeyWithAnotherPolicyIsAConflict() {
        JobRequest all = request();
        JobRequest allButOne = new JobRequest(
                all.app(),
                all.source(),
                all.priority(),
                true,
                List.of(),
                Optional.of(new Completeness(1)),
                Optional.empty());
        JobRequest allButTwo = new JobRequest(
                all.app(),
                all.source(),
                all.priority(),
                true,
                List.of(),
                Optional.of(new Completeness(2)),
                Optional.empty());

        Job first = accepted(jobs().submit(allButOne, Optional.of("key"), "ann"));

        assertThat(jobs().submit(allButOne, Optional.of("key"), "ann")).isEqualTo(new Submission.Duplicate(first));
        assertThat(jobs().submit(allButTwo, Optional.of("key"), "ann")).isEqualTo(new Submission.Conflict(first.id()));
    }

    @Test
    void theSameKeyWithTheSameContentReturnsTheSameJob() {
        Job first = accepted(jobs().submit(request(), Optional.of("key"), "ann"));

        Submission again = jobs().submit(request(), Optional.of("key"), "ann");

        assertThat(again).isEqualTo(new Submission.Duplicate(first));
        assertThat(jobs().depth().queued()).isEqualTo(1);
    }

    @Test
    void aRepeatedSubmitShowsWhatHasBecomeOfTheJob() {
        Job first = accepted(jobs().submit(request(), Optional.of("key"), "ann"));
        Job claimed = claim("t1");

        assertThat(jobs().submit(request(), Optional.of("key"), "ann")).isEqualTo(new Submission.Duplicate(claimed));
        assertThat(claimed.id()).isEqualTo(first.id());
    }

    @Test
    void theSameKeyWithOtherContentIsAConflictAndChangesNothing() {
        Job first = accepted(jobs().submit(request(WEB, 100), Optional.of("key"), "ann"));

        Submission other = jobs().submit(request(WEB, 99), Optional.of("key"), "ann");

        assertThat(other).isEqualTo(new Submission.Conflict(first.id()));
        assertThat(jobs().find(first.id())).contains(first);
        assertThat(jobs().depth().queued()).isEqualTo(1);
    }

    @Test
    void keysOfDifferentPeopleAreDifferentKeysAndWithoutAKeyEverySubmitIsNew() {
        jobs().submit(request(), Optional.of("key"), "ann");

        assertThat(jobs().submit(request(), Optional.of("key"), "bob")).isInstanceOf(Submission.Accepted.class);
        assertThat(jobs().submit(request(), Optional.empty(), "ann")).isInstanceOf(Submission.Accepted.class);
        assertThat(jobs().submit(request(), Optional.empty(), "ann")).isInstanceOf(Submission.Accepted.class);
        assertThat(jobs().depth().queued()).isEqualTo(4);
    }

    // ---- claim

    @Test
    void claimsByPriorityThenAge() {
        Job low = submit(request(WEB, 200));
        Job early = submit(request(WEB, 100));
        Job late = submit(request(WEB, 100));
        Job urgent = submit(request(WEB, 0));

        assertThat(List.of(claim("t1"), claim("t2"), claim("t3"), claim("t4")))
                .extracting(Job::id)
                .containsExactly(urgent.id(), early.id(), late.id(), low.id());
    }

    @Test
    void aClaimedJobRunsOnItsHostAsItsFirstAttempt() {
        submit(request());

        Job job = claim("t1");

        assertThat(job.status()).isEqualTo(JobStatus.RUNNING);
        assertThat(job.stage()).isEqualTo(JobStage.BUILDING);
        assertThat(job.attempt()).isEqualTo(1);
        assertThat(job.host()).contains(HOST_A);
        assertThat(job.workflowId()).contains("t1");
        assertThat(job.startedAt()).isPresent();
        assertThat(job.lastHeartBeat()).isPresent();
        assertThat(jobs().find(job.id())).contains(job);
    }

    @Test
    void anEmptyQueueGivesNothing() {
        assertThat(jobs().claim("t1", HOST_A)).isEmpty();
    }

    @Test
    void theSameTicketOnTheSameHostGetsTheSameAttemptAgain() {
        submit(request());
        submit(request());
        Job first = claim("t1");

        assertThat(jobs().claim("t1", HOST_A)).contains(first);
        assertThat(jobs().depth().queued()).isEqualTo(1);
    }

    @Test
    void theSameTicketOnAnotherHostTakesItsJobOverWithTheNextAttempt() {
        submit(request());
        submit(request());
        Job first = claim("t1");

        Job taken = jobs().claim("t1", HOST_B).orElseThrow();

        assertThat(taken.id()).isEqualTo(first.id());
        assertThat(taken.attempt()).isEqualTo(2);
        assertThat(taken.host()).contains(HOST_B);
        assertThat(jobs().heartbeat(lease(first), JobStage.BUILDING)).isEqualTo(Beat.LOST);
        assertThat(jobs().depth().queued()).isEqualTo(1);
    }

    @Test
    void aTicketWhoseJobHasEndedClaimsTheNextOne() {
        submit(request());
        Job second = submit(request());
        jobs().succeed(lease(claim("t1")));

        assertThat(claim("t1").id()).isEqualTo(second.id());
    }

    // ---- limits

    @Test
    void anAppAtItsLimitIsPassedOverAndTheNextInOrderIsTaken() {
        jobs().limit(Optional.of(WEB), Optional.of(1));
        Job first = submit(request(WEB, 0));
        Job second = submit(request(WEB, 0));
        Job other = submit(request(MAIL, 200));

        assertThat(claim("t1").id()).isEqualTo(first.id());
        assertThat(jobs().claimable()).isEqualTo(1);
        assertThat(claim("t2").id()).isEqualTo(other.id());
        assertThat(jobs().claim("t3", HOST_A)).isEmpty();
        assertThat(jobs().claimable()).isZero();
        jobs().succeed(new Lease(first.id(), 1));
        assertThat(jobs().claimable()).isEqualTo(1);
        assertThat(claim("t3").id()).isEqualTo(second.id());
    }

    @Test
    void theDefaultLimitIsThatOfAppsWithoutTheirOwn() {
        jobs().limit(Optional.empty(), Optional.of(1));
        jobs().limit(Optional.of(MAIL), Optional.of(2));
        for (int i = 0; i < 3; i++) {
            submit(request(WEB, 100));
            submit(request(MAIL, 100));
        }

        assertThat(jobs().claimable()).isEqualTo(3);
        assertThat(List.of(claim("t1"), claim("t2"), claim("t3")))
                .extracting(Job::name)
                .containsExactly(WEB, MAIL, MAIL);
        assertThat(jobs().claim("t4", HOST_A)).isEmpty();
        assertThat(jobs().limits()).isEqualTo(new AppLimits(Optional.of(1), Map.of(MAIL, 2)));
    }

    @Test
    void aTicketAtTheLimitStillFindsAndTakesOverWhatItHolds() {
        jobs().limit(Optional.of(WEB), Optional.of(1));
        submit(request());
        Job held = claim("t1");

        assertThat(jobs().claim("t1", HOST_A)).contains(held);
        assertThat(jobs().claim("t1", HOST_B).orElseThrow().attempt()).isEqualTo(2);
    }

    @Test
    void aLimitThatIsTakenAwayLimitsNothing() {
        jobs().limit(Optional.of(WEB), Optional.of(1));
        jobs().limit(Optional.of(WEB), Optional.empty());
        submit(request());
        submit(request());

        assertThat(jobs().limits()).isEqualTo(AppLimits.NONE);
        assertThat(claim("t1").id()).isNotEqualTo(claim("t2").id());
    }

    @Test
    void aRequeuedJobMakesRoomForAnotherOfItsApp() {
        jobs().limit(Optional.of(WEB), Optional.of(1));
        submit(request(WEB, 200));
        Job held = claim("t1");
        Job urgent = submit(request(WEB, 0));
        jobs().requeue(lease(held), "its workflow is gone");

        assertThat(claim("t2").id()).isEqualTo(urgent.id());
        assertThat(jobs().claim("t3", HOST_A)).isEmpty();
    }

    // ---- reclaim

    @Test
    void aLostAttemptIsClaimedAgainByAnyHostWithTheNextAttempt() {
        submit(request());
        Job first = claim("t1");
        jobs().attemptLost(lease(first), "host-a is gone");

        Job second = jobs().reclaim(lease(first), "t1", HOST_B).orElseThrow();

        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.attempt()).isEqualTo(2);
        assertThat(second.host()).contains(HOST_B);
        assertThat(second.status()).isEqualTo(JobStatus.RUNNING);
        assertThat(second.startedAt()).isEqualTo(first.startedAt());
    }

    @Test
    void aReclaimOnTheHostThatLostItIsANewAttemptToo() {
        submit(request());
        Job first = claim("t1");

        assertThat(jobs().reclaim(lease(first), "t1", HOST_A).orElseThrow().attempt())
                .isEqualTo(2);
    }

    @Test
    void aRepeatedReclaimFindsItsOwnClaimOnTheSameHostAndReplacesItOnAnother() {
        submit(request());
        Lease lost = lease(claim("t1"));
        Job second = jobs().reclaim(lost, "t1", HOST_B).orElseThrow();

        assertThat(jobs().reclaim(lost, "t1", HOST_B)).contains(second);
        assertThat(jobs().reclaim(lost, "t1", HOST_A).orElseThrow().attempt()).isEqualTo(3);
        assertThat(jobs().heartbeat(lease(second), JobStage.BUILDING)).isEqualTo(Beat.LOST);
    }

    @Test
    void aJobThatHasEndedOrIsAnotherTicketsIsNotReclaimed() {
        submit(request());
        Job first = claim("t1");

        assertThat(jobs().reclaim(lease(first), "t2", HOST_B)).isEmpty();
        assertThat(jobs().find(first.id())).contains(first);
        jobs().fail(lease(first), "no", Optional.empty());
        assertThat(jobs().reclaim(lease(first), "t1", HOST_B)).isEmpty();
        assertThat(jobs().reclaim(new Lease(new JobId(999), 1), "t1", HOST_B)).isEmpty();
    }

    // ---- cancel

    @Test
    void aQueuedJobIsStoppedAtOnceAndNeverClaimed() {
        Job job = submit(request());

        Cancellation cancelled = jobs().cancel(job.id());

        assertThat(cancelled).isEqualTo(new Cancellation.Stopped(find(job)));
        assertThat(find(job).status()).isEqualTo(JobStatus.STOPPED);
        assertThat(find(job).finishedAt()).isPresent();
        assertThat(find(job).reason()).isPresent();
        assertThat(jobs().claim("t1", HOST_A)).isEmpty();
    }

    @Test
    void aRunningJobIsMarkedAndLearnsItFromItsHeartbeatAlsoAfterATakeOver() {
        submit(request());
        Job job = claim("t1");

        Cancellation cancelled = jobs().cancel(job.id());

        assertThat(cancelled).isEqualTo(new Cancellation.Requested(find(job)));
        assertThat(find(job).status()).isEqualTo(JobStatus.RUNNING);
        assertThat(find(job).cancelRequested()).isTrue();
        assertThat(jobs().heartbeat(lease(job), JobStage.BUILDING)).isEqualTo(Beat.CANCEL_REQUESTED);
        Job taken = jobs().reclaim(lease(job), "t1", HOST_B).orElseThrow();
        assertThat(jobs().heartbeat(lease(taken), JobStage.BUILDING)).isEqualTo(Beat.CANCEL_REQUESTED);
    }

    @Test
    void anUnknownJobCannotBeCancelledOrFound() {
        assertThat(jobs().cancel(new JobId(999))).isEqualTo(new Cancellation.Unknown());
        assertThat(jobs().find(new JobId(999))).isEmpty();
    }

    // ---- verbs

    Job submit(JobRequest request) {
        return accepted(jobs().submit(request, Optional.empty(), "ann"));
    }

    Job claim(String ticket) {
        return jobs().claim(ticket, HOST_A).orElseThrow();
    }

    static Job accepted(Submission submission) {
        assertThat(submission).isInstanceOf(Submission.Accepted.class);
        return ((Submission.Accepted) submission).job();
    }

    Job find(Job job) {
        return jobs().find(job.id()).orElseThrow();
    }
}
