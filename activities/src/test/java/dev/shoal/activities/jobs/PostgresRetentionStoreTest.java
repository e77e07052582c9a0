package dev.shoal.activities.jobs;

import static dev.shoal.activities.jobs.Samples.ACTIVATION;
import static dev.shoal.activities.jobs.Samples.EU;
import static dev.shoal.activities.jobs.Samples.HOST_A;
import static dev.shoal.activities.jobs.Samples.US;
import static dev.shoal.activities.jobs.Samples.WEB;
import static dev.shoal.activities.jobs.Samples.lease;
import static dev.shoal.activities.jobs.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.activities.blobs.ArtifactClaims.Answer;
import dev.shoal.activities.blobs.StoredObjects.Removed;
import dev.shoal.activities.jobs.ReleaseStore.Creation;
import dev.shoal.activities.jobs.ReleaseStore.NewRelease;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.InfoHash;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.ReleasePolicy;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.retention.Fate;
import dev.shoal.model.retention.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(120)
final class PostgresRetentionStoreTest {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private static final List<RegionName> REGIONS = List.of(EU, US);
    private static final Digest BYTES = digest(1);
    private static final RetentionPolicy POLICY = new RetentionPolicy(
            2, Duration.ofDays(30), Duration.ofDays(60), Duration.ofDays(10), 1, Duration.ofHours(1));

    private final RetentionWorld world = new RetentionWorld(POSTGRES, REGIONS);

    // ---- builds

    @Test
    void aRetiredBuildIsNoLongerVerifiedAnywhereAndCannotBeReleasedNorRolledBackTo() {
        BuildName old = world.build("web", BYTES, days(40));
        world.release(old, 1);
        BuildName current = world.build("web", digest(2), days(20));
        world.release(current, 2);

        assertThat(retire()).isEqualTo(1);

        assertThat(world.isRetired(old)).isTrue();
        assertThat(builds().find(old).orElseThrow().replicas())
                .allSatisfy(replica -> assertThat(replica.reason()).contains(Retirement.REASON));
        assertThat(releases().create(wanted(old))).isInstanceOf(Creation.Retired.class);
        assertThat(releases().previous(releases().newest(WEB).orElseThrow())).isEmpty();
        assertThat(condemned()).containsExactly("artifacts/" + BYTES + " eu", "artifacts/" + BYTES + " us");
        assertThat(world.texts("SELECT actor || ' ' || action || ' ' || (detail ->> 'builds') FROM audit_log"))
                .containsExactly("retention retention.retire " + old);
        assertThat(retire()).isZero();
    }

    @Test
    void aRollbackWithinTheWindowStaysPossible() {
        BuildName old = world.build("web", BYTES, days(40));
        world.release(old, 1);
        world.release(world.build("web", digest(2), days(20)), 2);
        RetentionPolicy two = new RetentionPolicy(
                2, Duration.ofDays(30), Duration.ofDays(60), Duration.ofDays(10), 2, Duration.ofHours(1));

        assertThat(store().retire(WEB, two, Set.of(), REGIONS)).isZero();
        assertThat(releases()
                        .previous(releases().newest(WEB).orElseThrow())
                        .orElseThrow()
                        .build())
                .isEqualTo(old);
        assertThat(releases().create(wanted(old))).isInstanceOf(Creation.Created.class);
    }

    @Test
    void whatAMachineStillRunsStays() {
        BuildName old = world.build("web", BYTES, days(40));
        world.machine("eu-m1", WEB, old);

        Map<AppName, Set<BuildName>> onMachines = store().onMachines(Duration.ofDays(30));

        assertThat(onMachines.get(WEB)).contains(old);
        assertThat(store().retire(WEB, POLICY, onMachines.getOrDefault(WEB, Set.of()), REGIONS))
                .isZero();
        assertThat(store().plan(WEB, POLICY, onMachines.getOrDefault(WEB, Set.of()))
                        .kept())
                .extracting(Fate.Keep::reason)
                .containsExactly(Fate.Reason.ON_MACHINES);
        POSTGRES.execute("UPDATE machines SET last_seen = last_seen - interval '31 days'");
        assertThat(store().onMachines(Duration.ofDays(30))).isEmpty();
    }

    @Test
    void ofAnArtifactThatAnotherBuildHasOnlyTheProvenanceGoesEvenIfItIsAnotherAppsBuild() {
        BuildName old = world.build("web", BYTES, days(40));
        world.build("mail", BYTES, days(1));

        assertThat(retire()).isEqualTo(1);

        assertThat(condemned())
                .containsExactly(
                        "artifacts/" + BYTES + "." + old + ".intoto.jsonl eu",
                        "artifacts/" + BYTES + "." + old + ".intoto.jsonl us");
    }

    @Test
    void aReleaseAndARetirementAtTheSameTimeNeverBothHappen() throws Exception {
        for (int i = 0; i < 40; i++) {
            AppName app = new AppName("app" + i);
            BuildName old = world.build(app.value(), digest(100 + i), days(40));

            List<Boolean> won = PostgresJobStoreTest.inParallel(
                    2,
                    side -> side == 0
                            ? store().retire(app, POLICY, Set.of(), REGIONS) == 1
                            : releases().create(wanted(old)) instanceof Creation.Created);

            assertThat(won).as("round %d: retired, released", i).containsExactlyInAnyOrder(true, false);
            assertThat(world.isRetired(old)).isEqualTo(won.getFirst());
        }
    }

    // ---- the same bytes again

    @Test
    void bytesThatARunningAttemptHasClaimedStayUntilItEnds() {
        Job job = running();
        BuildName old = world.build("web", BYTES, days(40));
        assertThat(claims().claim(lease(job), BYTES)).isEqualTo(Answer.HELD);

        assertThat(retire()).isEqualTo(1);
        assertThat(condemned()).allMatch(each -> each.contains(old + ".intoto.jsonl"));
        assertThat(store().condemnOrphans(Set.of(BYTES), REGIONS)).isZero();

        assertThat(jobs().fail(lease(job), "failed", Optional.empty())).isTrue();
        assertThat(store().condemnOrphans(Set.of(BYTES), REGIONS)).isEqualTo(1);
        assertThat(condemned()).contains("artifacts/" + BYTES + " eu", "artifacts/" + BYTES + " us");
    }

    @Test
    void aClaimCallsOffWhatHasNotBegunAndWaitsForWhatHas() {
        Job job = running();
        world.build("web", BYTES, days(40));
        retire();
        List<String> taken = store().take(EU, 10);
        assertThat(taken).containsExactly("artifacts/" + BYTES);

        assertThat(claims().claim(lease(job), BYTES)).isEqualTo(Answer.BEING_DELETED);
        assertThat(store().take(US, 10)).as("called off").isEmpty();
        store().done(EU, taken, new Removed(2, 10));

        assertThat(claims().claim(lease(job), BYTES)).isEqualTo(Answer.HELD);
        assertThat(builds().record(lease(job), WEB, artifact(BYTES), ACTIVATION, REGIONS))
                .isPresent();
        assertThat(store().condemnOrphans(Set.of(BYTES), REGIONS)).isZero();
    }

    @Test
    void aClaimWaitsForAKilledMonitorNoLongerThanItsLease() {
        Job job = running();
        world.build("web", BYTES, days(40));
        retire();
        store().take(EU, 10);
        assertThat(claims().claim(lease(job), BYTES)).isEqualTo(Answer.BEING_DELETED);

        world.leasesEnd();

        assertThat(claims().claim(lease(job), BYTES)).isEqualTo(Answer.HELD);
        assertThat(condemned()).isEmpty();
    }

    @Test
    void anAttemptThatIsOverClaimsNothing() {
        Job job = running();
        jobs().requeue(lease(job), "lost");

        assertThat(claims().claim(lease(job), BYTES)).isEqualTo(Answer.LOST);
        assertThat(store().condemnOrphans(Set.of(BYTES), REGIONS)).isEqualTo(1);
    }

    // ---- jobs, logs, sources

    @Test
    void rowsOfOldJobsGoWithTheirRetiredBuildsAndReleasesAndThoseOfKeptBuildsStay() {
        long failed = world.job("web", days(70), "failed");
        BuildName old = world.build("web", BYTES, days(70));
        BuildName current = world.build("web", digest(2), days(65));
        world.release(old, 1);
        world.release(current, 2);
        world.job("web", days(50), "stopped");
        retire();

        RetentionStore.JobBatch deleted = store().deleteJobs(POLICY, 0, EU);

        assertThat(deleted.jobs())
                .extracting(job -> job.value())
                .startsWith(failed)
                .hasSize(2);
        assertThat(deleted.next()).isEmpty();
        assertThat(world.texts("SELECT build_name FROM builds")).containsExactly(current.value());
        assertThat(world.texts("SELECT build_name FROM releases")).containsExactly(current.value());
        assertThat(world.number("SELECT count(*) FROM jobs")).isEqualTo(2);
        assertThat(condemned()).contains("logs/" + failed + "/ eu").doesNotContain("logs/" + failed + "/ us");
        assertThat(store().deleteJobs(POLICY, 0, EU).jobs()).isEmpty();
    }

    @Test
    void logsGoInTheOrderOfTheJobsUpToTheFirstThatIsYoungAndEachOnce() {
        long first = world.job("web", days(20), "success");
        long second = world.job("web", days(15), "failed");
        long young = world.job("web", days(9), "success");

        assertThat(store().oldLogs(POLICY, OptionalLong.empty()).jobs()).hasSize(2);
        assertThat(store().condemnLogs(POLICY, EU).jobs()).hasSize(2);
        assertThat(store().condemnLogs(POLICY, EU).jobs()).isEmpty();

        assertThat(condemned()).containsExactly("logs/" + first + "/ eu", "logs/" + second + "/ eu");
        assertThat(world.number("SELECT log_cursor FROM retention"))
                .isEqualTo(second)
                .isLessThan(young);
    }

    @Test
    void aJobThatTakesForeverHoldsUpTheLogsOfOthersForAWeekOnly() {
        long stuck = world.job("web", days(16), "success");
        long after = world.job("web", days(15), "success");
        POSTGRES.execute("UPDATE jobs SET status = 'queued', stage = 'queued', finished_at = NULL WHERE id = " + stuck);

        assertThat(store().condemnLogs(POLICY, EU).jobs()).isEmpty();
        POSTGRES.execute("UPDATE jobs SET created_at = created_at - interval '2 days' WHERE id = " + stuck);

        assertThat(store().condemnLogs(POLICY, EU).jobs())
                .extracting(job -> job.value())
                .containsExactly(after);
    }

    @Test
    void aSourceGoesOnceNoJobNamesItAndNobodyHasUploadedItLately() {
        Digest used = digest(7);
        Digest unused = digest(8);
        Digest fresh = digest(9);
        JobRequest request = new JobRequest(WEB, new JobSource.Tarball(used), 100, false, List.of());
        jobs().submit(request, Optional.empty(), "ann");
        store().noteSources(Map.of(unused, Instant.now().minus(days(2))));
        POSTGRES.execute("UPDATE sources SET used_at = used_at - interval '2 days'");
        assertThat(claims().claim(fresh)).isTrue();

        assertThat(store().condemnSources(POLICY, EU)).isEqualTo(1);

        assertThat(condemned()).containsExactly("sources/" + unused + " eu");
        jobs().submit(
                        new JobRequest(WEB, new JobSource.Tarball(unused), 100, false, List.of()),
                        Optional.empty(),
                        "ann");
        assertThat(condemned()).as("called off by the job that names it").isEmpty();
    }

    @Test
    void sourcesOfJobsGoAfterTheirJobs() {
        Digest source = digest(7);
        jobs().submit(
                        new JobRequest(WEB, new JobSource.Tarball(source), 100, false, List.of()),
                        Optional.empty(),
                        "ann");
        POSTGRES.execute("""
                UPDATE jobs SET status = 'failed', stage = 'done', created_at = clock_timestamp() - interval '70 days',
                                finished_at = clock_timestamp() - interval '70 days';
                UPDATE sources SET used_at = clock_timestamp() - interval '70 days'""");
        assertThat(store().condemnSources(POLICY, EU)).isZero();

        assertThat(store().deleteJobs(POLICY, 0, EU).jobs()).hasSize(1);

        assertThat(store().condemnSources(POLICY, EU)).isEqualTo(1);
    }

    // ---- rounds

    @Test
    void oneRoundAtATimeWhicheverProcessItIs() {
        List<Boolean> other = new ArrayList<>();
        try (Database process = new Database(POSTGRES.config(1), "another-monitor")) {
            RetentionStore another = new PostgresRetentionStore(process);

            assertThat(store().whileHolding(() -> other.add(another.whileHolding(() -> {}))))
                    .isTrue();

            assertThat(other).containsExactly(false);
            assertThat(another.whileHolding(() -> {})).isTrue();
        }
        assertThat(store().whileHolding(() -> {})).isTrue();
    }

    @Test
    void noStepReadsAllJobsOrAllBuilds() {
        POSTGRES.execute("""
                INSERT INTO jobs (job_name, created_at, status, stage, priority, attempt, source, release, regions, finished_at,
                                  submitted_by, request_hash)
                SELECT 'app' || n % 20, clock_timestamp() - interval '50 days' + n * interval '1 minute', 'success', 'done', 100, 1,
                       '{"type":"git"}', false, '{}', clock_timestamp() - interval '50 days' + n * interval '1 minute', 'a', 'h'
                FROM generate_series(1, 20000) n;
                INSERT INTO builds (build_name, app, job_id, artifact, activation, status, created_at)
                SELECT job_name || '-' || id, job_name, id,
                       jsonb_build_object('digest', lpad(to_hex(id), 64, '0'), 'size', 3), '{}', 'REPLICATED', created_at
                FROM jobs;
                ANALYZE jobs; ANALYZE builds""");
        AppName app = new AppName("app3");
        RetentionPolicy policy = new RetentionPolicy(
                500, Duration.ofDays(49), Duration.ofDays(49), Duration.ofDays(40), 1, Duration.ofHours(1));

        assertThat(scans(RetentionFacts::apps)).isZero();
        assertThat(scans(h -> new Retirement(h).run(app, policy, Set.of(), REGIONS)))
                .isZero();
        assertThat(scans(h -> FinishedJobs.condemnLogs(h, policy, EU))).isZero();
        assertThat(scans(h -> FinishedJobs.delete(h, policy, 0, EU))).isZero();
        assertThat(scans(h -> ObjectDeletions.condemnOrphans(h, Set.of(digest(3), digest(999_999)), REGIONS)))
                .isZero();
        assertThat(scans(RetentionFacts::state)).isZero();
        assertThat(world.texts("SELECT action FROM audit_log ORDER BY id"))
                .as("each found something to do")
                .containsExactly("retention.retire", "retention.logs", "retention.jobs", "retention.orphans");
    }

    /** Sequential scans of the two large tables within the transaction of a step. */
    private static long scans(Database.Work<?> step) {
        return POSTGRES.database().inTransaction("step", h -> {
            long before = scans(h);
            step.in(h);
            return scans(h) - before;
        });
    }

    private static long scans(Handle h) {
        return h.createQuery("SELECT sum(seq_scan) FROM pg_stat_xact_user_tables WHERE relname IN ('jobs', 'builds')")
                .mapTo(Long.class)
                .one();
    }

    // ---- verbs

    private static RetentionStore store() {
        return new PostgresRetentionStore(POSTGRES.database());
    }

    private static PostgresObjectClaims claims() {
        return new PostgresObjectClaims(POSTGRES.database());
    }

    private static JobStore jobs() {
        return new PostgresJobStore(POSTGRES.database());
    }

    private static BuildStore builds() {
        return new PostgresBuildStore(POSTGRES.database());
    }

    private static ReleaseStore releases() {
        return new PostgresReleaseStore(POSTGRES.database());
    }

    private int retire() {
        return store().retire(WEB, POLICY, Set.of(), REGIONS);
    }

    private Job running() {
        jobs().submit(request(), Optional.empty(), "ann");
        return jobs().claim("t1", HOST_A).orElseThrow();
    }

    private List<String> condemned() {
        return world.texts("SELECT prefix || ' ' || region FROM object_deletions ORDER BY 1");
    }

    private static NewRelease wanted(BuildName build) {
        return new NewRelease(
                build, ReleasePolicy.named(Set.copyOf(REGIONS)), Optional.empty(), Optional.empty(), "ann");
    }

    private static Artifact artifact(Digest digest) {
        return new Artifact(digest, 3, new InfoHash("cd".repeat(20)), 1 << 20);
    }

    private static Digest digest(int n) {
        return new Digest("%064x".formatted(n));
    }

    private static Duration days(int days) {
        return Duration.ofDays(days);
    }
}
