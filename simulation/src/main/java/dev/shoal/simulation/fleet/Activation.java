package dev.shoal.simulation.fleet;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.MachineId;
import dev.shoal.model.Seq;
import dev.shoal.model.report.AppReport;
import dev.shoal.model.report.AppState;
import dev.shoal.model.rollout.Cohort;
import dev.shoal.model.rollout.Rollout;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The waves of a release over machines that have the bytes: the production's cohorts say who may, its rollout decision says whether a
 * wave has arrived. An incomplete wave stops the release.
 */
final class Activation {
    private static final AppName APP = new AppName("app");
    private static final BuildName BUILD = new BuildName("app-1");
    private static final Seq SEQ = new Seq(1);
    /** As often as release workflows look. */
    private static final double OBSERVE = 2;

    private final Scenario scenario;
    private final MachineId[] machines;
    private final int[] bucket;
    private final boolean[] healthy;
    private final double[] takes;
    private final double[] activeAt;
    private final List<String> log = new ArrayList<>();

    /** @param machines all of the fleet, which region r's begin at the sum of those before */
    Activation(Scenario scenario, List<MachineId> machines, SplittableRandom dice) {
        this.scenario = scenario;
        this.machines = machines.toArray(MachineId[]::new);
        bucket = new int[this.machines.length];
        healthy = new boolean[this.machines.length];
        takes = new double[this.machines.length];
        activeAt = new double[this.machines.length];
        Arrays.fill(activeAt, Double.NaN);
        for (int m = 0; m < this.machines.length; m++) {
            bucket[m] = Cohort.bucket(APP, SEQ, this.machines[m]);
            healthy[m] = dice.nextDouble() >= scenario.unhealthy();
            takes[m] = scenario.activation() * (0.5 + dice.nextDouble());
        }
    }

    /**
     * @param readyAt per machine: verified on its disk; NaN for never
     * @param hears per machine: how long it takes to see a pointer
     * @param deadAt per machine: when it died; infinity for never. The dead are not waited for.
     */
    void run(double[] readyAt, double[] hears, double[] deadAt) {
        double opened = 0;
        int before = 0;
        for (int wave = 0; wave < scenario.waves().size(); wave++) {
            int permille = scenario.waves().get(wave);
            for (int m = 0; m < machines.length; m++) {
                if (bucket[m] >= before && bucket[m] < permille) {
                    double open = Math.max(readyAt[m], wave == 0 ? 0 : opened + hears[m]) + takes[m];
                    activeAt[m] = open < deadAt[m] ? open : Double.NaN;
                }
            }
            Verdict verdict = await(permille, opened, deadAt);
            log.add("wave %d: %.1f %% of machines, opened at %s, %s"
                    .formatted(wave + 1, permille / 10.0, Distribution.seconds(opened), verdict.text()));
            if (!verdict.complete()) {
                log.add("stopped: the release goes no further");
                return;
            }
            before = permille;
            opened = verdict.at() + scenario.bake();
        }
    }

    private record Verdict(boolean complete, double at, String text) {}

    private Verdict await(int permille, double opened, double[] deadAt) {
        double deadline = opened + scenario.waveDeadline();
        double last = opened;
        for (int m = 0; m < machines.length; m++) {
            if (bucket[m] < permille && healthy[m] && activeAt[m] <= deadline) {
                last = Math.max(last, activeAt[m]);
            }
        }
        // Only when the last one of the cohort is active, or at the deadline, can the decision be anything but waiting.
        double[] looks = {Math.min(deadline, Math.ceil(last / OBSERVE) * OBSERVE), deadline};
        for (double now : looks) {
            switch (Rollout.decide(SEQ, observed(permille, now, deadAt), at(now), at(deadline))) {
                case Rollout.Decision.Complete complete -> {
                    return new Verdict(
                            true,
                            now,
                            "complete with %,d at %s".formatted(complete.total(), Distribution.seconds(now)));
                }
                case Rollout.Decision.Incomplete incomplete -> {
                    return new Verdict(
                            false,
                            now,
                            "incomplete at %s: %,d of %,d healthy"
                                    .formatted(Distribution.seconds(now), incomplete.healthy(), incomplete.total()));
                }
                case Rollout.Decision.Waiting waiting -> {}
            }
        }
        throw new IllegalStateException("a rollout is decided at its deadline");
    }

    private List<Rollout.Observed> observed(int permille, double now, double[] deadAt) {
        List<Rollout.Observed> observed = new ArrayList<>();
        for (int m = 0; m < machines.length; m++) {
            if (bucket[m] < permille && deadAt[m] > now) {
                AppState state =
                        activeAt[m] <= now ? healthy[m] ? AppState.HEALTHY : AppState.FAILED : AppState.DOWNLOADING;
                observed.add(new Rollout.Observed(
                        machines[m],
                        Optional.of(new AppReport(
                                APP,
                                BUILD,
                                SEQ,
                                state,
                                Optional.empty(),
                                0,
                                scenario.size(),
                                Optional.empty(),
                                at(now)))));
            }
        }
        return observed;
    }

    private static Instant at(double seconds) {
        return Instant.EPOCH.plus(Duration.ofNanos(Math.round(seconds * 1e9)));
    }

    /** What became of each wave, a line each. */
    List<String> log() {
        return List.copyOf(log);
    }

    /** When each machine ran the new build and was healthy; NaN for never. */
    double[] activeAt() {
        double[] result = activeAt.clone();
        for (int m = 0; m < result.length; m++) {
            result[m] = healthy[m] ? result[m] : Double.NaN;
        }
        return result;
    }
}
