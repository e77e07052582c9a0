package dev.shoal.workflows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.HostId;
import dev.shoal.model.InfoHash;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.Completeness;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workflows.HostActivities.BuildOutput;
import dev.shoal.workflows.JobActivities.RecordedBuild;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TicketTest {
    private static final BuildOutput OUTPUT = new BuildOutput("/work/app", 1, Activation.ofFile("app"));
    private static final Artifact ARTIFACT =
            new Artifact(new Digest("ab".repeat(32)), 1, new InfoHash("cd".repeat(20)), 1 << 14);
    private static final BuildName BUILD = new BuildName("hello-7");
    private static final RegionName EU = new RegionName("eu");
    private static final RegionName US = new RegionName("us");
    private static final Mishap DISOWNED = new Mishap.Disowned("attempt 2 owns it");

    @Test
    void aJobGoesThroughItsStepsAndFreesItsSlotOnceItsBuildIsRecorded() {
        Ticket recorded = building(1)
                .after(new TicketEvent.Built(OUTPUT))
                .after(new TicketEvent.Uploaded(ARTIFACT))
                .after(new TicketEvent.Recorded(new RecordedBuild(BUILD, List.of(US))));

        assertThat(recorded.free()).contains(job(1));
        Ticket done = recorded.after(new TicketEvent.Replicated(Map.of())).after(new TicketEvent.Performed());
        assertThat(done.free()).isEmpty();
        assertThat(done.step())
                .isEqualTo(new TicketStep.Done(
                        new TicketOutcome(
                                Optional.of(new JobId(7)), Optional.of(JobStatus.SUCCESS), Optional.of(BUILD)),
                        "success"));
    }

    @Test
    void aJobSucceedsWithoutAsManyRegionsAsItsPolicyAllowsButNeverWithoutTheHomeRegion() {
        RegionName ap = new RegionName("ap");
        ClaimedJob job = job(1, new Completeness(1));
        Ticket replicating = new Ticket(
                new TicketStep.Replicate(job, new RecordedBuild(BUILD, List.of(EU, US, ap))), Optional.empty(), 0);

        assertThat(replicating
                        .after(new TicketEvent.Replicated(Map.of(US, "away")))
                        .step())
                .isEqualTo(new TicketStep.Succeed(job, BUILD));
        assertThat(replicating
                        .after(new TicketEvent.Replicated(Map.of(US, "away", ap, "away")))
                        .step())
                .isInstanceOf(TicketStep.End.class);
        assertThat(replicating
                        .after(new TicketEvent.Replicated(Map.of(EU, "rotten")))
                        .step())
                .isInstanceOf(TicketStep.End.class);
    }

    @Test
    void aLostAttemptFreesItsSlotAndIsFollowedByTheNext() {
        Ticket lost = building(1).after(failed(new Mishap.Lost("gone")));

        assertThat(lost).isEqualTo(new Ticket(new TicketStep.NoteLost(job(1), "gone"), Optional.of(job(1)), 0));
        assertThat(lost.after(new TicketEvent.Performed()).step()).isEqualTo(new TicketStep.Claim(Optional.of(job(1))));
    }

    @Test
    void hostsAreTriedTenTimesAndUnforeseenFailuresThreeTimes() {
        assertThat(building(10).after(failed(new Mishap.Lost("gone"))).step()).isInstanceOf(TicketStep.End.class);
        Ticket third = new Ticket(new TicketStep.Build(job(3)), Optional.empty(), 2);
        assertThat(third.after(failed(new Mishap.Broken("disk on fire"))).step())
                .isEqualTo(new TicketStep.End(
                        job(3),
                        JobStatus.FAILED,
                        "given up after 3 attempts, the last one: disk on fire",
                        Optional.empty(),
                        Optional.empty()));
    }

    @Test
    void whoIsToldThatTheAttemptIsOverAsksTheRowAndWritesNothingMore() {
        Ticket asking = building(1).after(failed(DISOWNED));

        assertThat(asking.step()).isEqualTo(new TicketStep.Claim(Optional.of(job(1))));
        assertThat(asking.free()).contains(job(1));
        assertThat(asking.after(new TicketEvent.Claimed(Optional.empty())).step())
                .isInstanceOf(TicketStep.Done.class);
        assertThat(asking.after(new TicketEvent.Claimed(Optional.of(job(3)))).step())
                .isEqualTo(new TicketStep.Build(job(3)));
    }

    @Test
    void aStopThatComesTooLateEndsTheTicketInsteadOfAskingForEver() {
        Ticket stopping = building(1).after(failed(new Mishap.Stopped("cancelled")));

        assertThat(stopping.step()).isInstanceOf(TicketStep.End.class);
        assertThat(stopping.after(failed(DISOWNED)).step()).isInstanceOf(TicketStep.Done.class);
    }

    @Test
    void theHiccupOfACancelledStepIsTheCancel() {
        assertThat(new Mishap.Broken("the database is away").inCancelled()).isEqualTo(new Mishap.Stopped("cancelled"));
        assertThat(new Mishap.Lost("gone").inCancelled()).isEqualTo(new Mishap.Stopped("cancelled"));
        assertThat(DISOWNED.inCancelled()).isEqualTo(DISOWNED);
    }

    @Test
    void aTicketWithoutAJobThatIsCancelledGivesUp() {
        assertThat(Ticket.start().after(failed(new Mishap.Stopped("cancelled"))).step())
                .isInstanceOf(TicketStep.GiveUp.class);
    }

    @Test
    void anOutcomeThatTheStepCannotHaveIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> building(1).after(new TicketEvent.Uploaded(ARTIFACT)));
        assertThatIllegalArgumentException().isThrownBy(() -> building(1).after(new TicketEvent.Performed()));
    }

    private static Ticket building(int attempt) {
        return Ticket.start().after(new TicketEvent.Claimed(Optional.of(job(attempt))));
    }

    private static TicketEvent failed(Mishap why) {
        return new TicketEvent.Failed(why);
    }

    private static ClaimedJob job(int attempt) {
        return job(attempt, Completeness.ALL);
    }

    private static ClaimedJob job(int attempt, Completeness policy) {
        return new ClaimedJob(
                new JobId(7),
                attempt,
                new AppName("hello"),
                new HostId("h1"),
                new JobSource.Directory("/src"),
                100,
                false,
                List.of(),
                "ann",
                policy,
                Optional.empty());
    }
}
