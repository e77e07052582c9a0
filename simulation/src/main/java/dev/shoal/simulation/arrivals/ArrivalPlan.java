package dev.shoal.simulation.arrivals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** When jobs arrive: pure, the same for the same settings. */
public final class ArrivalPlan {
    /** The size that Shoal is designed for (DESIGN.md 1). */
    public static final int BUILDS_A_DAY = 5_000;

    /** Of these builds, how many are released. */
    public static final int DEPLOYS_A_DAY = 2_000;

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration BETWEEN_BURSTS = Duration.ofSeconds(30);
    private static final double IN_THE_BURST = 0.8;

    /** Share of a day's builds by hour, in parts of their sum: a night, a morning, a lunch, an afternoon. */
    private static final int[] BY_HOUR = {1, 1, 1, 1, 1, 1, 2, 4, 7, 9, 10, 9, 7, 9, 10, 9, 8, 6, 4, 3, 2, 2, 1, 1};

    /** Where a day begins that is not seen whole: in its busiest hours. */
    private static final int BUSY_HOUR = 9;

    /** Seconds: hours add up to a day but for this. */
    private static final double ROUNDING = 1e-6;

    private ArrivalPlan() {}

    /** Evenly; each {@code releaseEvery}-th job, the first one first, is released; 0 for none. */
    public static List<Arrival> steady(int jobs, double rate, int releaseEvery) {
        return IntStream.range(0, jobs)
                .mapToObj(i -> new Arrival(seconds(i / rate), isReleased(i, releaseEvery)))
                .toList();
    }

    /** Bursts with {@code rate} jobs a second in the mean. */
    public static List<Arrival> burst(Duration length, double rate, int releaseEvery) {
        List<Duration> at = new ArrayList<>();
        for (Duration from = Duration.ZERO; from.compareTo(length) < 0; from = from.plus(BETWEEN_BURSTS)) {
            Duration left = length.minus(from);
            Duration until = left.compareTo(BETWEEN_BURSTS) < 0 ? left : BETWEEN_BURSTS;
            int jobs = (int) Math.max(1, Math.round(rate * until.toMillis() / 1000.0));
            int together = (int) Math.ceil(jobs * IN_THE_BURST);
            for (int i = 0; i < jobs; i++) {
                double share = i < together ? 0 : (double) (i - together + 1) / (jobs - together + 1);
                at.add(from.plusMillis((long) (share * until.toMillis())));
            }
        }
        at.sort(Comparator.naturalOrder());
        return IntStream.range(0, at.size())
                .mapToObj(i -> new Arrival(at.get(i), isReleased(i, releaseEvery)))
                .toList();
    }

    /**
     * A day that passes {@code compress} times as fast.
     *
     * @param atMost how much of it is played; less than the whole begins at nine o'clock
     */
    public static List<Arrival> day(double compress, Duration atMost) {
        double whole = DAY.toSeconds() / compress;
        double length = Math.min(whole, atMost.toMillis() / 1000.0);
        double from = length < whole ? whole * BUSY_HOUR / 24 : 0;
        int parts = IntStream.of(BY_HOUR).sum();
        List<Arrival> arrivals = new ArrayList<>();
        double passed = 0;
        double hour = whole / 24;
        int done = 0;
        for (int h = 0; h < 48; h++) {
            double jobs = (double) BUILDS_A_DAY * BY_HOUR[h % 24] / parts;
            for (; done < passed + jobs; done++) {
                double at = h * hour + hour * (done - passed) / jobs;
                if (at >= from && at < from + length - ROUNDING) {
                    arrivals.add(new Arrival(seconds(at - from), isDeployed(arrivals.size())));
                }
            }
            passed += jobs;
        }
        return List.copyOf(arrivals);
    }

    private static boolean isReleased(int i, int every) {
        return every > 0 && i % every == 0;
    }

    /** Two of five, evenly. */
    private static boolean isDeployed(int i) {
        return (i + 1) * DEPLOYS_A_DAY / BUILDS_A_DAY > i * DEPLOYS_A_DAY / BUILDS_A_DAY;
    }

    private static Duration seconds(double seconds) {
        return Duration.ofNanos(Math.round(seconds * 1e9));
    }
}
