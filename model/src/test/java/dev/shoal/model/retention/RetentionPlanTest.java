package dev.shoal.model.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.retention.AppFacts.BuildFacts;
import dev.shoal.model.retention.AppFacts.ReleaseFacts;
import dev.shoal.model.retention.Fate.Cause;
import dev.shoal.model.retention.Fate.Keep;
import dev.shoal.model.retention.Fate.Reason;
import dev.shoal.model.retention.Fate.Retire;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RetentionPlanTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final AppName WEB = new AppName("web");
    private static final RegionName EU = new RegionName("eu");
    private static final RegionName US = new RegionName("us");
    private static final RegionName AP = new RegionName("ap");

    // ---- reasons, one by one

    @Test
    void aBuildGoesWhenItIsTooOldOrHasTooManyNewerOnes() {
        RetentionPlan plan =
                plan(policy(2, 30, 1), List.of(build(4, 1), build(3, 2), build(2, 3), build(1, 31)), List.of());

        assertThat(causes(plan)).isEqualTo(Map.of("web-1", Cause.AGE, "web-2", Cause.COUNT));
        assertThat(plan.retired())
                .extracting(fate -> fate.build().name().value())
                .containsExactly("web-1", "web-2");
        assertThat(reasons(plan)).isEqualTo(Map.of("web-3", Reason.WITHIN_LIMITS, "web-4", Reason.WITHIN_LIMITS));
    }

    @Test
    void whatTheNewestPointerNamesStaysHoweverOldItIs() {
        RetentionPlan plan = plan(
                policy(1, 30, 1),
                List.of(build(3, 40), build(2, 50), build(1, 60)),
                List.of(flipped(9, 1, EU), flipped(8, 2, EU)));

        assertThat(reasons(plan)).isEqualTo(Map.of("web-1", Reason.CURRENT));
    }

    @Test
    void aRegionThatTheNewestReleasesLeftOutKeepsWhatItWasGivenLast() {
        RetentionPlan plan = plan(
                policy(1, 30, 1),
                List.of(build(3, 40), build(2, 50), build(1, 60)),
                List.of(flipped(3, 3, EU), flipped(2, 2, EU, US), flipped(1, 1, EU, US)));

        assertThat(reasons(plan)).isEqualTo(Map.of("web-3", Reason.CURRENT, "web-2", Reason.CURRENT_IN_REGION));
    }

    @Test
    void aReleaseUnderWayKeepsItsBuildAndWhatThePointerNamesUntilThen() {
        ReleaseFacts open = new ReleaseFacts(new Seq(2), new BuildName("web-1"), true, false, Set.of(EU));

        RetentionPlan plan = plan(
                policy(1, 30, 1), List.of(build(3, 40), build(2, 50), build(1, 60)), List.of(open, flipped(1, 2, EU)));

        assertThat(reasons(plan)).isEqualTo(Map.of("web-1", Reason.RELEASING, "web-2", Reason.CURRENT));
    }

    @Test
    void theBuildsThatWereReleasedLastStayAndThoseNeverReleasedDoNotCount() {
        RetentionPlan plan = plan(
                policy(1, 30, 3),
                List.of(build(5, 40), build(4, 50), build(3, 60), build(2, 70), build(1, 80)),
                List.of(flipped(5, 4, EU), flipped(4, 3, EU), flipped(3, 4, EU), flipped(2, 2, EU), flipped(1, 1, EU)));

        assertThat(reasons(plan))
                .isEqualTo(Map.of(
                        "web-4", Reason.CURRENT, "web-3", Reason.ROLLBACK_WINDOW, "web-2", Reason.ROLLBACK_WINDOW));
    }

    @Test
    void whatMachinesRunStaysAndSoDoesWhatIsNotFinishedOrYoung() {
        AppFacts facts = new AppFacts(
                WEB,
                List.of(
                        new BuildFacts(new BuildName("web-3"), digest(3), 1, NOW.minus(Duration.ofDays(40)), false),
                        build(2, 50),
                        build(1, 60)),
                List.of(),
                Set.of(new BuildName("web-1")));
        RetentionPolicy graceful = new RetentionPolicy(
                1, Duration.ofDays(30), Duration.ofDays(90), Duration.ofDays(30), 1, Duration.ofDays(55));

        RetentionPlan plan = RetentionPlan.of(graceful, NOW, facts);

        assertThat(reasons(plan))
                .isEqualTo(Map.of("web-3", Reason.UNFINISHED, "web-2", Reason.YOUNG, "web-1", Reason.ON_MACHINES));
    }

    @Test
    void aBuildThatSharesItsArtifactWithOneThatStaysGoesWithoutIt() {
        BuildFacts shared = new BuildFacts(new BuildName("web-1"), digest(2), 1, NOW.minus(Duration.ofDays(99)), true);

        RetentionPlan plan = plan(policy(1, 30, 1), List.of(build(2, 1), shared), List.of());

        assertThat(plan.retired()).containsExactly(new Retire(shared, Cause.AGE, Optional.of(new BuildName("web-2"))));
    }

    // ---- a thousand worlds

    @Test
    void inAThousandRandomWorldsNothingInUseGoesAndEverythingElseDoes() {
        for (long seed = 0; seed < 1000; seed++) {
            Random random = new Random(seed);
            RetentionPolicy policy = policy(1 + random.nextInt(6), random.nextInt(60), 1 + random.nextInt(4));
            AppFacts facts = world(random);

            RetentionPlan plan = RetentionPlan.of(policy, NOW, facts);

            assertThat(RetentionPlan.of(policy, NOW, facts)).isEqualTo(plan);
            check(seed, policy, facts, plan);
        }
    }

    private static void check(long seed, RetentionPolicy policy, AppFacts facts, RetentionPlan plan) {
        Set<BuildName> gone =
                plan.retired().stream().map(fate -> fate.build().name()).collect(Collectors.toSet());
        Set<BuildName> kept =
                plan.kept().stream().map(fate -> fate.build().name()).collect(Collectors.toSet());
        assertThat(Stream.concat(gone.stream(), kept.stream()))
                .as("seed %d: each build once", seed)
                .containsExactlyInAnyOrderElementsOf(
                        facts.builds().stream().map(BuildFacts::name).toList());
        Set<BuildName> needed = needed(policy, facts);
        assertThat(gone).as("seed %d: in use", seed).noneMatch(needed::contains);
        for (int newer = 0; newer < facts.builds().size(); newer++) {
            BuildFacts build = facts.builds().get(newer);
            Duration age = Duration.between(build.createdAt(), NOW);
            boolean over = newer >= policy.keepBuilds() || age.compareTo(policy.buildAge()) > 0;
            boolean free = build.finished() && age.compareTo(policy.grace()) > 0 && !needed.contains(build.name());
            assertThat(gone.contains(build.name()))
                    .as("seed %d: %s", seed, build)
                    .isEqualTo(over && free);
        }
        plan.retired()
                .forEach(fate -> assertThat(fate.sharedWith().isPresent())
                        .as("seed %d: shared bytes of %s", seed, fate)
                        .isEqualTo(plan.kept().stream()
                                .anyMatch(stays -> stays.build()
                                        .digest()
                                        .equals(fate.build().digest()))));
    }

    /** Written otherwise than the code under test: by asking every release about its elders. */
    private static Set<BuildName> needed(RetentionPolicy policy, AppFacts facts) {
        Set<BuildName> needed = new HashSet<>(facts.onMachines());
        List<ReleaseFacts> flips = facts.releases().stream()
                .filter(ReleaseFacts::flipped)
                .sorted(Comparator.comparingLong(release -> -release.seq().value()))
                .toList();
        facts.releases().stream()
                .filter(ReleaseFacts::open)
                .map(ReleaseFacts::build)
                .forEach(needed::add);
        flips.stream().findFirst().map(ReleaseFacts::build).ifPresent(needed::add);
        facts.releases().stream()
                .filter(release -> flips.stream()
                        .noneMatch(flip -> flip.seq().value() > release.seq().value()))
                .map(ReleaseFacts::build)
                .forEach(needed::add);
        for (RegionName region : List.of(EU, US, AP)) {
            flips.stream()
                    .filter(flip -> flip.regions().contains(region))
                    .findFirst()
                    .map(ReleaseFacts::build)
                    .ifPresent(needed::add);
        }
        flips.stream()
                .map(ReleaseFacts::build)
                .distinct()
                .limit(policy.rollbackWindow())
                .forEach(needed::add);
        return needed;
    }

    private static AppFacts world(Random random) {
        int builds = random.nextInt(20);
        List<BuildFacts> facts = new ArrayList<>();
        for (int id = builds; id >= 1; id--) {
            // Some in the wrong order, some of the same bytes.
            Duration age = Duration.ofHours(random.nextInt(24 * 70));
            facts.add(new BuildFacts(
                    new BuildName("web-" + id),
                    digest(random.nextInt(1 + builds)),
                    1,
                    NOW.minus(age),
                    random.nextInt(8) > 0));
        }
        List<ReleaseFacts> releases = new ArrayList<>();
        int count = builds == 0 ? 0 : random.nextInt(10);
        for (int seq = count; seq >= 1; seq--) {
            Set<RegionName> regions =
                    Stream.of(EU, US, AP).filter(region -> random.nextBoolean()).collect(Collectors.toSet());
            releases.add(new ReleaseFacts(
                    new Seq(seq),
                    new BuildName("web-" + (1 + random.nextInt(builds))),
                    random.nextInt(6) == 0,
                    random.nextInt(4) > 0,
                    regions));
        }
        Set<BuildName> onMachines = new HashSet<>();
        while (builds > 0 && random.nextInt(3) == 0) {
            onMachines.add(new BuildName("web-" + (1 + random.nextInt(builds))));
        }
        return new AppFacts(WEB, facts, releases, onMachines);
    }

    // ---- the policy

    @Test
    void aPolicyThatContradictsItselfIsRefusedByTheNameOfItsKey() {
        assertThatIllegalArgumentException().isThrownBy(() -> policy(0, 30, 1)).withMessageContaining("keep_builds");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> policy(1, 30, 0))
                .withMessageContaining("rollback_window");
        assertThatIllegalArgumentException().isThrownBy(() -> policy(1, -1, 1)).withMessageContaining("build_age");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new RetentionPolicy(1, Duration.ZERO, Duration.ofDays(1), Duration.ofDays(2), 1, Duration.ZERO))
                .withMessageContaining("log_age");
    }

    @Test
    void nothingOfAJobGoesWithinTheGrace() {
        RetentionPolicy policy =
                new RetentionPolicy(1, Duration.ZERO, Duration.ofHours(1), Duration.ZERO, 1, Duration.ofHours(2));

        assertThat(policy.dropsLog(NOW.minus(Duration.ofHours(2)), NOW)).isFalse();
        assertThat(policy.dropsJob(NOW.minus(Duration.ofHours(2)), NOW)).isFalse();
        assertThat(policy.dropsLog(NOW.minus(Duration.ofHours(3)), NOW)).isTrue();
        assertThat(policy.dropsJob(NOW.minus(Duration.ofHours(3)), NOW)).isTrue();
    }

    // ---- verbs

    private static RetentionPlan plan(RetentionPolicy policy, List<BuildFacts> builds, List<ReleaseFacts> releases) {
        return RetentionPlan.of(policy, NOW, new AppFacts(WEB, builds, releases, Set.of()));
    }

    private static RetentionPolicy policy(int keep, int days, int window) {
        return new RetentionPolicy(
                keep, Duration.ofDays(days), Duration.ofDays(90), Duration.ofDays(30), window, Duration.ofHours(12));
    }

    private static BuildFacts build(int id, int days) {
        return new BuildFacts(new BuildName("web-" + id), digest(id), 1, NOW.minus(Duration.ofDays(days)), true);
    }

    private static ReleaseFacts flipped(int seq, int build, RegionName... regions) {
        return new ReleaseFacts(new Seq(seq), new BuildName("web-" + build), false, true, Set.of(regions));
    }

    private static Digest digest(int n) {
        return new Digest("%064x".formatted(n));
    }

    private static Map<String, Reason> reasons(RetentionPlan plan) {
        return plan.kept().stream()
                .collect(Collectors.toMap(fate -> fate.build().name().value(), Keep::reason));
    }

    private static Map<String, Cause> causes(RetentionPlan plan) {
        return plan.retired().stream()
                .collect(Collectors.toMap(fate -> fate.build().name().value(), Retire::cause));
    }
}
