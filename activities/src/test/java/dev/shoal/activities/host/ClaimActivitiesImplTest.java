package dev.shoal.activities.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.activities.testkit.MemoryJobStore;
import dev.shoal.model.AppName;
import dev.shoal.model.HostId;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobSource;
import dev.shoal.workflows.ClaimActivities.Again;
import dev.shoal.workflows.ClaimActivities.ClaimRequest;
import dev.shoal.workflows.ClaimActivities.ClaimResult;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.Lease;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ClaimActivitiesImplTest {
    private static final ClaimRequest FIRST = new ClaimRequest("ticket-1", Optional.empty());

    private final MemoryJobStore jobs = new MemoryJobStore();
    private final MemorySlots slots = new MemorySlots();
    private final ClaimActivitiesImpl claims = new ClaimActivitiesImpl(jobs, new HostId("build-1"), slots, () -> {});

    @Test
    void holdsASlotForWhatItClaims() {
        submit();

        ClaimedJob claimed = claims.claimJob(FIRST).job().orElseThrow();

        assertThat(slots.held()).containsExactly(claimed.lease());
        assertThat(claimed.host()).isEqualTo(new HostId("build-1"));
    }

    @Test
    void holdsNothingWhenTheQueueIsEmpty() {
        assertThat(claims.claimJob(FIRST)).isEqualTo(new ClaimResult(Optional.empty()));

        assertThat(slots.held()).isEmpty();
    }

    @Test
    void answersARepeatedRequestWithTheSameClaim() {
        submit();
        submit();

        assertThat(claims.claimJob(FIRST)).isEqualTo(claims.claimJob(FIRST));

        assertThat(slots.held()).hasSize(1);
    }

    @Test
    void takesALostJobOverWithTheNextAttempt() {
        Job job = submit();
        new ClaimActivitiesImpl(jobs, new HostId("dead"), new MemorySlots(), () -> {}).claimJob(FIRST);

        ClaimRequest again = new ClaimRequest("ticket-1", Optional.of(new Again(job.id(), 1)));

        assertThat(claims.claimJob(again).job().orElseThrow().attempt()).isEqualTo(2);
        assertThat(slots.held()).containsExactly(new Lease(job.id(), 2));
    }

    @Test
    void leavesAJobAloneThatIsNoLongerRunning() {
        Job job = submit();
        claims.claimJob(FIRST);
        jobs.stop(new Lease(job.id(), 1), "cancelled");

        ClaimRequest again = new ClaimRequest("ticket-1", Optional.of(new Again(job.id(), 1)));

        assertThat(claims.claimJob(again).job()).isEmpty();
    }

    @Test
    void takesNothingOverThatTemporalNoLongerWantsFromIt() {
        Job job = submit();
        claims.claimJob(FIRST);
        ClaimActivitiesImpl thawed = new ClaimActivitiesImpl(jobs, new HostId("thawed"), slots, () -> {
            throw new IllegalStateException("the claim has timed out");
        });

        assertThatThrownBy(() -> thawed.claimJob(FIRST)).hasMessage("the claim has timed out");

        assertThat(jobs.find(job.id()).orElseThrow().attempt()).isEqualTo(1);
    }

    private Job submit() {
        return jobs.queued(new AppName("hello"), new JobSource.Directory("/src"));
    }
}
