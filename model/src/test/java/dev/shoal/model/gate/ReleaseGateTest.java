package dev.shoal.model.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.model.RegionName;
import dev.shoal.model.gate.ReleaseGate.Verdict;
import dev.shoal.model.json.Json;
import java.time.Instant;
import java.util.List;
import java.util.Map;
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
                .isEqualTo(new Verdict.Open(List.of(EU, US), Map.of()));
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
        Replica bare = replica(EU, ReplicaStatus.COMPLETE, Optional.empty(), Optional.empty());

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

    @Test
    void opensForEveryRegionOfTheBuildByDefault() {
        assertThat(ReleaseGate.decide(ReleasePolicy.ALL, List.of(verified(US), verified(EU))))
                .isEqualTo(new Verdict.Open(List.of(EU, US), Map.of()));
        assertThat(ReleaseGate.decide(ReleasePolicy.ALL, List.of(verified(US), pending(EU))))
                .isEqualTo(new Verdict.Closed(Map.of(EU, "PENDING")));
        assertThat(ReleaseGate.decide(ReleasePolicy.ALL, List.of())).isInstanceOf(Verdict.Closed.class);
    }

    @Test
    void leavesOutAsManyRegionsAsThePolicyAllowsAndSaysWhich() {
        List<Replica> oneAway = List.of(verified(EU), verified(US), failed(AP));
        List<Replica> twoAway = List.of(verified(EU), pending(US), failed(AP));

        assertThat(ReleaseGate.decide(allBut(1), oneAway))
                .isEqualTo(new Verdict.Open(List.of(EU, US), Map.of(AP, "FAILED")));
        assertThat(ReleaseGate.decide(allBut(1), twoAway))
                .isEqualTo(new Verdict.Closed(Map.of(US, "PENDING", AP, "FAILED")));
        assertThat(ReleaseGate.decide(allBut(2), twoAway))
                .isEqualTo(new Verdict.Open(List.of(EU), Map.of(US, "PENDING", AP, "FAILED")));
    }

    @Test
    void neverOpensWithoutOneVerifiedRegion() {
        assertThat(ReleaseGate.decide(allBut(2), List.of(pending(EU), failed(US))))
                .isInstanceOf(Verdict.Closed.class);
        assertThat(ReleaseGate.decide(new ReleasePolicy(Set.of(AP), 1), List.of(verified(EU))))
                .isEqualTo(new Verdict.Closed(Map.of(AP, "MISSING")));
    }

    @Test
    void countsOnlyTheNamedRegions() {
        assertThat(ReleaseGate.decide(
                        new ReleasePolicy(Set.of(EU, US), 1), List.of(verified(EU), pending(US), pending(AP))))
                .isEqualTo(new Verdict.Open(List.of(EU), Map.of(US, "PENDING")));
    }

    @Test
    void readsAndWritesPolicies() {
        assertThat(ReleasePolicy.ofWire(Set.of(), "all")).isEqualTo(ReleasePolicy.ALL);
        assertThat(ReleasePolicy.ofWire(Set.of(EU), "all-but-2")).isEqualTo(new ReleasePolicy(Set.of(EU), 2));
        assertThat(ReleasePolicy.ofWire(Set.of(EU), "all-but-2").wire()).isEqualTo("all-but-2");
        for (String wrong : List.of("", "none", "all-but-0", "all-but--1", "all-but-1000", "ALL")) {
            assertThatThrownBy(() -> ReleasePolicy.ofWire(Set.of(), wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("'" + wrong + "'");
        }
    }

    @Test
    void readsEvidenceThatKnewNoRanges() {
        ReplicaEvidence old = Json.read("""
                {"etag":"e","size":10,"metadata_sha256":"x","checked_pieces":[1],"checked_at":"2026-11-22T21:00:00Z"}""", ReplicaEvidence.class);

        assertThat(old.checkedRanges()).isEmpty();
        assertThat(old.version()).isEmpty();
        assertThat(Json.read(Json.bytes(old), ReplicaEvidence.class)).isEqualTo(old);
    }

    private static ReleasePolicy allBut(int regions) {
        return new ReleasePolicy(Set.of(), regions);
    }

    private static Replica verified(RegionName region) {
        ReplicaEvidence evidence = new ReplicaEvidence(
                "etag",
                Optional.of("v1"),
                Optional.empty(),
                10,
                "a".repeat(64),
                List.of(0),
                List.of(new CheckedRange(0, 10)),
                NOW);
        return replica(region, ReplicaStatus.COMPLETE, Optional.empty(), Optional.of(evidence));
    }

    private static Replica pending(RegionName region) {
        return replica(region, ReplicaStatus.PENDING, Optional.empty(), Optional.empty());
    }

    private static Replica failed(RegionName region) {
        return replica(region, ReplicaStatus.FAILED, Optional.of("away"), Optional.empty());
    }

    private static Replica replica(
            RegionName region, ReplicaStatus status, Optional<String> reason, Optional<ReplicaEvidence> evidence) {
        return new Replica(region, status, Optional.of(ReplicationMode.COPY), 10, reason, evidence, NOW, NOW);
    }
}
