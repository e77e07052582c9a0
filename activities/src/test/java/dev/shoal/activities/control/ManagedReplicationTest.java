package dev.shoal.activities.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.activities.blobs.GateCheck;
import dev.shoal.activities.control.ManagedReplication.CopyOurselves;
import dev.shoal.activities.control.ManagedReplication.There;
import dev.shoal.activities.control.ManagedReplication.Wait;
import dev.shoal.model.gate.ReplicaEvidence;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ManagedReplicationTest {
    private static final Duration DEADLINE = Duration.ofMinutes(20);
    private static final GateCheck MISSING = new GateCheck.NotYet("no object");
    private static final GateCheck VERIFIED = new GateCheck.Verified(
            new ReplicaEvidence("e", Optional.empty(), Optional.empty(), 1, "d", List.of(), List.of(), Instant.EPOCH));

    private static ManagedReplication decide(GateCheck seen, String status, Duration waited) {
        return ManagedReplication.decide(seen, Optional.of(status), waited, DEADLINE);
    }

    @Test
    void waitsForAProviderThatIsAtWork() {
        ManagedReplication decision = decide(MISSING, "PENDING", Duration.ofMinutes(5));

        assertThat(decision).isInstanceOfSatisfying(Wait.class, wait -> {
            assertThat(wait.reason()).isEqualTo("no object, the provider says PENDING");
            assertThat(wait.pause()).isEqualTo(Duration.ofSeconds(30));
        });
    }

    @Test
    void looksSoonAtFirstAndAtTheDeadline() {
        assertThat(decide(MISSING, "PENDING", Duration.ZERO))
                .isInstanceOfSatisfying(
                        Wait.class, wait -> assertThat(wait.pause()).isEqualTo(Duration.ofSeconds(2)));
        assertThat(decide(MISSING, "PENDING", DEADLINE.minusSeconds(7)))
                .isInstanceOfSatisfying(
                        Wait.class, wait -> assertThat(wait.pause()).isEqualTo(Duration.ofSeconds(7)));
    }

    @Test
    void believesNoProviderThatSaysItIsDone() {
        assertThat(decide(MISSING, "COMPLETED", Duration.ofMinutes(1))).isInstanceOf(Wait.class);
        assertThat(decide(MISSING, "COMPLETED", DEADLINE)).isInstanceOf(CopyOurselves.class);
    }

    @Test
    void aFailureOfTheProviderIsFinal() {
        assertThat(decide(MISSING, "FAILED", Duration.ofSeconds(1)))
                .isInstanceOfSatisfying(
                        CopyOurselves.class, copy -> assertThat(copy.reason()).contains("FAILED"));
    }

    @Test
    void whatIsVerifiedIsThereWhateverTheProviderSays() {
        assertThat(decide(VERIFIED, "FAILED", DEADLINE)).isInstanceOf(There.class);
    }

    @Test
    void wrongBytesDoNotMendThemselves() {
        assertThat(decide(new GateCheck.Bad("size is 3, must be 4"), "COMPLETED", Duration.ZERO))
                .isEqualTo(new CopyOurselves("size is 3, must be 4"));
    }

    @Test
    void aRegionThatIsAwayIsNotCopiedToEither() {
        assertThat(decide(new GateCheck.Away("away", Duration.ofSeconds(9)), "PENDING", DEADLINE))
                .isEqualTo(new Wait("away", Duration.ofSeconds(9)));
    }

    @Test
    void aProviderThatSaysNothingHasTheSameDeadline() {
        assertThat(ManagedReplication.decide(MISSING, Optional.empty(), Duration.ofMinutes(19), DEADLINE))
                .isInstanceOf(Wait.class);
        assertThat(ManagedReplication.decide(MISSING, Optional.empty(), DEADLINE, DEADLINE))
                .isInstanceOf(CopyOurselves.class);
    }
}
