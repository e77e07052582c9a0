package dev.shoal.activities.jobs;

import static dev.shoal.activities.jobs.PostgresJobStoreTest.inParallel;
import static dev.shoal.activities.jobs.Samples.EU;
import static dev.shoal.activities.jobs.Samples.WEB;
import static dev.shoal.activities.jobs.Samples.app;
import static dev.shoal.activities.jobs.Samples.report;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.Seq;
import dev.shoal.model.report.AppReport;
import dev.shoal.model.report.AppState;
import dev.shoal.model.report.MachineReport;
import dev.shoal.model.report.ReportBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The kit on a real Postgres, and batches at the same time. */
@Timeout(60)
final class PostgresMachineStoreTest extends MachineStoreContract {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    @Override
    MachineStore machines() {
        return new PostgresMachineStore(POSTGRES.database(), Duration.ofHours(1));
    }

    @Override
    void silence(String machine, Duration since) {
        POSTGRES.execute("UPDATE machines SET last_seen = last_seen - make_interval(secs => " + since.toSeconds()
                + ") WHERE machine_id = '" + machine + "'");
    }

    @Test
    void overlappingBatchesFromManyRegionAgentsDoNotDeadlockAndTheNewestReportsStay() throws Exception {
        int agents = 8;
        int rounds = 6;

        inParallel(agents, agent -> {
            Random random = new Random(agent);
            for (int round = 1; round <= rounds; round++) {
                machines().write(batch(round, random));
            }
            machines().write(batch(rounds + 1, 1.0, random));
            return agent;
        });

        assertThat(POSTGRES.number("SELECT count(*) FROM machines WHERE report_number = " + (rounds + 1)))
                .isEqualTo(ReportBatch.MAX_REPORTS);
        assertThat(POSTGRES.number("SELECT count(*) FROM machine_apps WHERE seq = " + (rounds + 1)))
                .isEqualTo(ReportBatch.MAX_REPORTS);
        assertThat(machines()
                        .healthySince(WEB, new Seq(rounds + 1))
                        .orElseThrow()
                        .machines())
                .isEqualTo(ReportBatch.MAX_REPORTS);
    }

    @Test
    void aSignOfLifeWritesWhenTheMachineWasSeenAndNothingElse() {
        AppReport unchanged = app(WEB, 1, AppState.HEALTHY);
        machines().write(List.of(report("m1", EU, 1, unchanged)));
        String version = POSTGRES.text("SELECT xmin FROM machine_apps");

        machines().write(List.of(report("m1", EU, 2, unchanged)));

        assertThat(POSTGRES.text("SELECT xmin FROM machine_apps")).isEqualTo(version);
        assertThat(POSTGRES.number("SELECT report_number FROM machines")).isEqualTo(2);

        machines().write(List.of(report("m1", EU, 3, app(WEB, 1, AppState.FAILED))));

        assertThat(POSTGRES.text("SELECT report->>'state' FROM machine_apps")).isEqualTo("FAILED");
    }

    private static List<MachineReport> batch(int number, Random random) {
        return batch(number, random.nextDouble(), random);
    }

    private static List<MachineReport> batch(int number, double share, Random random) {
        List<MachineReport> reports = new ArrayList<>();
        for (int i = 0; i < ReportBatch.MAX_REPORTS; i++) {
            if (random.nextDouble() < share) {
                reports.add(report("m" + i, EU, number, app(WEB, number, AppState.HEALTHY)));
            }
        }
        Collections.shuffle(reports, random);
        return reports;
    }
}
