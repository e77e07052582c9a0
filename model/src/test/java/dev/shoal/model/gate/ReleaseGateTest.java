package dev.shoal.model.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.RegionName;
import dev.shoal.model.gate.ReleaseGate.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReleaseGateTest {
    private static final Instant NOW = Instant.parse("2026-11-22T21:00:00Z");
    private static final RegionName EU = new RegionName("eu");
    private static final RegionName US = new RegionName("us");
    private static final RegionName AP = new RegionName("ap");

    @Test
    void opensWhenEveryWantedRegionIsVerified() {
        assertThat(ReleaseGate.decide(Set.of(EU, US), List.of(verified(EU), verified(US), pending(AP))))
                .isEqualTo(new Verdict.Open());
    }

    @Test
    void namesTheRegionsThatLag() {
        Verdict verdict = ReleaseGate.decide(Set.of(EU, US, AP), List.of(verified(EU), pending(US)));

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Closed.class,
                        closed -> assertThat(closed.describe()).isEqualTo("ap (MISSING), us (PENDING)"));
    }

    @Test
    void doesNotBelieveACompleteWithoutEvidence() {
        Replica bare = new Replica(EU, ReplicaStatus.COMPLETE, 10, Optional.empty(), Optional.empty(), NOW);

        assertThat(ReleaseGate.decide(Set.of(EU), List.of(bare))).isInstanceOf(Verdict.Closed.class);
    }

    @Test
    void isClosedForNowhere() {
        assertThat(ReleaseGate.decide(Set.of(), List.of(verified(EU)))).isInstanceOf(Verdict.Closed.class);
    }

    @Test
    void derivesTheBuildsStatus() {
        assertThat(BuildStatus.of(List.of())).isEqualTo(BuildStatus.REPLICATING);
        assertThat(BuildStatus.of(List.of(verified(EU), pending(US)))).isEqualTo(BuildStatus.REPLICATING);
        assertThat(BuildStatus.of(List.of(verified(EU), verified(US)))).isEqualTo(BuildStatus.REPLICATED);
        assertThat(BuildStatus.of(List.of(verified(EU), failed(US)))).isEqualTo(BuildStatus.FAILED);
    }

    private static Replica verified(RegionName region) {
        ReplicaEvidence evidence = new ReplicaEvidence("etag", 10, "a".repeat(64), List.of(0, 1), NOW);
        return new Replica(region, ReplicaStatus.COMPLETE, 10, Optional.empty(), Optional.of(evidence), NOW);
    }

    private static Replica pending(RegionName region) {
        return new Replica(region, ReplicaStatus.PENDING, 0, Optional.empty(), Optional.empty(), NOW);
    }

    private static Replica failed(RegionName region) {
        return new Replica(region, ReplicaStatus.FAILED, 0, Optional.of("away"), Optional.empty(), NOW);
    }
}
