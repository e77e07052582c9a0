package dev.shoal.activities.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.activities.control.ReplicationActivitiesImpl;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.activities.jobs.PostgresBuildStore;
import dev.shoal.activities.jobs.PostgresExtension;
import dev.shoal.activities.jobs.PostgresJobStore;
import dev.shoal.dev.chaos.Faults;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.HostId;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.Replica;
import dev.shoal.model.gate.ReplicaStatus;
import dev.shoal.model.gate.ReplicationMode;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.Lease;
import dev.shoal.workflows.ReplicationActivities;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ActivityFailure;
import io.temporal.failure.ApplicationFailure;
import io.temporal.testing.TestActivityEnvironment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/** The activities on a real Postgres and real S3 servers; the test is the provider that replicates. */
class ReplicationTest {
    @RegisterExtension
    static final S3Cluster CLUSTER = new S3Cluster();

    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    private static final RegionName HOME = S3Cluster.EU;
    private static final RegionName AWAY = S3Cluster.US;
    private static final Duration DEADLINE = Duration.ofMinutes(20);

    @TempDir
    Path directory;

    private final ExecutorService pool = Executors.newCachedThreadPool();
    private final TestActivityEnvironment temporal = TestActivityEnvironment.newInstance();
    private Duration later = Duration.ZERO;
    private PostgresBuildStore builds;
    private ReplicationActivities activities;
    private Artifact artifact;
    private BuildName build;
    private PostgresJobStore jobs;
    private Lease lease;
    private byte[] bytes;

    @BeforeEach
    void recordBuild() throws IOException {
        builds = new PostgresBuildStore(POSTGRES.database());
        jobs = new PostgresJobStore(POSTGRES.database());
        S3ArtifactStore artifacts = new S3ArtifactStore(
                CLUSTER.regions(), HOME, pool, new TransferSettings(5 << 20, 2), new Random(1), Clock.systemUTC());
        bytes = new byte[6 << 20];
        new Random(9).nextBytes(bytes);
        jobs.submit(
                new JobRequest(new AppName("web"), new JobSource.Directory("/src"), 100, false, List.of()),
                Optional.empty(),
                "ann");
        Job job = jobs.claim("ticket", new HostId("h1")).orElseThrow();
        lease = new Lease(job.id(), job.attempt());
        artifact = artifacts.upload(Files.write(directory.resolve("a"), bytes), lease, UploadProgress.none());
        build = builds.record(lease, job.name(), artifact, Activation.ofFile("a"), List.of(HOME, AWAY))
                .orElseThrow()
                .name();
        serve(jobs, artifacts);
        CLUSTER.calls().forget();
    }

    private void serve(JobStore jobs, S3ArtifactStore artifacts) {
        java.time.InstantSource clock = () -> java.time.Instant.now().plus(later);
        temporal.registerActivitiesImplementations(new ReplicationActivitiesImpl(
                builds,
                jobs,
                artifacts,
                new S3ProvenanceStore(CLUSTER.regions()),
                new ReplicationActivitiesImpl.Settings(HOME, Map.of(AWAY, DEADLINE), Duration.ofSeconds(1)),
                clock.withZone(java.time.ZoneOffset.UTC)));
        activities = temporal.newActivityStub(
                ReplicationActivities.class,
                ActivityOptions.newBuilder()
                        .setScheduleToCloseTimeout(Duration.ofMinutes(5))
                        .setRetryOptions(
                                RetryOptions.newBuilder().setMaximumAttempts(1).build())
                        .build());
    }

    @AfterEach
    void stop() {
        temporal.close();
        pool.shutdownNow();
    }

    private Replica replica(RegionName region) {
        return builds.find(build).orElseThrow().replicas().stream()
                .filter(r -> r.region().equals(region))
                .findFirst()
                .orElseThrow();
    }

    private void assertNotYet(Runnable step, String reason) {
        assertThatThrownBy(step::run)
                .isInstanceOf(ActivityFailure.class)
                .cause()
                .isInstanceOfSatisfying(ApplicationFailure.class, failure -> {
                    assertThat(failure.getType()).isEqualTo("NotYet");
                    assertThat(failure.getOriginalMessage()).contains(reason);
                });
    }

    /** What a provider does after a while: the same object with the same metadata, in its own way. */
    private void providerCopies(byte[] copied) {
        S3Bucket region = CLUSTER.regions().bucket(AWAY);
        region.put(artifact.key(), copied, ArtifactObjects.metadata(artifact));
        region.put(
                artifact.metainfoKey(),
                CLUSTER.regions().bucket(HOME).get(artifact.metainfoKey()).orElseThrow(),
                Map.of());
    }

    @Test
    void aProviderThatReplicatesIsWaitedForAndVerified() {
        assertNotYet(() -> activities.replicate(build, AWAY), "no object, the provider says nothing");
        Replica waiting = replica(AWAY);
        assertThat(waiting.status()).isEqualTo(ReplicaStatus.PENDING);
        assertThat(waiting.mode()).contains(ReplicationMode.MANAGED);
        assertThat(waiting.reason().orElseThrow()).contains("no object");

        providerCopies(bytes);
        CLUSTER.calls().forget();
        activities.replicate(build, AWAY);
        activities.awaitReplication(build, AWAY);

        Replica complete = replica(AWAY);
        assertThat(complete.status()).isEqualTo(ReplicaStatus.COMPLETE);
        assertThat(complete.mode()).contains(ReplicationMode.MANAGED);
        assertThat(complete.evidence().orElseThrow().checkedRanges()).isNotEmpty();
        assertThat(complete.since()).isAfter(waiting.since());
        assertThat(CLUSTER.calls().of(UploadPartRequest.class)).isEmpty();
    }

    @Test
    void aProviderThatIsLatePastTheDeadlineIsNotWaitedForAnyMore() {
        later = DEADLINE.minusSeconds(30);
        assertNotYet(() -> activities.replicate(build, AWAY), "no object");

        later = DEADLINE.plusSeconds(30);
        activities.replicate(build, AWAY);
        activities.awaitReplication(build, AWAY);

        assertThat(replica(AWAY).status()).isEqualTo(ReplicaStatus.COMPLETE);
        assertThat(replica(AWAY).mode()).contains(ReplicationMode.COPY);
    }

    @Test
    void aProviderThatSaysFailedIsReplacedAtOnce() {
        CLUSTER.calls()
                .lieInHead(head -> head.toBuilder().replicationStatus("FAILED").build());

        activities.replicate(build, AWAY);
        activities.awaitReplication(build, AWAY);

        assertThat(replica(AWAY).mode()).contains(ReplicationMode.COPY);
        assertThat(CLUSTER.calls().of(UploadPartRequest.class)).isNotEmpty();
    }

    @Test
    void aProviderThatReplicatesWrongBytesDoesNotPassAndIsReplaced() throws Exception {
        byte[] wrong = bytes.clone();
        wrong[bytes.length - 1] ^= 1;
        providerCopies(wrong);
        assertThatThrownBy(() -> activities.awaitReplication(build, AWAY))
                .cause()
                .isInstanceOfSatisfying(
                        ApplicationFailure.class,
                        bad -> assertThat(bad.getType()).isEqualTo(FailureTypes.REPLICA_BAD));

        activities.replicate(build, AWAY);
        activities.awaitReplication(build, AWAY);

        assertThat(Files.readAllBytes(CLUSTER.file(AWAY, artifact.key()))).isEqualTo(bytes);
        assertThat(replica(AWAY).mode()).contains(ReplicationMode.COPY);
    }

    @Test
    void bytesThatRotAtHomeAfterTheyWereVerifiedFailTheCopyAtOnceAndTheHomeReplicaWithIt() throws Exception {
        activities.awaitReplication(build, HOME);
        assertThat(replica(HOME).status()).isEqualTo(ReplicaStatus.COMPLETE);
        rot(artifact.key(), 3 << 20);
        later = DEADLINE.plusSeconds(1);

        assertThatThrownBy(() -> activities.replicate(build, AWAY))
                .cause()
                .isInstanceOfSatisfying(ApplicationFailure.class, bad -> {
                    assertThat(bad.getType()).isEqualTo(FailureTypes.HOME_BAD);
                    assertThat(bad.isNonRetryable()).isTrue();
                });

        assertThat(replica(HOME).status()).isEqualTo(ReplicaStatus.FAILED);
        assertThat(replica(HOME).evidence()).isEmpty();
        assertThat(replica(HOME).reason().orElseThrow()).contains("has other bytes than its metainfo says");
        assertThat(replica(AWAY).status()).isNotEqualTo(ReplicaStatus.COMPLETE);
    }

    @Test
    void bytesThatAreRottenAtHomeNeverPassTheGate() throws Exception {
        rot(artifact.key(), bytes.length - 1);

        assertThatThrownBy(() -> activities.awaitReplication(build, HOME))
                .cause()
                .isInstanceOfSatisfying(
                        ApplicationFailure.class,
                        bad -> assertThat(bad.getType()).isEqualTo(FailureTypes.HOME_BAD));
        assertThat(replica(HOME).status()).isEqualTo(ReplicaStatus.FAILED);
    }

    @Test
    void whatIsGoneFromHomeIsWaitedForTenMinutesAndNotSixHours() {
        CLUSTER.regions().bucket(HOME).delete(artifact.key());
        assertNotYet(() -> activities.awaitReplication(build, HOME), "no object");

        later = Duration.ofMinutes(11);
        assertThatThrownBy(() -> activities.awaitReplication(build, HOME))
                .cause()
                .isInstanceOfSatisfying(ApplicationFailure.class, bad -> {
                    assertThat(bad.getType()).isEqualTo(FailureTypes.HOME_BAD);
                    assertThat(bad.getOriginalMessage()).contains("no object in the home region");
                });
    }

    @Test
    void aRegionWhoseJobWentOnWithoutItHasTheBuildAllTheSame() {
        assertThat(jobs.succeed(lease)).isTrue();
        later = DEADLINE.plusSeconds(1);

        activities.replicate(build, AWAY);
        activities.awaitReplication(build, AWAY);

        assertThat(replica(AWAY).status()).isEqualTo(ReplicaStatus.COMPLETE);
    }

    @Test
    void aRegionOfAJobThatFailedIsNotCopiedTo() {
        assertThat(jobs.fail(lease, "elsewhere", Optional.empty())).isTrue();

        assertThatThrownBy(() -> activities.replicate(build, AWAY))
                .cause()
                .isInstanceOfSatisfying(
                        ApplicationFailure.class,
                        lost -> assertThat(lost.getType()).isEqualTo(FailureTypes.OWNERSHIP_LOST));
    }

    /** One bit of what lies in the home region, in place. */
    private void rot(String key, int offset) throws IOException {
        try (FileChannel file = FileChannel.open(CLUSTER.file(HOME, key), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(new byte[] {(byte) (bytes[offset] ^ 1)}), offset);
        }
    }

    @Test
    void aRegionThatIsAwayHoldsNobodyAndSaysSinceWhenWhileTheOthersComplete() {
        later = DEADLINE.plusSeconds(1);
        CLUSTER.chaos(AWAY).play(Faults.refusal());

        assertNotYet(() -> activities.replicate(build, AWAY), "S3 of region us has been away since");
        activities.awaitReplication(build, HOME);

        assertThat(replica(HOME).status()).isEqualTo(ReplicaStatus.COMPLETE);
        assertThat(replica(AWAY).status()).isEqualTo(ReplicaStatus.PENDING);
        assertThat(replica(AWAY).reason().orElseThrow()).contains("away since");
        assertNotYet(() -> activities.awaitReplication(build, AWAY), "away since");
    }
}
