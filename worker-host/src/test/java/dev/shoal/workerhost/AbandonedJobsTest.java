package dev.shoal.workerhost;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.gate.Completeness;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workerhost.AbandonedJobs.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AbandonedJobsTest {
    @Test
    void whatWasTerminatedOnPurposeFailsAndSaysSo() {
        assertThat(AbandonedJobs.judge(job(1, false, Optional.empty()), "TERMINATED"))
                .isEqualTo(new Verdict.Fail("its workflow ticket-7 is TERMINATED"));
    }

    @Test
    void whatWasToBeStoppedIsStoppedHoweverItsWorkflowEnded() {
        assertThat(AbandonedJobs.judge(job(1, true, Optional.empty()), "TERMINATED"))
                .isInstanceOf(Verdict.Stop.class);
        assertThat(AbandonedJobs.judge(job(1, true, Optional.empty()), "COMPLETED"))
                .isInstanceOf(Verdict.Stop.class);
    }

    @Test
    void aJobThatLostItsWorkflowOtherwiseRunsAgain() {
        assertThat(AbandonedJobs.judge(job(9, false, Optional.empty()), "COMPLETED"))
                .isInstanceOf(Verdict.Requeue.class);
        assertThat(AbandonedJobs.judge(job(1, false, Optional.empty()), "TIMED_OUT"))
                .isInstanceOf(Verdict.Requeue.class);
    }

    @Test
    void aJobIsNeverBuiltTwiceAndNotForEver() {
        assertThat(AbandonedJobs.judge(job(1, false, Optional.of(new BuildName("hello-7"))), "FAILED"))
                .isInstanceOf(Verdict.Fail.class);
        assertThat(AbandonedJobs.judge(job(10, false, Optional.empty()), "FAILED"))
                .isInstanceOf(Verdict.Fail.class);
    }

    private static Job job(int attempt, boolean cancelRequested, Optional<BuildName> build) {
        return new Job(
                new JobId(7),
                new AppName("hello"),
                Instant.EPOCH,
                JobStatus.RUNNING,
                JobStage.BUILDING,
                Optional.of(Instant.EPOCH),
                100,
                attempt,
                new JobSource.Directory("/src"),
                false,
                List.of(),
                Optional.of(new HostId("build-1")),
                Optional.of("ticket-7"),
                Optional.of(Instant.EPOCH),
                Optional.empty(),
                build,
                cancelRequested,
                Optional.empty(),
                Optional.empty(),
                "ann",
                Optional.empty(),
                Completeness.ALL,
                Optional.empty());
    }
}
