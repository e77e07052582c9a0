package dev.shoal.activities.jobs;

import dev.shoal.model.AppName;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.report.AppReport;
import dev.shoal.model.report.AppState;
import dev.shoal.model.report.MachineReport;
import dev.shoal.model.rollout.Rollout;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What machines last reported. Thread-safe. */
public interface MachineStore {
    /** Writes a batch in one transaction; a report with a smaller number than the stored one changes nothing. */
    void write(Collection<MachineReport> reports);

    /** Sorted by region and id. */
    List<Machine> list(Optional<RegionName> region, Optional<AppName> app, int limit);

    /**
     * A machine as last heard of.
     *
     * @param lastSeen when its newest report was written, by the database's clock
     * @param live whether that is recent
     * @param crashes of its agent within an hour before that
     */
    record Machine(
            MachineId id,
            RegionName region,
            String agentVersion,
            Instant lastSeen,
            boolean live,
            List<AppReport> apps,
            Map<String, Long> refused,
            int crashes) {
        public Machine {
            apps = List.copyOf(apps);
            refused = Map.copyOf(refused);
        }
    }

    /** The live machines (heard of within {@code liveness}) of these regions, each with its report about the app. */
    List<Rollout.Observed> observed(AppName app, Collection<RegionName> regions, Duration liveness);

    /**
     * When the first and the last machine became healthy with {@code seq}, by the database's clock: each counts once, at the first
     * time it was heard to be, and later releases change nothing about it.
     */
    Optional<Spread> healthySince(AppName app, Seq seq);

    /** First and last machine. */
    record Spread(Instant first, Instant last, int machines) {}

    /** How many machines each region has; sorted by region. */
    List<RegionCount> countByRegion();

    /**
     * The machines of a region.
     *
     * @param silent not heard of for longer than the liveness
     */
    record RegionCount(RegionName region, int live, int silent) {}

    /** How many live machines of each region say the same about an app: what a page shows instead of 100,000 rows. */
    List<Tally> tally();

    /**
     * Live machines that agree.
     *
     * @param bytes downloaded by all of them
     * @param size what all of them have to download
     */
    record Tally(RegionName region, AppName app, Seq seq, AppState state, int machines, long bytes, long size) {}
}
