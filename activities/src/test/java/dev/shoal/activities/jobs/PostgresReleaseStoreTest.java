package dev.shoal.activities.jobs;

import static dev.shoal.activities.jobs.PostgresJobStoreTest.inParallel;
import static dev.shoal.activities.jobs.Samples.EU;
import static dev.shoal.activities.jobs.Samples.US;
import static dev.shoal.activities.jobs.Samples.WEB;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.activities.jobs.ReleaseStore.Creation;
import dev.shoal.model.BuildName;
import dev.shoal.model.Release;
import dev.shoal.model.Seq;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The kit on a real Postgres, and releases at the same time. */
@Timeout(60)
final class PostgresReleaseStoreTest extends ReleaseStoreContract {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    @Override
    ReleaseStore releases() {
        return new PostgresReleaseStore(POSTGRES.database());
    }

    @Override
    protected BuildStore builds() {
        return new PostgresBuildStore(POSTGRES.database());
    }

    @Override
    protected JobStore jobs() {
        return new PostgresJobStore(POSTGRES.database());
    }

    @Test
    void releasesAtTheSameTimeGetSeqsWithoutDoublesOrGapsInTheOrderOfTheirIds() throws Exception {
        BuildName build = replicated(WEB, EU, US);

        inParallel(32, i -> create(build));

        List<Release> oldestFirst = releases().list(Optional.empty(), 100).stream()
                .sorted(Comparator.comparing(Release::id))
                .toList();
        assertThat(oldestFirst)
                .extracting(Release::seq)
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, 32).mapToObj(Seq::new).toList());
    }

    @Test
    void oneKeyUsedManyTimesAtOnceMakesOneReleaseAndOneSeq() throws Exception {
        BuildName build = replicated(WEB, EU);

        List<Creation> answers = inParallel(16, i -> releases().create(keyed(build, "ann", "key")));

        assertThat(answers).filteredOn(Creation.Created.class::isInstance).hasSize(1);
        assertThat(answers).filteredOn(Creation.Duplicate.class::isInstance).hasSize(15);
        assertThat(create(build).seq()).isEqualTo(new Seq(2));
    }

    @Test
    void aReleaseAndACopyToAnotherRegionAtTheSameTimeDoNotDeadlock() throws Exception {
        BuildName build = replicated(WEB, EU);
        POSTGRES.execute(
                "INSERT INTO build_replicas (build_name, region, status) VALUES ('" + build + "', 'us', 'PENDING')");

        inParallel(8, i -> {
            for (int round = 0; round < 100; round++) {
                if (i % 2 == 0) {
                    created(releases().create(wanted(build, EU)));
                } else {
                    builds().progress(build, US, round);
                }
            }
            return i;
        });

        assertThat(releases().newest(WEB).orElseThrow().seq()).isEqualTo(new Seq(400));
    }
}
