package dev.shoal.activities.jobs;

import static dev.shoal.activities.jobs.Samples.ACTIVATION;
import static dev.shoal.activities.jobs.Samples.AP;
import static dev.shoal.activities.jobs.Samples.ARTIFACT;
import static dev.shoal.activities.jobs.Samples.EU;
import static dev.shoal.activities.jobs.Samples.EVIDENCE;
import static dev.shoal.activities.jobs.Samples.HOST_A;
import static dev.shoal.activities.jobs.Samples.HOST_B;
import static dev.shoal.activities.jobs.Samples.MAIL;
import static dev.shoal.activities.jobs.Samples.US;
import static dev.shoal.activities.jobs.Samples.WEB;
import static dev.shoal.activities.jobs.Samples.lease;
import static dev.shoal.activities.jobs.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.InfoHash;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.BuildStatus;
import dev.shoal.model.gate.Replica;
import dev.shoal.model.gate.ReplicaStatus;
import dev.shoal.model.gate.ReplicationMode;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobStage;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link BuildStore} does. */
public abstract class BuildStoreContract {
    /** Empty, and of the same database as {@link #jobs()}. */
    protected abstract BuildStore builds();

    protected abstract JobStore jobs();

    @Test
    void aBuildIsRecordedWithAPendingReplicaARegion() {
        Job job = running(WEB);

        Build build = builds().record(lease(job), WEB, ARTIFACT, ACTIVATION, List.of(US, EU))
                .orElseThrow();

        assertThat(build.name()).isEqualTo(new BuildName("web-" + job.id()));
        assertThat(build.app()).isEqualTo(WEB);
        assertThat(build.job()).isEqualTo(job.id());
        assertThat(build.artifact()).isEqualTo(ARTIFACT);
        assertThat(build.activation()).isEqualTo(ACTIVATION);
        assertThat(build.status()).isEqualTo(BuildStatus.REPLICATING);
        assertThat(build.replicas()).extracting(Replica::region).containsExactly(EU, US);
        assertThat(build.replicas()).allSatisfy(replica -> {
            assertThat(replica.status()).isEqualTo(ReplicaStatus.PENDING);
            assertThat(replica.evidence()).isEmpty();
        });
        assertThat(builds().find(build.name())).contains(build);
        Job after = jobs().find(job.id()).orElseThrow();
        assertThat(after.build()).contains(build.name());
        assertThat(after.stage()).isEqualTo(JobStage.REPLICATING);
    }

    @Test
    void theFirstProvenanceOfABuildStaysAsItWasSigned() {
        Job job = running(WEB);
        Build build = builds().record(lease(job), WEB, ARTIFACT, ACTIVATION, List.of(EU))
                .orElseThrow();
        assertThat(builds().provenance(build.name())).isEmpty();

        assertThat(builds().attest(build.name(), "{\"b\":1,  \"a\":2}")).contains("{\"b\":1,  \"a\":2}");
        assertThat(builds().attest(build.name(), "{}")).contains("{\"b\":1,  \"a\":2}");

        assertThat(builds().provenance(build.name())).contains("{\"b\":1,  \"a\":2}");
        assertThat(builds().attest(new BuildName("none-1"), "{}")).isEmpty();
    }

    @Test
    void theSameRecordAgainReturnsTheBuildThatIsThereAlsoFromALaterAttempt() {
        Job job = running(WEB);
        Build first = builds().record(lease(job), WEB, ARTIFACT, ACTIVATION, List.of(EU, US))
                .orElseThrow();
        builds().complete(first.name(), EU, EVIDENCE);
        Build replicated = builds().find(first.name()).orElseThrow();
        Artifact other = new Artifact(new Digest("00".repeat(32)), 1, new InfoHash("00".repeat(20)), 1 << 20);

        assertThat(builds().record(lease(job), WEB, ARTIFACT, ACTIVATION, List.of(EU, US)))
                .contains(replicated);
        Job again = jobs().reclaim(lease(job), "t-" + job.id(), HOST_B).orElseThrow();
        assertThat(builds().record(lease(again), WEB, other, ACTIVATION, List.of(EU)))
                .contains(replicated);
    }

    @Test
    void anOldAttemptRecordsNothing() {
        Job old = running(WEB);
        jobs().reclaim(lease(old), "t-" + old.id(), HOST_B);

        assertThat(builds().record(lease(old), WEB, ARTIFACT, ACTIVATION, List.of(EU)))
                .isEmpty();
        assertThat(builds().list(Optional.empty(), 10)).isEmpty();
        assertThat(jobs().find(old.id()).orElseThrow().build()).isEmpty();
    }

    @Test
    void aBuildIsReplicatedOnceEveryRegionHasEvidence() {
        BuildName build = recorded(WEB, EU, US);

        Replica eu = builds().complete(build, EU, EVIDENCE);
        assertThat(builds().find(build).orElseThrow().status()).isEqualTo(BuildStatus.REPLICATING);
        builds().complete(build, US, EVIDENCE);

        assertThat(eu.status()).isEqualTo(ReplicaStatus.COMPLETE);
        assertThat(eu.evidence()).contains(EVIDENCE);
        assertThat(eu.bytes()).isEqualTo(EVIDENCE.size());
        assertThat(builds().find(build).orElseThrow().status()).isEqualTo(BuildStatus.REPLICATED);
    }

    @Test
    void aCompleteReplicaStaysAsItIs() {
        BuildName build = recorded(WEB, EU);
        Replica complete = builds().complete(build, EU, EVIDENCE);

        builds().progress(build, EU, 1);
        builds().failed(build, EU, "late");
        Replica again = builds().complete(build, EU, Samples.evidence("other", 1));

        assertThat(again).isEqualTo(complete);
        assertThat(replica(build, EU)).isEqualTo(complete);
        assertThat(builds().find(build).orElseThrow().status()).isEqualTo(BuildStatus.REPLICATED);
    }

    @Test
    void saysSinceWhenARegionIsAsItIsAndWhatItWaitsFor() {
        BuildName build = recorded(WEB, EU, US);
        Replica pending = replica(build, US);
        assertThat(pending.mode()).isEmpty();

        builds().waiting(build, US, ReplicationMode.MANAGED, "the provider has not begun");
        Replica waiting = replica(build, US);
        assertThat(waiting.status()).isEqualTo(ReplicaStatus.PENDING);
        assertThat(waiting.since()).isEqualTo(pending.since());
        assertThat(waiting.mode()).contains(ReplicationMode.MANAGED);
        assertThat(waiting.reason()).contains("the provider has not begun");

        builds().progress(build, US, 1);
        Replica copying = replica(build, US);
        builds().progress(build, US, 2);
        Replica further = replica(build, US);
        assertThat(copying.since()).isAfter(pending.since());
        assertThat(further.since()).isEqualTo(copying.since());
        assertThat(further.mode()).contains(ReplicationMode.COPY);
        assertThat(further.reason()).isEmpty();

        builds().failed(build, US, "away for hours");
        Replica failed = replica(build, US);
        builds().waiting(build, US, ReplicationMode.COPY, "away");
        Replica again = replica(build, US);
        assertThat(failed.since()).isAfter(further.since());
        assertThat(again.status()).isEqualTo(ReplicaStatus.PENDING);
        assertThat(again.since()).isAfter(failed.since());

        builds().complete(build, US, EVIDENCE);
        builds().waiting(build, US, ReplicationMode.COPY, "late");
        assertThat(replica(build, US).status()).isEqualTo(ReplicaStatus.COMPLETE);
        assertThat(replica(build, US).reason()).isEmpty();
    }

    @Test
    void progressCountsBytesAndEndsAFailureThatIsTriedAgain() {
        BuildName build = recorded(WEB, EU, US);
        builds().failed(build, US, "no\0 route");
        assertThat(replica(build, US).status()).isEqualTo(ReplicaStatus.FAILED);
        assertThat(replica(build, US).reason().orElseThrow()).endsWith(" route");
        assertThat(builds().find(build).orElseThrow().status()).isEqualTo(BuildStatus.FAILED);

        builds().progress(build, US, 4_000_000_000L);

        assertThat(replica(build, US).status()).isEqualTo(ReplicaStatus.IN_PROGRESS);
        assertThat(replica(build, US).bytes()).isEqualTo(4_000_000_000L);
        assertThat(replica(build, US).reason()).isEmpty();
        assertThat(replica(build, EU).status()).isEqualTo(ReplicaStatus.PENDING);
        assertThat(builds().find(build).orElseThrow().status()).isEqualTo(BuildStatus.REPLICATING);
    }

    @Test
    void aReplicaThatWasNeverWantedIsTheCallersMistake() {
        BuildName build = recorded(WEB, EU);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builds().complete(build, AP, EVIDENCE))
                .withMessageContaining("ap");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builds().complete(new BuildName("web-999"), EU, EVIDENCE))
                .withMessageContaining("web-999");
    }

    @Test
    void listsNewestFirstByAppWithReplicas() {
        BuildName web1 = recorded(WEB, EU);
        BuildName mail = recorded(MAIL, EU, US);
        BuildName web2 = recorded(WEB, AP);

        assertThat(builds().list(Optional.empty(), 10)).extracting(Build::name).containsExactly(web2, mail, web1);
        assertThat(builds().list(Optional.of(WEB), 10)).extracting(Build::name).containsExactly(web2, web1);
        assertThat(builds().list(Optional.empty(), 2))
                .extracting(b -> b.replicas().stream().map(Replica::region).toList())
                .containsExactly(List.of(AP), List.of(EU, US));
        assertThat(builds().find(new BuildName("web-999"))).isEmpty();
    }

    private Job running(AppName app) {
        JobStore.Submission submission = jobs().submit(request(app, 100), Optional.empty(), "ann");
        Job queued = ((JobStore.Submission.Accepted) submission).job();
        return jobs().claim("t-" + queued.id(), HOST_A).orElseThrow();
    }

    private BuildName recorded(AppName app, RegionName... regions) {
        return builds().record(lease(running(app)), app, ARTIFACT, ACTIVATION, List.of(regions))
                .orElseThrow()
                .name();
    }

    private Replica replica(BuildName build, RegionName region) {
        return builds().find(build).orElseThrow().replicas().stream()
                .filter(r -> r.region().equals(region))
                .findFirst()
                .orElseThrow();
    }
}
