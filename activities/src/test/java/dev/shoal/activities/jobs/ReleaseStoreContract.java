package dev.shoal.activities.jobs;

import static dev.shoal.activities.jobs.Samples.ACTIVATION;
import static dev.shoal.activities.jobs.Samples.AP;
import static dev.shoal.activities.jobs.Samples.ARTIFACT;
import static dev.shoal.activities.jobs.Samples.EU;
import static dev.shoal.activities.jobs.Samples.EVIDENCE;
import static dev.shoal.activities.jobs.Samples.HOST_A;
import static dev.shoal.activities.jobs.Samples.MAIL;
import static dev.shoal.activities.jobs.Samples.US;
import static dev.shoal.activities.jobs.Samples.WEB;
import static dev.shoal.activities.jobs.Samples.lease;
import static dev.shoal.activities.jobs.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.shoal.activities.jobs.ReleaseStore.Creation;
import dev.shoal.activities.jobs.ReleaseStore.NewRelease;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import dev.shoal.model.ReleaseStatus;
import dev.shoal.model.Seq;
import dev.shoal.model.gate.ReleasePolicy;
import dev.shoal.model.job.Job;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link ReleaseStore} does. */
abstract class ReleaseStoreContract {
    /** Empty, and of the same database as {@link #builds()} and {@link #jobs()}. */
    abstract ReleaseStore releases();

    abstract BuildStore builds();

    abstract JobStore jobs();

    // ---- create

    @Test
    void aReleaseOfAReplicatedBuildIsPendingWithTheFirstSeq() {
        BuildName build = replicated(WEB, US, EU);

        Release release = create(build);

        assertThat(release.app()).isEqualTo(WEB);
        assertThat(release.build()).isEqualTo(build);
        assertThat(release.seq()).isEqualTo(new Seq(1));
        assertThat(release.status()).isEqualTo(ReleaseStatus.PENDING);
        assertThat(release.regions()).containsExactly(EU, US);
        assertThat(release.requestedBy()).isEqualTo("ann");
        assertThat(release.flippedAt()).isEmpty();
        assertThat(release.missing()).isEmpty();
        assertThat(releases().find(release.id())).contains(release);
    }

    @Test
    void seqsRiseByOneWithinAnApp() {
        BuildName web = replicated(WEB, EU);
        BuildName mail = replicated(MAIL, EU);

        assertThat(create(web).seq()).isEqualTo(new Seq(1));
        assertThat(create(mail).seq()).isEqualTo(new Seq(1));
        assertThat(create(web).seq()).isEqualTo(new Seq(2));
        assertThat(releases().apps()).containsExactly(MAIL, WEB);
    }

    @Test
    void aClosedGateNamesTheLaggingRegionsAndUsesNoSeq() {
        BuildName build = recorded(WEB, AP, EU, US);
        builds().complete(build, EU, EVIDENCE);
        builds().failed(build, US, "no route");

        Creation closed = releases().create(wanted(build));

        assertThat(closed).isEqualTo(new Creation.NotReplicated(Map.of(AP, "PENDING", US, "FAILED")));
        assertThat(releases().list(Optional.empty(), 10)).isEmpty();
        assertThat(releases().apps()).isEmpty();
        builds().complete(build, AP, EVIDENCE);
        builds().complete(build, US, EVIDENCE);
        assertThat(create(build).seq()).isEqualTo(new Seq(1));
    }

    @Test
    void theGateAsksForTheNamedRegionsOnly() {
        BuildName build = recorded(WEB, EU, US);
        builds().complete(build, EU, EVIDENCE);

        assertThat(releases().create(wanted(build, EU, AP)))
                .isEqualTo(new Creation.NotReplicated(Map.of(AP, "MISSING")));
        assertThat(created(releases().create(wanted(build, EU, EU))).regions()).containsExactly(EU);
    }

    @Test
    void aPolicyMayLeaveOutRegionsAndTheReleaseSaysWhich() {
        BuildName build = recorded(WEB, AP, EU, US);
        builds().complete(build, EU, EVIDENCE);
        builds().complete(build, AP, EVIDENCE);
        builds().failed(build, US, "no route");
        NewRelease allButOne =
                new NewRelease(build, new ReleasePolicy(Set.of(), 1), Optional.empty(), Optional.of("key"), "ann");

        Creation creation = releases().create(allButOne);

        Release release = created(creation);
        assertThat(release.regions()).containsExactly(AP, EU);
        assertThat(((Creation.Created) creation).excluded()).isEqualTo(Map.of(US, "FAILED"));
        assertThat(releases().excluded(release.id())).isEqualTo(Map.of(US, "FAILED"));
        assertThat(releases().policy(release.id()).mayLack()).isEqualTo(1);
        builds().complete(build, US, EVIDENCE);
        assertThat(releases().create(allButOne)).isEqualTo(new Creation.Duplicate(release));
        assertThat(releases().create(keyed(build, "ann", "key"))).isEqualTo(new Creation.Conflict(release.id()));
        assertThat(releases().excluded(create(build).id())).isEmpty();
    }

    @Test
    void anUnknownBuildIsNotReleased() {
        assertThat(releases().create(wanted(new BuildName("web-999")))).isEqualTo(new Creation.UnknownBuild());
    }

    @Test
    void theSameKeyWithTheSameContentReturnsTheSameRelease() {
        BuildName build = replicated(WEB, EU, US);
        Release first = created(releases().create(keyed(build, "ann", "key")));

        assertThat(releases().create(keyed(build, "ann", "key"))).isEqualTo(new Creation.Duplicate(first));
        assertThat(releases().create(keyed(build, "ann", "key", US, EU))).isEqualTo(new Creation.Duplicate(first));
        assertThat(releases().list(Optional.empty(), 10)).hasSize(1);
        assertThat(releases().findByKey("ann", "key")).contains(first);
        assertThat(releases().findByKey("bob", "key")).isEmpty();
    }

    @Test
    void theSameKeyForAnotherBuildOrOtherRegionsIsAConflict() {
        BuildName build = replicated(WEB, EU, US);
        BuildName other = replicated(WEB, EU, US);
        Release first = created(releases().create(keyed(build, "ann", "key")));

        assertThat(releases().create(keyed(other, "ann", "key"))).isEqualTo(new Creation.Conflict(first.id()));
        assertThat(releases().create(keyed(build, "ann", "key", EU))).isEqualTo(new Creation.Conflict(first.id()));
        assertThat(releases().create(keyed(new BuildName("web-999"), "ann", "key")))
                .isEqualTo(new Creation.Conflict(first.id()));
        assertThat(created(releases().create(keyed(build, "bob", "key"))).seq()).isEqualTo(new Seq(2));
    }

    // ---- rollback

    @Test
    void aRollbackIsAHigherSeqThatNamesAnOlderBuild() {
        BuildName one = replicated(WEB, EU);
        BuildName two = replicated(WEB, EU);
        Release first = flipped(create(one));
        Release second = flipped(create(two));

        Release target = releases().previous(second).orElseThrow();
        Release rollback = created(releases()
                .create(new NewRelease(
                        target.build(),
                        ReleasePolicy.named(Set.copyOf(target.regions())),
                        Optional.of(second.id()),
                        Optional.empty(),
                        "ann")));

        assertThat(target).isEqualTo(first);
        assertThat(rollback.build()).isEqualTo(one);
        assertThat(rollback.seq()).isEqualTo(new Seq(3));
        assertThat(rollback.rollbackOf()).contains(second.id());
        assertThat(releases().newest(WEB)).contains(rollback);
    }

    @Test
    void previousSkipsTheSameBuildOtherAppsAndWhatNeverReachedAMachine() {
        BuildName one = replicated(WEB, EU);
        BuildName two = replicated(WEB, EU);
        BuildName three = replicated(WEB, EU);
        flipped(create(replicated(MAIL, EU)));
        Release first = flipped(create(one));
        create(two);
        Release again = flipped(create(three));
        Release last = flipped(create(three));

        assertThat(releases().previous(last)).contains(first);
        assertThat(releases().previous(again)).contains(first);
        assertThat(releases().previous(first)).isEmpty();
    }

    // ---- the way of a release

    @Test
    void aFlippedReleaseRollsAndAnswersTheSameWhenFlippedAgain() {
        Release pending = create(replicated(WEB, EU));

        Release rolling = releases().flipped(pending.id());

        assertThat(rolling.status()).isEqualTo(ReleaseStatus.ROLLING);
        assertThat(rolling.flippedAt()).isPresent();
        assertThat(releases().flipped(pending.id())).isEqualTo(rolling);
    }

    @Test
    void progressAndTheEndAreKept() {
        Release release = flipped(create(replicated(WEB, EU)));
        releases().progress(release.id(), 3, 4);
        assertThat(find(release).machinesOk()).isEqualTo(3);
        assertThat(find(release).machinesTotal()).isEqualTo(4);

        Release ended = releases()
                .finish(
                        release.id(),
                        ReleaseStatus.INCOMPLETE,
                        Map.of("eu-m1", "FAILED: exit\0 1"),
                        Optional.of("deadline"));

        assertThat(ended.status()).isEqualTo(ReleaseStatus.INCOMPLETE);
        assertThat(ended.missing().get("eu-m1")).startsWith("FAILED: exit").endsWith(" 1");
        assertThat(ended.reason()).contains("deadline");
        assertThat(ended.finishedAt()).isPresent();
        assertThat(ended.machinesOk()).isEqualTo(3);
        assertThat(find(release)).isEqualTo(ended);
    }

    @ParameterizedTest
    @EnumSource(
            value = ReleaseStatus.class,
            names = {"SUCCESS", "INCOMPLETE", "SUPERSEDED", "FAILED"})
    void aReleaseThatHasEndedStaysAsItIs(ReleaseStatus end) {
        Release release = create(replicated(WEB, EU));
        Release ended = releases().finish(release.id(), end, Map.of(), Optional.empty());

        assertThat(releases().flipped(release.id())).isEqualTo(ended);
        releases().progress(release.id(), 9, 9);
        assertThat(releases().finish(release.id(), ReleaseStatus.FAILED, Map.of("m", "x"), Optional.of("late")))
                .isEqualTo(ended);
        assertThat(find(release)).isEqualTo(ended);
    }

    @ParameterizedTest
    @EnumSource(
            value = ReleaseStatus.class,
            names = {"PENDING", "ROLLING"})
    void anOpenStatusIsNoEnd(ReleaseStatus open) {
        Release release = create(replicated(WEB, EU));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> releases().finish(release.id(), open, Map.of(), Optional.empty()));
    }

    @Test
    void anUnknownReleaseIsTheCallersMistake() {
        assertThat(releases().find(new ReleaseId(999))).isEmpty();
        assertThatIllegalArgumentException().isThrownBy(() -> releases().flipped(new ReleaseId(999)));
    }

    @Test
    void listsNewestFirstByAppAndOpenOnesOldestFirst() {
        BuildName web = replicated(WEB, EU);
        Release first = create(web);
        Release mail = create(replicated(MAIL, EU));
        Release second = flipped(create(web));
        Release ended = create(web);
        releases().finish(ended.id(), ReleaseStatus.FAILED, Map.of(), Optional.empty());

        assertThat(releases().list(Optional.empty(), 3))
                .extracting(Release::id)
                .containsExactly(ended.id(), second.id(), mail.id());
        assertThat(releases().list(Optional.of(WEB), 10))
                .extracting(Release::id)
                .containsExactly(ended.id(), second.id(), first.id());
        assertThat(releases().open()).extracting(Release::id).containsExactly(first.id(), mail.id(), second.id());
        assertThat(releases().newest(new AppName("other"))).isEmpty();
    }

    // ---- verbs

    static NewRelease wanted(BuildName build, RegionName... regions) {
        return new NewRelease(
                build, ReleasePolicy.named(Set.copyOf(List.of(regions))), Optional.empty(), Optional.empty(), "ann");
    }

    static NewRelease keyed(BuildName build, String by, String key, RegionName... regions) {
        return new NewRelease(
                build, ReleasePolicy.named(Set.copyOf(List.of(regions))), Optional.empty(), Optional.of(key), by);
    }

    static Release created(Creation creation) {
        assertThat(creation).isInstanceOf(Creation.Created.class);
        return ((Creation.Created) creation).release();
    }

    Release create(BuildName build) {
        return created(releases().create(wanted(build)));
    }

    BuildName replicated(AppName app, RegionName... regions) {
        BuildName build = recorded(app, regions);
        List.of(regions).forEach(region -> builds().complete(build, region, EVIDENCE));
        return build;
    }

    private BuildName recorded(AppName app, RegionName... regions) {
        JobStore.Submission submission = jobs().submit(request(app, 100), Optional.empty(), "ann");
        Job queued = ((JobStore.Submission.Accepted) submission).job();
        Job job = jobs().claim("t-" + queued.id(), HOST_A).orElseThrow();
        return builds().record(lease(job), app, ARTIFACT, ACTIVATION, List.of(regions))
                .orElseThrow()
                .name();
    }

    private Release flipped(Release release) {
        return releases().flipped(release.id());
    }

    private Release find(Release release) {
        return releases().find(release.id()).orElseThrow();
    }
}
