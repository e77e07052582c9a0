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
import dev.shoal.model.JobId;
import dev.shoal.model.job.Job;
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
public abstract class JobStoreContract extends JobQueueContract {
    private static final Duration HOUR = Duration.ofHours(1);

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

    // ---- again

    @Test
    void aRequeuedJobIsClaimedByAnyTicketWithTheNextAttemptAndItsOldAttemptIsFenced() {
        Job queued = submit(request());
        Lease old = lease(claim("t1"));

        assertThat(jobs().requeue(old, "its workflow is gone")).isTrue();

        Job back = find(queued);
        assertThat(back.status()).isEqualTo(JobStatus.QUEUED);
        assertThat(back.host()).isEmpty();
        assertThat(back.workflowId()).isEmpty();
        assertThat(back.reason()).contains("its workflow is gone");
        assertThat(jobs().heartbeat(old, JobStage.BUILDING)).isEqualTo(Beat.LOST);
        assertThat(jobs().succeed(old)).isFalse();
        assertThat(jobs().requeue(old, "again")).isFalse();
        assertThat(jobs().reclaim(old, "t1", HOST_A)).isEmpty();
        Job again = claim("t2");
        assertThat(again.id()).isEqualTo(queued.id());
        assertThat(again.attempt()).isEqualTo(2);
    }

    @Test
    void aFailedJobIsRetriedOnceByANewJobThatAsksForTheSame() {
        submit(request());
        Job failed = claim("t1");
        end(failed, JobStatus.FAILED);

        Job retry = ((JobStore.Retry.Accepted) jobs().retry(failed.id(), "bob")).job();

        assertThat(retry.id()).isNotEqualTo(failed.id());
        assertThat(retry.retryOf()).contains(failed.id());
        assertThat(retry.status()).isEqualTo(JobStatus.QUEUED);
        assertThat(retry.name()).isEqualTo(failed.name());
        assertThat(retry.source()).isEqualTo(failed.source());
        assertThat(retry.priority()).isEqualTo(failed.priority());
        assertThat(retry.attempt()).isZero();
        assertThat(retry.submittedBy()).isEqualTo("bob");
        assertThat(jobs().retry(failed.id(), "eve")).isEqualTo(new JobStore.Retry.Duplicate(retry));
        assertThat(find(failed).status()).isEqualTo(JobStatus.FAILED);
    }

    @Test
    void onlyWhatFailedOrWasStoppedIsRetried() {
        Job queued = submit(request());
        assertThat(jobs().retry(queued.id(), "bob")).isEqualTo(new JobStore.Retry.NothingToRetry(queued));
        Job running = claim("t1");
        assertThat(jobs().retry(running.id(), "bob")).isInstanceOf(JobStore.Retry.NothingToRetry.class);
        end(running, JobStatus.SUCCESS);
        assertThat(jobs().retry(running.id(), "bob")).isInstanceOf(JobStore.Retry.NothingToRetry.class);
        assertThat(jobs().retry(new JobId(999_999), "bob")).isEqualTo(new JobStore.Retry.Unknown());
        assertThat(jobs().depth().queued()).isZero();
    }

    // ---- verbs

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
