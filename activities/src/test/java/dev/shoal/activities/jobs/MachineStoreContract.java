package dev.shoal.activities.jobs;

import static dev.shoal.activities.jobs.Samples.AP;
import static dev.shoal.activities.jobs.Samples.EU;
import static dev.shoal.activities.jobs.Samples.MAIL;
import static dev.shoal.activities.jobs.Samples.SOME_TIME;
import static dev.shoal.activities.jobs.Samples.US;
import static dev.shoal.activities.jobs.Samples.WEB;
import static dev.shoal.activities.jobs.Samples.app;
import static dev.shoal.activities.jobs.Samples.report;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.activities.jobs.MachineStore.Machine;
import dev.shoal.activities.jobs.MachineStore.RegionCount;
import dev.shoal.activities.jobs.MachineStore.Spread;
import dev.shoal.activities.jobs.MachineStore.Tally;
import dev.shoal.model.AppName;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.report.AppReport;
import dev.shoal.model.report.AppState;
import dev.shoal.model.report.MachineReport;
import dev.shoal.model.rollout.Rollout;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What every {@link MachineStore} does. */
abstract class MachineStoreContract {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Empty, with a liveness of an hour. */
    abstract MachineStore machines();

    /** As if the machine had been silent for so long. */
    abstract void silence(String machine, Duration since);

    @Test
    void aReportIsKeptAsItWasMade() {
        AppReport web = app(WEB, 1, AppState.HEALTHY);
        AppReport mail = app(MAIL, 4, AppState.DOWNLOADING);
        machines().write(List.of(report("m1", EU, 1, web, mail)));

        Machine machine = only(list(Optional.empty(), Optional.empty()));

        assertThat(machine.id()).isEqualTo(new MachineId("m1"));
        assertThat(machine.region()).isEqualTo(EU);
        assertThat(machine.agentVersion()).isEqualTo("1.0");
        assertThat(machine.live()).isTrue();
        assertThat(machine.apps()).containsExactly(mail, web);
        assertThat(machine.refused()).isEqualTo(Map.of("UNSIGNED", 2L));
        assertThat(machine.crashes()).isEqualTo(3);
    }

    @Test
    void aMachineWithoutAppsIsKnownToo() {
        machines().write(List.of(report("m1", EU, 1)));

        assertThat(only(list(Optional.empty(), Optional.empty())).apps()).isEmpty();
        assertThat(machines().observed(WEB, List.of(EU), HOUR))
                .containsExactly(new Rollout.Observed(new MachineId("m1"), Optional.empty()));
    }

    @Test
    void anEmptyBatchIsNothing() {
        machines().write(List.of());

        assertThat(list(Optional.empty(), Optional.empty())).isEmpty();
    }

    @Test
    void aReportWithASmallerOrTheSameNumberChangesNothing() {
        machines().write(List.of(report("m1", EU, 5, app(WEB, 2, AppState.HEALTHY))));
        List<Machine> before = list(Optional.empty(), Optional.empty());

        machines().write(List.of(report("m1", US, 4, app(WEB, 1, AppState.FAILED), app(MAIL, 1, AppState.SEEN))));
        machines().write(List.of(report("m1", US, 5, app(WEB, 1, AppState.FAILED))));

        assertThat(list(Optional.empty(), Optional.empty())).isEqualTo(before);
    }

    @Test
    void ofTwoReportsInOneBatchTheOneWithTheLargerNumberCounts() {
        machines()
                .write(List.of(
                        report("m1", EU, 2, app(WEB, 2, AppState.HEALTHY)),
                        report("m1", EU, 1, app(WEB, 1, AppState.FAILED)),
                        report("m2", EU, 1, app(WEB, 1, AppState.SEEN))));

        assertThat(list(Optional.empty(), Optional.empty()))
                .extracting(m -> m.apps().getFirst().state())
                .containsExactly(AppState.HEALTHY, AppState.SEEN);
    }

    @Test
    void aStaleReportInABatchDoesNotKeepTheOthersOut() {
        machines().write(List.of(report("m1", EU, 5, app(WEB, 2, AppState.HEALTHY))));

        machines()
                .write(List.of(
                        report("m1", EU, 4, app(WEB, 1, AppState.FAILED)),
                        report("m2", EU, 1, app(WEB, 2, AppState.SEEN))));

        assertThat(list(Optional.empty(), Optional.empty()))
                .extracting(m -> m.apps().getFirst().state())
                .containsExactly(AppState.HEALTHY, AppState.SEEN);
    }

    @Test
    void aMachineThatSpeaksNonsenseDoesNotKeepTheOthersOut() {
        AppReport odd = new AppReport(
                WEB,
                new dev.shoal.model.BuildName("web-1"),
                new Seq(1),
                AppState.FAILED,
                Optional.empty(),
                0,
                1,
                Optional.of("a\0b\\u0000c \uD800 \"'漢字🦈"),
                SOME_TIME);
        MachineReport nonsense = new MachineReport(
                new MachineId("m1"), EU, 1, "1.0\0", List.of(odd), Map.of("UN\0SIGNED", 1L), 0, SOME_TIME);

        machines().write(List.of(nonsense, report("m2", EU, 1, app(WEB, 1, AppState.HEALTHY))));

        List<Machine> both = list(Optional.empty(), Optional.empty());
        assertThat(both).hasSize(2);
        assertThat(both.getFirst().apps().getFirst().detail().orElseThrow())
                .startsWith("a")
                .contains("b\\u0000c ")
                .endsWith(" \"'漢字🦈");
    }

    @Test
    void listsByRegionAndAppSortedAndBounded() {
        machines()
                .write(List.of(
                        report("m3", US, 1, app(WEB, 1, AppState.HEALTHY)),
                        report("m2", EU, 1, app(MAIL, 1, AppState.HEALTHY)),
                        report("m1", US, 1, app(WEB, 1, AppState.HEALTHY), app(MAIL, 1, AppState.SEEN)),
                        report("m4", EU, 1)));

        assertThat(ids(list(Optional.empty(), Optional.empty()))).containsExactly("m2", "m4", "m1", "m3");
        assertThat(ids(list(Optional.of(US), Optional.empty()))).containsExactly("m1", "m3");
        assertThat(ids(list(Optional.empty(), Optional.of(MAIL)))).containsExactly("m2", "m1");
        assertThat(list(Optional.of(US), Optional.of(MAIL)).getFirst().apps())
                .extracting(AppReport::app)
                .containsExactly(MAIL);
        assertThat(ids(machines().list(Optional.empty(), Optional.empty(), 3))).containsExactly("m2", "m4", "m1");
    }

    @Test
    void observedAreTheLiveMachinesOfTheRegionsWithWhatTheySayAboutTheApp() {
        AppReport healthy = app(WEB, 2, AppState.HEALTHY);
        machines()
                .write(List.of(
                        report("m1", EU, 1, healthy),
                        report("m2", US, 1, app(MAIL, 1, AppState.HEALTHY)),
                        report("m3", AP, 1, healthy),
                        report("m4", EU, 1, healthy)));
        silence("m4", Duration.ofMinutes(2));

        assertThat(machines().observed(WEB, List.of(EU, US), Duration.ofMinutes(1)))
                .containsExactlyInAnyOrder(
                        new Rollout.Observed(new MachineId("m1"), Optional.of(healthy)),
                        new Rollout.Observed(new MachineId("m2"), Optional.empty()));
        assertThat(machines().observed(WEB, List.of(), HOUR)).isEmpty();
    }

    @Test
    void aSilentMachineIsNotLiveUntilItReportsAgain() {
        machines().write(List.of(report("m1", EU, 1)));
        silence("m1", Duration.ofHours(2));
        assertThat(only(list(Optional.empty(), Optional.empty())).live()).isFalse();

        machines().write(List.of(report("m1", EU, 2)));

        assertThat(only(list(Optional.empty(), Optional.empty())).live()).isTrue();
    }

    @Test
    void countsAndTalliesByRegion() {
        machines()
                .write(List.of(
                        report("m1", EU, 1, app(WEB, 2, AppState.HEALTHY)),
                        report("m2", EU, 1, app(WEB, 2, AppState.HEALTHY)),
                        report("m3", EU, 1, app(WEB, 2, AppState.HEALTHY)),
                        report("m4", US, 1, app(WEB, 1, AppState.HEALTHY))));
        silence("m3", Duration.ofHours(2));

        assertThat(machines().countByRegion()).containsExactly(new RegionCount(EU, 2, 1), new RegionCount(US, 1, 0));
        assertThat(machines().tally())
                .containsExactlyInAnyOrder(
                        new Tally(EU, WEB, new Seq(2), AppState.HEALTHY, 2, 20, 200),
                        new Tally(US, WEB, new Seq(1), AppState.HEALTHY, 1, 10, 100));
    }

    // ---- healthySince

    @Test
    void theSpreadRunsFromTheFirstToTheLastMachineThatBecameHealthy() {
        assertThat(machines().healthySince(WEB, new Seq(1))).isEmpty();
        machines().write(List.of(report("m1", EU, 1, app(WEB, 1, AppState.HEALTHY))));
        machines().write(List.of(report("m2", EU, 1, app(WEB, 1, AppState.STAGED))));
        Spread one = spread(WEB, 1);
        assertThat(one.machines()).isEqualTo(1);
        assertThat(one.first()).isEqualTo(one.last());

        machines().write(List.of(report("m2", EU, 2, app(WEB, 1, AppState.HEALTHY))));

        Spread both = spread(WEB, 1);
        assertThat(both.machines()).isEqualTo(2);
        assertThat(both.first()).isEqualTo(one.first());
        assertThat(both.last()).isAfterOrEqualTo(one.last());
        assertThat(machines().healthySince(MAIL, new Seq(1))).isEmpty();
    }

    @Test
    void aMachineStaysHealthySinceTheFirstTimeHoweverOftenItReports() {
        machines().write(List.of(report("m1", EU, 1, app(WEB, 1, AppState.HEALTHY))));
        Spread first = spread(WEB, 1);

        machines().write(List.of(report("m1", EU, 2, app(WEB, 1, AppState.HEALTHY))));
        machines().write(List.of(report("m1", EU, 3, app(WEB, 1, AppState.FAILED))));
        machines().write(List.of(report("m1", EU, 4, app(WEB, 1, AppState.HEALTHY))));

        assertThat(spread(WEB, 1)).isEqualTo(first);
    }

    @Test
    void aNewSeqIsMeasuredAnewAndChangesNothingAboutTheOldOne() {
        machines().write(List.of(report("m1", EU, 1, app(WEB, 1, AppState.HEALTHY))));
        Spread first = spread(WEB, 1);

        machines().write(List.of(report("m1", EU, 2, app(WEB, 2, AppState.DOWNLOADING))));
        assertThat(machines().healthySince(WEB, new Seq(2))).isEmpty();
        machines()
                .write(List.of(
                        report("m1", EU, 3, app(WEB, 2, AppState.HEALTHY), app(MAIL, 7, AppState.HEALTHY)),
                        report("m2", EU, 1, app(WEB, 2, AppState.HEALTHY))));

        assertThat(spread(WEB, 1)).isEqualTo(first);
        assertThat(spread(WEB, 2).machines()).isEqualTo(2);
        assertThat(spread(WEB, 2).first()).isAfterOrEqualTo(first.last());
        assertThat(spread(MAIL, 7).machines()).isEqualTo(1);
    }

    @Test
    void aStaleReportArrivesNowhere() {
        machines().write(List.of(report("m1", EU, 5, app(WEB, 2, AppState.HEALTHY))));

        machines().write(List.of(report("m1", EU, 4, app(WEB, 1, AppState.HEALTHY))));

        assertThat(machines().healthySince(WEB, new Seq(1))).isEmpty();
    }

    // ---- verbs

    private List<Machine> list(Optional<RegionName> region, Optional<AppName> app) {
        return machines().list(region, app, 100);
    }

    private Spread spread(AppName app, long seq) {
        return machines().healthySince(app, new Seq(seq)).orElseThrow();
    }

    private static Machine only(List<Machine> machines) {
        assertThat(machines).hasSize(1);
        return machines.getFirst();
    }

    private static List<String> ids(List<Machine> machines) {
        return machines.stream().map(m -> m.id().value()).toList();
    }
}
