package dev.shoal.activities.jobs;

import static dev.shoal.activities.jobs.PostgresJobStoreTest.inParallel;
import static dev.shoal.activities.jobs.Samples.ACTIVATION;
import static dev.shoal.activities.jobs.Samples.ARTIFACT;
import static dev.shoal.activities.jobs.Samples.EVIDENCE;
import static dev.shoal.activities.jobs.Samples.HOST_A;
import static dev.shoal.activities.jobs.Samples.WEB;
import static dev.shoal.activities.jobs.Samples.lease;
import static dev.shoal.activities.jobs.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.BuildStatus;
import dev.shoal.model.job.Job;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The kit on a real Postgres, and regions that finish at once. */
@Timeout(60)
final class PostgresBuildStoreTest extends BuildStoreContract {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    @Override
    protected BuildStore builds() {
        return new PostgresBuildStore(POSTGRES.database());
    }

    @Override
    protected JobStore jobs() {
        return new PostgresJobStore(POSTGRES.database());
    }

    @Test
    void tenRegionsThatCompleteAtOnceLeaveTheColumnReplicated() throws Exception {
        List<RegionName> regions = IntStream.range(0, 10)
                .mapToObj(i -> new RegionName("region-" + i))
                .toList();
        for (int round = 0; round < 5; round++) {
            jobs().submit(request(), Optional.empty(), "ann");
            Job job = jobs().claim("t" + round, HOST_A).orElseThrow();
            BuildName build = builds().record(lease(job), WEB, ARTIFACT, ACTIVATION, regions)
                    .orElseThrow()
                    .name();

            inParallel(10, i -> builds().complete(build, regions.get(i), EVIDENCE));

            assertThat(builds().find(build).orElseThrow().status()).isEqualTo(BuildStatus.REPLICATED);
            assertThat(POSTGRES.text("SELECT status FROM builds WHERE build_name = '" + build + "'"))
                    .isEqualTo("REPLICATED");
        }
    }
}
