package dev.shoal.activities.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.activities.jobs.BuildStore;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.PostgresBuildStore;
import dev.shoal.activities.jobs.PostgresExtension;
import dev.shoal.activities.jobs.PostgresJobStore;
import dev.shoal.activities.jobs.PostgresObjectClaims;
import dev.shoal.activities.jobs.PostgresRetentionStore;
import dev.shoal.activities.jobs.RetentionStore;
import dev.shoal.activities.jobs.RetentionWorld;
import dev.shoal.activities.retention.Retention;
import dev.shoal.activities.retention.RetentionFigures;
import dev.shoal.dev.chaos.Faults;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.retention.RetentionPolicy;
import dev.shoal.workflows.Lease;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Whole rounds, against a real Postgres and real S3 servers. */
@Timeout(180)
class RetentionTest {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    @RegisterExtension
    static final S3Cluster CLUSTER = new S3Cluster();

    private static final RegionName EU = S3Cluster.EU;
    private static final RegionName US = S3Cluster.US;
    private static final RetentionPolicy POLICY = new RetentionPolicy(
            2, Duration.ofDays(30), Duration.ofDays(60), Duration.ofDays(10), 1, Duration.ofHours(1));

    private final RetentionWorld world = new RetentionWorld(POSTGRES, List.of(EU, US));
    private final RetentionFigures figures = new RetentionFigures();
    private int digests;

    @TempDir
    Path directory;

    @Test
    void whatThePolicyNoLongerKeepsGoesFromEveryRegionAndNothingElseDoes() {
        Past past = past("web");

        assertThat(round(Clock.systemUTC())).isTrue();

        assertGone(past);
        List<String> audit = audit();
        assertThat(audit).contains("retention.retire", "retention.logs", "retention.jobs", "retention.delete");
        assertThat(figures.toPrometheus(store().state()))
                .contains("shoal_retention_enabled 1")
                .contains("shoal_retention_deleted_objects_total 16")
                .contains("shoal_retention_retired_builds_total 2")
                .doesNotContain("shoal_retention_pending_prefixes{");

        assertThat(round(Clock.systemUTC())).isTrue();

        assertGone(past);
        assertThat(audit()).as("a second round finds nothing to do").isEqualTo(audit);
    }

    @Test
    void killedBeforeAnyStepWhichIsAfterTheOneBeforeItARoundIsMadeUpForByTheNext() {
        AtomicInteger calls = new AtomicInteger();
        past("count");
        retention(
                        dying(RetentionStore.class, store(), calls, Integer.MAX_VALUE),
                        dying(StoredObjects.class, objects(), calls, Integer.MAX_VALUE))
                .round();
        int steps = calls.get();
        assertThat(steps).isGreaterThan(15);

        for (int step = 1; step <= steps; step++) {
            POSTGRES.execute("TRUNCATE jobs, builds, build_replicas, apps, releases");
            Past past = past("a" + step);
            AtomicInteger until = new AtomicInteger();
            Retention doomed = retention(
                    dying(RetentionStore.class, store(), until, step),
                    dying(StoredObjects.class, objects(), until, step));
            try {
                doomed.round();
            } catch (Killed expected) {
                assertThat(until.get()).isGreaterThanOrEqualTo(step);
            }
            assertKept(past);
            world.leasesEnd();

            assertThat(round(Clock.systemUTC())).isTrue();

            assertGone(past);
        }
    }

    @Test
    void aRegionThatIsAwayDelaysOnlyItsOwnObjects() {
        Past past = past("web");
        CLUSTER.chaos(US).play(Faults.refusal());

        assertThat(round(Clock.systemUTC())).isTrue();

        assertThat(CLUSTER.keys(EU)).noneMatch(past::isGone);
        assertThat(store().state().pending()).extracting(each -> each.region()).containsExactly(US);
        assertThat(store().state().lastRound()).isPresent();
        assertThat(figures.failures()).isEqualTo(1);

        CLUSTER.chaos(US).play(Faults.NONE);
        assertThat(CLUSTER.keys(US)).anyMatch(past::isGone);
        world.leasesEnd();
        round(Clock.systemUTC());

        assertGone(past);
        assertThat(store().state().pending()).isEmpty();
    }

    @Test
    void anArtifactThatNothingRefersToGoesOnceItIsOlderThanTheGrace() {
        Past past = past("web");
        Digest orphan = digest();
        put(orphan, "web-9999");
        CLUSTER.regions().bucket(EU).put("sources/" + digest(), new byte[3], Map.of());

        round(Clock.systemUTC());
        assertThat(CLUSTER.keys(EU)).anyMatch(key -> key.contains(orphan.value()));

        // What every object's time says is two days ago by this clock, the kept builds' as well.
        Clock later = Clock.offset(Clock.systemUTC(), Duration.ofDays(2));
        round(later);
        POSTGRES.execute("UPDATE sources SET used_at = used_at - interval '2 days'");
        round(later);

        assertThat(CLUSTER.keys(EU)).noneMatch(key -> key.contains(orphan.value()) || key.startsWith("sources/"));
        assertThat(CLUSTER.keys(US)).noneMatch(key -> key.contains(orphan.value()));
        assertGone(past);
    }

    @Test
    void theSameBytesAgainWhileTheyAreBeingDeletedAreThereWhenTheirBuildIsRecorded() throws Exception {
        JobStore jobs = new PostgresJobStore(POSTGRES.database());
        BuildStore builds = new PostgresBuildStore(POSTGRES.database());
        AppName app = new AppName("again");
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            S3ArtifactStore uploads =
                    new S3ArtifactStore(CLUSTER.regions(), EU, threads, new PostgresObjectClaims(POSTGRES.database()));
            for (int i = 0; i < 15; i++) {
                Path file = Files.write(directory.resolve("artifact-" + i), ArtifactStoreContract.bytes(50_000, i));
                Lease first = running(jobs, app);
                Artifact artifact = uploads.upload(file, first, UploadProgress.none());
                jobs.fail(first, "of an app of the past", Optional.empty());
                world.build("old" + i, artifact.digest(), Duration.ofDays(40));
                Lease second = running(jobs, app);
                CountDownLatch start = new CountDownLatch(1);

                Future<?> deleting = threads.submit(() -> {
                    start.await();
                    return round(Clock.systemUTC());
                });
                start.countDown();
                uploads.upload(file, second, UploadProgress.none());
                builds.record(second, app, artifact, Activation.ofFile("web.jar"), List.of(EU))
                        .orElseThrow();
                deleting.get();

                round(Clock.systemUTC());
                assertThat(uploads.check(artifact, EU)).as("round %d", i).isInstanceOf(GateCheck.Verified.class);
                jobs.succeed(second);
                assertThat(world.texts(
                                "SELECT build_name FROM builds WHERE retired_at IS NOT NULL AND app = 'old" + i + "'"))
                        .hasSize(1);
            }
        }
    }

    @Test
    void anUploadWithoutAnAttemptThatOwnsItsJobIsRefused() throws Exception {
        Path file = Files.write(directory.resolve("artifact"), new byte[10]);
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            S3ArtifactStore uploads =
                    new S3ArtifactStore(CLUSTER.regions(), EU, threads, new PostgresObjectClaims(POSTGRES.database()));

            assertThatThrownBy(() -> uploads.upload(file, new Lease(new JobId(77), 1), UploadProgress.none()))
                    .isInstanceOf(BlobStoreException.class)
                    .hasMessageContaining("the attempt is over");
            assertThat(CLUSTER.keys(EU)).isEmpty();
        }
    }

    // ---- the past: what should stay, and what should go

    /** Of an app: its current build, two that are to go, two new ones, and a job that failed long ago. */
    private record Past(List<BuildName> kept, Map<BuildName, Digest> bytes, List<BuildName> gone, long failedJob) {
        boolean isGone(String key) {
            return gone.stream()
                            .anyMatch(build -> key.contains(bytes.get(build).value())
                                    || key.startsWith("logs/" + build.value().replaceAll(".*-", "") + "/"))
                    || key.startsWith("logs/" + failedJob + "/");
        }
    }

    private Past past(String app) {
        // Ids follow time: what another past has that is younger does not come before this one.
        POSTGRES.execute("UPDATE retention SET log_cursor = (SELECT coalesce(max(id), 0) FROM jobs)");
        long failed = world.job(app, Duration.ofDays(70), "failed");
        CLUSTER.regions().bucket(EU).put("logs/" + failed + "/1/full", new byte[9], Map.of());
        Map<BuildName, Digest> bytes = new LinkedHashMap<>();
        for (int days : new int[] {50, 45, 20, 8, 5}) {
            Digest digest = digest();
            BuildName build = world.build(app, digest, Duration.ofDays(days));
            bytes.put(build, digest);
            put(digest, build.value());
            CLUSTER.regions()
                    .bucket(EU)
                    .put("logs/" + build.value().replaceAll(".*-", "") + "/1/full", new byte[9], Map.of());
        }
        List<BuildName> builds = List.copyOf(bytes.keySet());
        world.release(builds.getFirst(), 1);
        return new Past(
                List.of(builds.get(0), builds.get(3), builds.get(4)),
                bytes,
                List.of(builds.get(1), builds.get(2)),
                failed);
    }

    private void put(Digest digest, String build) {
        for (RegionName region : List.of(EU, US)) {
            for (String suffix : List.of("", ".torrent", "." + build + ".intoto.jsonl")) {
                CLUSTER.regions().bucket(region).put("artifacts/" + digest + suffix, new byte[3], Map.of());
            }
        }
    }

    /** Whatever a round did: what is in use is whole, and what is not retired has its bytes. */
    private void assertKept(Past past) {
        for (RegionName region : List.of(EU, US)) {
            List<String> keys = CLUSTER.keys(region);
            past.bytes().forEach((build, digest) -> {
                if (!world.isRetired(build)) {
                    assertThat(keys).contains("artifacts/" + digest, "artifacts/" + digest + ".torrent");
                }
            });
        }
        assertThat(past.kept()).noneMatch(world::isRetired);
    }

    private void assertGone(Past past) {
        assertKept(past);
        assertThat(past.gone()).allMatch(world::isRetired);
        assertThat(CLUSTER.keys(EU)).noneMatch(past::isGone);
        assertThat(CLUSTER.keys(US)).noneMatch(past::isGone);
        assertThat(world.number("SELECT count(*) FROM jobs WHERE id = " + past.failedJob()))
                .isZero();
    }

    // ---- a round that dies

    private static final class Killed extends Error {
        Killed() {
            super("kill -9");
        }
    }

    /** Dies at a call of either port: this thread does, and every other of the round at its next call. */
    private static <T> T dying(Class<T> port, T real, AtomicInteger calls, int step) {
        return port.cast(Proxy.newProxyInstance(
                port.getClassLoader(), new Class<?>[] {port}, (proxy, method, arguments) -> {
                    boolean counts = !method.getName().equals("regions")
                            && !method.getName().equals("whileHolding");
                    if (counts && calls.incrementAndGet() >= step) {
                        throw new Killed();
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                }));
    }

    // ---- verbs

    private static RetentionStore store() {
        return new PostgresRetentionStore(POSTGRES.database());
    }

    private boolean round(Clock clock) {
        return new Retention(store(), objects(), EU, POLICY, figures, clock).round();
    }

    private Retention retention(RetentionStore store, StoredObjects objects) {
        return new Retention(store, objects, EU, POLICY, figures, Clock.systemUTC());
    }

    private static StoredObjects objects() {
        return new S3StoredObjects(CLUSTER.regions());
    }

    private List<String> audit() {
        return world.texts("SELECT action FROM audit_log ORDER BY id");
    }

    private static Lease running(JobStore jobs, AppName app) {
        JobRequest request =
                new JobRequest(app, new JobSource.Git("https://example.com/x", "main"), 100, false, List.of());
        jobs.submit(request, Optional.empty(), "ann");
        Job job = jobs.claim("t", new HostId("host-a")).orElseThrow();
        return new Lease(job.id(), job.attempt());
    }

    private Digest digest() {
        return new Digest("%064x".formatted(++digests));
    }
}
