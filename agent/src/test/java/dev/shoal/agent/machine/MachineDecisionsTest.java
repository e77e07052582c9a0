package dev.shoal.agent.machine;

import static dev.shoal.agent.machine.Pointers.APP;
import static dev.shoal.agent.machine.Pointers.EU;
import static dev.shoal.agent.machine.Pointers.NOW;
import static dev.shoal.agent.machine.Pointers.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.agent.consul.KvEntry;
import dev.shoal.agent.swarm.TestArtifact;
import dev.shoal.agent.testkit.TestRelease;
import dev.shoal.model.BuildName;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SignedPointer;
import dev.shoal.model.pointer.SigningKey;
import dev.shoal.model.report.AppState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MachineDecisionsTest {
    private static final SigningKey KEY = TestRelease.newKey();
    private static final TestArtifact ONE = TestArtifact.random(1, 100_000, 16 << 10);
    private static final TestArtifact TWO = TestArtifact.random(2, 100_000, 16 << 10);

    private final MachineDecisions decisions = new MachineDecisions(
            new MachineIdentity(new MachineId("eu-m1"), EU, List.of("*"), List.of(KEY.verifyKey())), 3);
    private MachineState state = MachineState.EMPTY;
    private Instant now = NOW;
    private long index = 1;

    @Test
    void goesFromPointerToHealthyInOrder() {
        Pointer one = Pointers.of(1, ONE, PLAIN);

        assertThat(see(one)).containsExactly(new Step.Persist(), new Step.FetchMetainfo(one));
        assertThat(on(new MachineEvent.MetainfoFetched(one, ONE.metainfo())))
                .containsExactly(new Step.Download(one, ONE.metainfo()));
        assertThat(on(new MachineEvent.Downloaded(ONE.metainfo().infoHash()))).containsExactly(new Step.Verify(one));
        assertThat(on(new MachineEvent.Verified(APP, one.seq()))).containsExactly(new Step.Stage(one));
        assertThat(on(new MachineEvent.Staged(APP, one.seq()))).containsExactly(new Step.Activate(one, List.of()));
        assertThat(track().state()).isEqualTo(AppState.ACTIVATING);
        assertThat(on(new MachineEvent.Activated(one))).startsWith(new Step.Persist());
        assertThat(track().state()).isEqualTo(AppState.HEALTHY);
        assertThat(track().active()).contains(one);
    }

    @Test
    void aNewerPointerCancelsTheDownloadOfTheOlderOne() {
        Pointer one = Pointers.of(1, ONE, PLAIN);
        Pointer two = Pointers.of(2, TWO, PLAIN);
        see(one);
        on(new MachineEvent.MetainfoFetched(one, ONE.metainfo()));

        assertThat(see(two))
                .containsExactly(new Step.Persist(), new Step.CancelDownload(one), new Step.FetchMetainfo(two));
        assertThat(on(new MachineEvent.Downloaded(ONE.metainfo().infoHash()))).isEmpty();
        assertThat(on(new MachineEvent.Staged(APP, one.seq()))).isEmpty();
    }

    @Test
    void aDownloadThatTheNewerReleaseSharesGoesOn() {
        Pointer one = Pointers.of(1, ONE, PLAIN);
        see(one);
        on(new MachineEvent.MetainfoFetched(one, ONE.metainfo()));
        Pointer again = Pointers.of(2, ONE, PLAIN);

        assertThat(see(again)).containsExactly(new Step.Persist(), new Step.FetchMetainfo(again));
    }

    @Test
    void aReleaseThatIsReadyHurriesTheActivationOfTheOneBefore() {
        Pointer one = Pointers.of(1, ONE, PLAIN);
        Pointer two = Pointers.of(2, TWO, PLAIN);
        stage(one, ONE);
        stage(two, TWO);
        assertThat(track().state()).isEqualTo(AppState.STAGED);
        assertThat(last).containsExactly(new Step.HurryActivation(APP));

        List<Step> steps = on(new MachineEvent.ActivationFailed(one, "superseded", Optional.of(one.build())));

        assertThat(steps).containsExactly(new Step.Activate(two, List.of()));
    }

    @Test
    void aRejectedReleaseIsNotTriedAgainButANewerOneIs() {
        Pointer one = Pointers.of(1, ONE, PLAIN);
        stage(one, ONE);
        on(new MachineEvent.ActivationFailed(one, "exit code 1", Optional.empty()));

        assertThat(track().state()).isEqualTo(AppState.FAILED);
        assertThat(on(new MachineEvent.RetryDue(APP, one.seq()))).isEmpty();
        assertThat(see(Pointers.of(1, 1, 1000, ONE.metainfo(), PLAIN, NOW))).containsExactly(new Step.Persist());
        assertThat(see(Pointers.of(2, TWO, PLAIN))).hasSize(2);
    }

    @Test
    void aFailedAttemptIsTriedAgainLaterAndLater() {
        Pointer one = Pointers.of(1, ONE, PLAIN);
        see(one);

        List<Step> first = on(new MachineEvent.AttemptFailed(APP, one.seq(), false, "no region agent helped"));
        assertThat(first).containsExactly(new Step.RetryLater(APP, one.seq(), 1));
        assertThat(track().detail()).contains("no region agent helped");
        assertThat(on(new MachineEvent.RetryDue(APP, one.seq()))).containsExactly(new Step.FetchMetainfo(one));
        List<Step> second = on(new MachineEvent.AttemptFailed(APP, one.seq(), false, "again"));

        assertThat(second).containsExactly(new Step.RetryLater(APP, one.seq(), 2));
        assertThat(BackOff.after(1, 0)).isEqualTo(Duration.ofMillis(250));
        assertThat(BackOff.after(50, 1)).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void aFullDiskIsSaidAndCleanedBeforeTheRetry() {
        Pointer one = Pointers.of(1, ONE, PLAIN);
        see(one);
        on(new MachineEvent.MetainfoFetched(one, ONE.metainfo()));

        List<Step> steps =
                on(new MachineEvent.DownloadFailed(ONE.metainfo().infoHash(), true, "No space left on device"));

        assertThat(steps).hasSize(3).first().isEqualTo(new Step.CancelDownload(one));
        assertThat(steps.get(1)).isInstanceOfSatisfying(Step.Clean.class, clean -> {
            assertThat(clean.versionsKept()).isZero();
            assertThat(clean.artifacts()).containsExactly(ONE.metainfo().digest());
        });
        assertThat(track().detail()).contains("No space left on device");
    }

    @Test
    void aClosedCohortWaitsAndAHigherStepOpensIt() {
        Pointer closed = Pointers.of(1, 0, 0, ONE.metainfo(), PLAIN, NOW);
        stage(closed, ONE);
        assertThat(track().state()).isEqualTo(AppState.STAGED);

        Pointer open = Pointers.of(1, 1, 1000, ONE.metainfo(), PLAIN, NOW);

        assertThat(see(open)).containsExactly(new Step.Persist(), new Step.Activate(open, List.of()));
    }

    @Test
    void aPointerThatExpiredWhileStagedIsNotActivatedUntilItIsRenewed() {
        Pointer closed = Pointers.of(1, 0, 0, ONE.metainfo(), PLAIN, NOW);
        stage(closed, ONE);
        now = NOW.plus(Duration.ofDays(8));

        assertThat(see(Pointers.of(1, 1, 1000, ONE.metainfo(), PLAIN, NOW)))
                .hasOnlyElementsOfType(Step.LogRefusal.class);
        assertThat(state.refused()).containsEntry("EXPIRED", 1L);
        Pointer renewed = Pointers.of(1, 1, 1000, ONE.metainfo(), PLAIN, now);
        assertThat(see(renewed)).containsExactly(new Step.Persist(), new Step.Activate(renewed, List.of()));
    }

    @Test
    void olderExpiredUnsignedAndForeignPointersAreNoNews() {
        see(Pointers.of(5, ONE, PLAIN));

        assertThat(see(Pointers.of(4, TWO, PLAIN))).hasOnlyElementsOfType(Step.LogRefusal.class);
        assertThat(see(Pointers.of(6, 0, 1000, TWO.metainfo(), PLAIN, NOW.minus(Duration.ofDays(30)))))
                .hasOnlyElementsOfType(Step.LogRefusal.class);
        assertThat(value(SignedPointer.sign(Pointers.of(7, TWO, PLAIN), TestRelease.newKey())))
                .hasOnlyElementsOfType(Step.LogRefusal.class);
        Pointer elsewhere = new Pointer(
                APP,
                new BuildName("hello-8"),
                new Seq(8),
                0,
                Pointers.of(8, TWO, PLAIN).artifact(),
                PLAIN,
                java.util.Map.of(new RegionName("us"), 1000),
                NOW,
                NOW.plusSeconds(60));
        assertThat(see(elsewhere)).isEmpty();

        assertThat(track().wanted().seq()).isEqualTo(new Seq(5));
        assertThat(state.refused())
                .containsOnly(
                        java.util.Map.entry("OLDER", 1L),
                        java.util.Map.entry("EXPIRED", 1L),
                        java.util.Map.entry("UNSIGNED", 1L));
    }

    @Test
    void aPointerThatNobodyRenewsIsToldOnceAndAgainAfterARenewal() {
        run(Pointers.of(1, ONE, PLAIN), ONE);
        Instant expiry = NOW.plus(Duration.ofDays(7));

        now = expiry.minusSeconds(1);
        assertThat(on(new MachineEvent.Ticked())).isEmpty();
        now = expiry;
        assertThat(on(new MachineEvent.Ticked())).singleElement().isInstanceOf(Step.LogRefusal.class);
        assertThat(on(new MachineEvent.Ticked())).isEmpty();
        assertThat(state.refused()).containsOnly(java.util.Map.entry("FROZEN", 1L));
        assertThat(state.frozen()).containsExactly(APP);

        see(Pointers.of(1, 0, 1000, ONE.metainfo(), PLAIN, expiry.plusSeconds(1)));
        on(new MachineEvent.Ticked());
        assertThat(state.frozen()).isEmpty();
        assertThat(track().state()).isEqualTo(AppState.HEALTHY);
    }

    @Test
    void aRefusedValueCountsOncePerIndex() {
        byte[] unsigned = SignedPointer.sign(Pointers.of(7, TWO, PLAIN), TestRelease.newKey());
        KvEntry entry = new KvEntry(Pointer.key(APP), unsigned, 42);

        on(new MachineEvent.PointersSeen(List.of(entry)));
        on(new MachineEvent.PointersSeen(List.of(entry)));

        assertThat(state.refused()).containsOnly(java.util.Map.entry("UNSIGNED", 1L));
    }

    @Test
    void aRestartRecoversWhatRanAndGoesOnWithWhatIsWanted() {
        Pointer one = Pointers.of(1, ONE, PLAIN);
        Pointer two = Pointers.of(2, TWO, PLAIN);
        DurableState durable =
                new DurableState(List.of(new DurableState.App(two, Optional.of(one), Optional.empty(), false)), 0);

        assertThat(decisions.resume(durable, p -> false, NOW).steps())
                .containsExactly(
                        new Step.Seed(two), new Step.Seed(one), new Step.FetchMetainfo(two), new Step.Recover(one));
        assertThat(decisions.resume(durable, p -> true, NOW).steps())
                .containsExactly(new Step.Seed(two), new Step.Seed(one), new Step.Activate(two, List.of(one)));
    }

    @Test
    void whatIsServedAgainAfterARestartIsMarkedOnceAllItsPiecesAreRight() {
        Pointer one = Pointers.of(1, ONE, PLAIN);
        Pointer two = Pointers.of(2, TWO, PLAIN);
        run(one, ONE);
        run(two, TWO);

        assertThat(on(new MachineEvent.Downloaded(ONE.metainfo().infoHash()))).containsExactly(new Step.Mark(one));
        assertThat(on(new MachineEvent.Downloaded(TWO.metainfo().infoHash()))).containsExactly(new Step.Mark(two));
        Pointer three = Pointers.of(3, ONE, PLAIN);
        see(three);
        assertThat(on(new MachineEvent.Downloaded(ONE.metainfo().infoHash()))).containsExactly(new Step.Verify(three));
        assertThat(on(new MachineEvent.Downloaded(ONE.metainfo().infoHash()))).isEmpty();
    }

    @Test
    void aRestartWithTheWantedVersionActiveOnlyChecksThatItRuns() {
        Pointer one = Pointers.of(1, ONE, PLAIN);
        DurableState durable =
                new DurableState(List.of(new DurableState.App(one, Optional.of(one), Optional.empty(), false)), 0);

        Decision resumed = decisions.resume(durable, p -> true, NOW);
        state = resumed.state();

        assertThat(resumed.steps()).containsExactly(new Step.Seed(one), new Step.Recover(one));
        on(new MachineEvent.RecoveryFailed(one, "health hook: exit code 1"));
        assertThat(track().state()).isEqualTo(AppState.FAILED);
        assertThat(on(new MachineEvent.RetryDue(APP, one.seq()))).containsExactly(new Step.Recover(one));
        on(new MachineEvent.Recovered(one));
        assertThat(track().state()).isEqualTo(AppState.HEALTHY);
    }

    @Test
    void aRolloutBackIsAHigherSeqOfAnOlderBuild() {
        Pointer one = Pointers.of(1, ONE, PLAIN);
        Pointer two = Pointers.of(2, TWO, PLAIN);
        run(one, ONE);
        run(two, TWO);
        Pointer back = Pointers.of(3, ONE, PLAIN);

        run(back, ONE);

        assertThat(track().active()).contains(back);
        assertThat(track().previous()).contains(two);
    }

    private List<Step> last = List.of();

    private void run(Pointer pointer, TestArtifact artifact) {
        stage(pointer, artifact);
        on(new MachineEvent.Activated(pointer));
    }

    private void stage(Pointer pointer, TestArtifact artifact) {
        see(pointer);
        on(new MachineEvent.MetainfoFetched(pointer, artifact.metainfo()));
        on(new MachineEvent.Downloaded(artifact.metainfo().infoHash()));
        on(new MachineEvent.Verified(APP, pointer.seq()));
        on(new MachineEvent.Staged(APP, pointer.seq()));
    }

    private List<Step> see(Pointer pointer) {
        return value(SignedPointer.sign(pointer, KEY));
    }

    private List<Step> value(byte[] value) {
        return on(new MachineEvent.PointersSeen(List.of(new KvEntry(Pointer.key(APP), value, ++index))));
    }

    private List<Step> on(MachineEvent event) {
        Decision decision = decisions.decide(state, event, now);
        state = decision.state();
        last = decision.steps();
        return last;
    }

    private AppTrack track() {
        return state.apps().get(APP);
    }
}
