package dev.shoal.simulation.load;

import dev.shoal.simulation.arrivals.Arrival;
import dev.shoal.simulation.arrivals.ArrivalPlan;
import dev.shoal.simulation.arrivals.Profile;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How a load is driven; what is absent follows from the rest.
 *
 * @param builds how many jobs are submitted, for a steady load without a length
 * @param rate jobs a second in the mean; a day has its own
 * @param length for how long jobs arrive
 * @param compress how much faster a day passes
 * @param releaseEvery each so-manieth job is released, 0 for none; a day has its own deploys
 * @param chaos whether processes are struck meanwhile
 */
public record LoadOptions(
        Profile profile,
        Optional<Integer> builds,
        Optional<Double> rate,
        Optional<Duration> length,
        double compress,
        int releaseEvery,
        boolean chaos) {
    private static final int BUILDS = 50;
    private static final Duration WITH_CHAOS = Duration.ofMinutes(10);
    private static final Duration BURSTS = Duration.ofMinutes(2);

    public LoadOptions {
        require(builds.stream().allMatch(n -> n >= 1 && n <= 100_000), "--builds must be within 1..100000");
        require(rate.stream().allMatch(r -> r > 0 && r <= 1000), "--rate must be within 0..1000 a second");
        require(length.stream().allMatch(Duration::isPositive), "--minutes must be positive");
        require(compress >= 1 && compress <= 10_000, "--compress must be within 1..10000");
        require(releaseEvery >= 0, "--release-every must not be negative");
        require(
                profile == Profile.STEADY || builds.isEmpty(),
                "--builds is for the steady profile; the others have --minutes");
        require(profile != Profile.DAY || rate.isEmpty(), "a day has its own rate: use --compress");
        require(builds.isEmpty() || length.isEmpty(), "--builds and --minutes exclude each other");
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }

    /** When which job is submitted. */
    public List<Arrival> plan() {
        double perSecond = rate.orElse(chaos ? 0.5 : profile == Profile.BURST ? 2 : 5);
        return switch (profile) {
            case STEADY -> ArrivalPlan.steady(jobs(perSecond), perSecond, releaseEvery);
            case BURST -> ArrivalPlan.burst(length.orElse(chaos ? WITH_CHAOS : BURSTS), perSecond, releaseEvery);
            case DAY -> ArrivalPlan.day(compress, length.orElse(Duration.ofDays(1)));
        };
    }

    /** Steady jobs before those of the plan, as many a second, none of them released. */
    public List<Arrival> warmUp(Duration lasting) {
        require(lasting.isPositive(), "--warm-up must be positive");
        List<Arrival> plan = plan();
        double perSecond =
                plan.size() * 1000.0 / Math.max(1000, plan.getLast().at().toMillis());
        int jobs = (int) Math.max(1, Math.ceil(lasting.toMillis() / 1000.0 * perSecond));
        return ArrivalPlan.steady(jobs, perSecond, 0);
    }

    private int jobs(double perSecond) {
        Optional<Duration> lasting = chaos && builds.isEmpty() ? Optional.of(length.orElse(WITH_CHAOS)) : length;
        return lasting.map(l -> (int) Math.max(1, Math.ceil(l.toMillis() / 1000.0 * perSecond)))
                .orElseGet(() -> builds.orElse(BUILDS));
    }
}
