package dev.shoal.activities.jobs;

import static dev.shoal.activities.jobs.Samples.HOST_A;
import static dev.shoal.activities.jobs.Samples.HOST_B;
import static dev.shoal.activities.jobs.Samples.MAIL;
import static dev.shoal.activities.jobs.Samples.WEB;
import static dev.shoal.activities.jobs.Samples.lease;
import static dev.shoal.activities.jobs.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.shoal.activities.jobs.JobStore.Beat;
import dev.shoal.activities.jobs.JobStore.Cancellation;
import dev.shoal.activities.jobs.JobStore.Submission;
import dev.shoal.model.Digest;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workflows.Lease;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link JobStore} does. */
abstract class JobStoreContract {
    private static final Duration HOUR = Duration.ofHours(1);

    /** An empty store. */
    abstract JobStore jobs();

    // ---- submit

    @Test
    void aSubmittedJobIsQueuedAsItWasAskedFor() {
        JobRequest request = new JobRequest(
                WEB,
                new JobSource.Tarball(new Digest("0f".repeat(32))),
                7,
                true,
                List.of(new RegionName("us"), new RegionName("eu")));

        Job job = accepted(jobs().submit(request, Optional.of("key"), "ann"));

        assertThat(jobs().find(job.id())).contains(job);
        assertThat(job.name()).isEqualTo(WEB);
        assertThat(job.source()).isEqualTo(request.source());
        assertThat(job.priority()).isEqualTo(7);
        assertThat(job.release()).isTrue();
        assertThat(job.regions()).isEqualTo(request.regions());
        assertThat(job.submittedBy()).isEqualTo("ann");
        assertThat(job.status()).isEqualTo(JobStatus.QUEUED);
        assertThat(job.stage()).isEqualTo(JobStage.QUEUED);
        assertThat(job.attempt()).isZero();
        assertThat(job.lastHeartBeat()).isEmpty();
        assertThat(job.finishedAt()).isEmpty();
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

    // ---- fenced writes

    @Test
    void aHeartbeatWritesTheTimeAndTheStage() {
        submit(request());
        Job job = claim("t1");

        assertThat(jobs().heartbeat(lease(job), JobStage.UPLOADING)).isEqualTo(Beat.OWNED);

        Job after = find(job);
        assertThat(after.stage()).isEqualTo(JobStage.UPLOADING);
        assertThat(after.lastHeartBeat().orElseThrow())
                .isAfterOrEqualTo(job.lastHeartBeat().orElseThrow());
    }

    @Test
    void writesOfAnOldAttemptChangeNothing() {
        submit(request());
        Lease old = lease(claim("t1"));
        Job now = jobs().claim("t1", HOST_B).orElseThrow();

        assertThat(jobs().heartbeat(old, JobStage.UPLOADING)).isEqualTo(Beat.LOST);
        assertThat(jobs().attemptLost(old, "late")).isFalse();
        assertThat(jobs().fail(old, "late", Optional.of("log"))).isFalse();
        assertThat(jobs().stop(old, "late")).isFalse();
        assertThat(jobs().succeed(old)).isFalse();
        assertThat(find(now)).isEqualTo(now);
    }

    @Test
    void writesAboutAQueuedOrAnEndedJobChangeNothing() {
        Job queued = submit(request(WEB, 500));
        Job ended = submit(request(WEB, 0));
        Lease lease = lease(claim("t1"));
        jobs().succeed(lease);
        Job success = find(ended);

        assertThat(jobs().heartbeat(lease, JobStage.BUILDING)).isEqualTo(Beat.LOST);
        assertThat(jobs().fail(lease, "late", Optional.empty())).isFalse();
        assertThat(jobs().attemptLost(lease, "late")).isFalse();
        assertThat(find(ended)).isEqualTo(success);
        assertThat(jobs().succeed(new Lease(queued.id(), 1))).isFalse();
        assertThat(find(queued)).isEqualTo(queued);
    }

    @Test
    void theSameEndAgainIsTheSameEndSoThatAWriterMayRepeatIt() {
        submit(request());
        Lease lease = lease(claim("t1"));
        assertThat(jobs().fail(lease, "exit 1", Optional.of("log"))).isTrue();
        Job failed = jobs().find(lease.job()).orElseThrow();

        assertThat(jobs().fail(lease, "exit 2", Optional.empty())).isTrue();

        assertThat(jobs().find(lease.job())).contains(failed);
    }

    @Test
    void aLostAttemptLeavesTheJobRunningWithTheReason() {
        submit(request());
        Job job = claim("t1");

        assertThat(jobs().attemptLost(lease(job), "host-a is gone")).isTrue();

        assertThat(find(job).status()).isEqualTo(JobStatus.RUNNING);
        assertThat(find(job).reason()).contains("host-a is gone");
    }

    @Test
    void endsAreFinalWithReasonLogAndTime() {
        submit(request());
        submit(request());
        submit(request());
        Job failed = claim("t1");
        Job stopped = claim("t2");
        Job success = claim("t3");
        jobs().attemptLost(lease(success), "a hiccup that is over");

        assertThat(jobs().fail(lease(failed), "exit 1", Optional.of("last line")))
                .isTrue();
        assertThat(jobs().stop(lease(stopped), "cancelled")).isTrue();
        assertThat(jobs().succeed(lease(success))).isTrue();

        assertThat(find(failed).status()).isEqualTo(JobStatus.FAILED);
        assertThat(find(failed).reason()).contains("exit 1");
        assertThat(find(failed).logTail()).contains("last line");
        assertThat(find(stopped).status()).isEqualTo(JobStatus.STOPPED);
        assertThat(find(stopped).reason()).contains("cancelled");
        assertThat(find(success).status()).isEqualTo(JobStatus.SUCCESS);
        assertThat(find(success).reason()).isEmpty();
        assertThat(List.of(find(failed), find(stopped), find(success))).allSatisfy(job -> {
            assertThat(job.finishedAt()).isPresent();
            assertThat(job.stage()).isEqualTo(JobStage.DONE);
        });
    }

    @Test
    void anyTextOfABuildCanBeStored() {
        submit(request());
        Lease lease = lease(claim("t1"));

        assertThat(jobs().fail(lease, "exit\0 1", Optional.of("binary \0\0 \uD800 ' \\ $1 ?::x :y — 漢字 🦈")))
                .isTrue();

        Job failed = jobs().find(lease.job()).orElseThrow();
        assertThat(failed.reason().orElseThrow()).startsWith("exit").endsWith(" 1");
        assertThat(failed.logTail().orElseThrow()).startsWith("binary ").endsWith("' \\ $1 ?::x :y — 漢字 🦈");
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

    @ParameterizedTest
    @EnumSource(
            value = JobStatus.class,
            names = {"FAILED", "STOPPED", "SUCCESS"})
    void aJobThatHasEndedStaysAsItIs(JobStatus end) {
        submit(request());
        Job job = claim("t1");
        end(job, end);
        Job ended = find(job);

        assertThat(jobs().cancel(job.id())).isEqualTo(new Cancellation.AlreadyFinal(ended));
        assertThat(find(job)).isEqualTo(ended);
    }

    @Test
    void anUnknownJobCannotBeCancelledOrFound() {
        assertThat(jobs().cancel(new JobId(999))).isEqualTo(new Cancellation.Unknown());
        assertThat(jobs().find(new JobId(999))).isEmpty();
    }

    // ---- looking

    @Test
    void listsNewestFirstByStatusAndAppAndPageByPage() {
        Job web1 = submit(request(WEB, 0));
        Job mail1 = submit(request(MAIL, 100));
        Job web2 = submit(request(WEB, 100));
        claim("t1");

        assertThat(list(Optional.empty(), Optional.empty(), 10)).containsExactly(web2.id(), mail1.id(), web1.id());
        assertThat(list(Optional.of(JobStatus.RUNNING), Optional.empty(), 10)).containsExactly(web1.id());
        assertThat(list(Optional.of(JobStatus.QUEUED), Optional.empty(), 10)).containsExactly(web2.id(), mail1.id());
        assertThat(list(Optional.of(JobStatus.FAILED), Optional.empty(), 10)).isEmpty();
        assertThat(list(Optional.of(JobStatus.QUEUED), Optional.of(WEB), 10)).containsExactly(web2.id());
        assertThat(list(Optional.empty(), Optional.of(WEB), 1)).containsExactly(web2.id());
        assertThat(jobs().list(new JobStore.Query(Optional.empty(), Optional.of(WEB), Optional.of(web2.id()), 10)))
                .extracting(Job::id)
                .containsExactly(web1.id());
    }

    @Test
    void aPageHasBounds() {
        assertThatIllegalArgumentException().isThrownBy(() -> list(Optional.empty(), Optional.empty(), 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> list(Optional.empty(), Optional.empty(), 501))
                .withMessageContaining("501");
    }

    @Test
    void staleAreRunningJobsThatHaveNotBeatenForTheThresholdOldestFirst() {
        submit(request());
        submit(request());
        submit(request());
        Job first = claim("t1");
        Job second = claim("t2");
        jobs().heartbeat(lease(first), JobStage.BUILDING);

        assertThat(jobs().stale(HOUR)).isEmpty();
        assertThat(jobs().stale(Duration.ZERO)).extracting(Job::id).containsExactly(second.id(), first.id());
    }

    @Test
    void aHostSeesItsRunningJobsOnly() {
        submit(request());
        submit(request());
        submit(request());
        Job mine = claim("t1");
        jobs().claim("t2", HOST_B);
        jobs().succeed(lease(claim("t3")));

        assertThat(jobs().runningOn(HOST_A)).extracting(Job::id).containsExactly(mine.id());
    }

    @Test
    void depthCountsOpenJobsAndTheAgeOfTheOldestQueuedOne() {
        assertThat(jobs().depth()).isEqualTo(new JobStore.Depth(0, 0, Duration.ZERO));
        submit(request());
        submit(request());
        submit(request());
        jobs().succeed(lease(claim("t1")));
        claim("t2");

        JobStore.Depth depth = jobs().depth();

        assertThat(depth.queued()).isEqualTo(1);
        assertThat(depth.running()).isEqualTo(1);
        assertThat(depth.oldestQueued()).isBetween(Duration.ZERO, Duration.ofMinutes(1));
    }

    // ---- verbs

    Job submit(JobRequest request) {
        return accepted(jobs().submit(request, Optional.empty(), "ann"));
    }

    Job claim(String ticket) {
        return jobs().claim(ticket, HOST_A).orElseThrow();
    }

    private static Job accepted(Submission submission) {
        assertThat(submission).isInstanceOf(Submission.Accepted.class);
        return ((Submission.Accepted) submission).job();
    }

    private Job find(Job job) {
        return jobs().find(job.id()).orElseThrow();
    }

    private void end(Job job, JobStatus status) {
        boolean ended = switch (status) {
            case FAILED -> jobs().fail(lease(job), "no", Optional.empty());
            case STOPPED -> jobs().stop(lease(job), "no");
            case SUCCESS -> jobs().succeed(lease(job));
            case QUEUED, RUNNING -> throw new IllegalArgumentException(status + " is no end");
        };
        assertThat(ended).isTrue();
    }

    private List<JobId> list(Optional<JobStatus> status, Optional<dev.shoal.model.AppName> app, int limit) {
        return jobs().list(new JobStore.Query(status, app, Optional.empty(), limit)).stream()
                .map(Job::id)
                .toList();
    }
}
