package dev.shoal.simulation.fleet;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * What is simulated. Shares are within 0..1, times are seconds, sizes bytes, rates bytes a second (in YAML: {@code 10GiB},
 * {@code 1Gbit}, {@code 10m}).
 *
 * @param groups into how many groups the pieces are gathered at most; 0 for exact (a group is a piece)
 * @param slots uploads of a machine at a time
 * @param connections neighbours of a machine at most, whoever called
 * @param wanted peers it asks the tracker for; well below {@code connections}, else those who come first fill up with each other
 *     and late-comers find only themselves
 * @param rackRatio oversubscription of a rack's uplink: 4 means that a quarter of its machines' rate leaves the rack
 * @param rackAware whether machines tell the tracker their racks
 * @param origins region agents a region, each a seeder
 * @param striped whether an origin gives a piece to one machine only until the machines have a copy of all
 * @param s3 what a region's S3 gives to all its region agents together
 * @param waves permille of machines of each wave
 * @param bake how long a complete wave is watched before the next
 * @param slow share of machines with a tenth of the NIC
 * @param dead share of machines that die during the download
 * @param flapping share of machines that lose their link for 10 s each minute
 * @param late share of machines that see the pointer {@code lateBy} too late
 * @param unhealthy share of machines on which the build fails its health check
 * @param partitioned regions cut off from the global Consul for {@code partition}
 * @param originsLost of each region, at {@code originsLostAt}
 * @param trackerLostFor from {@code trackerLostAt} on nobody answers announces
 * @param apps released at once, to the same machines
 * @param deploys over {@code span}, beside which {@code builds} are copied into each region's S3; 0 for one moment
 */
public record Scenario(
        String description,
        int machines,
        int regions,
        long size,
        long piece,
        int groups,
        long seed,
        double nic,
        @JsonProperty("rack_size") int rackSize,
        @JsonProperty("rack_ratio") double rackRatio,
        @JsonProperty("rack_aware") boolean rackAware,
        int origins,
        boolean striped,
        @JsonProperty("origin_nic") double originNic,
        @JsonProperty("origin_slots") int originSlots,
        double s3,
        double disk,
        double verify,
        double latency,
        int slots,
        int connections,
        int wanted,
        @JsonProperty("wan_delay") double wanDelay,
        double fanout,
        List<Integer> waves,
        double bake,
        @JsonProperty("wave_deadline") double waveDeadline,
        double activation,
        double slow,
        double dead,
        double flapping,
        double late,
        @JsonProperty("late_by") double lateBy,
        double unhealthy,
        int partitioned,
        double partition,
        @JsonProperty("origins_lost") int originsLost,
        @JsonProperty("origins_lost_at") double originsLostAt,
        @JsonProperty("tracker_lost_at") double trackerLostAt,
        @JsonProperty("tracker_lost_for") double trackerLostFor,
        int apps,
        int deploys,
        int builds,
        double span) {
    public Scenario {
        waves = List.copyOf(waves);
        require(
                machines >= regions && regions >= 1,
                "machines must be at least as many as regions, and one region at least");
        require(size >= 1 && piece >= 1 && (size + piece - 1) / piece <= 1_000_000, "size and piece must be positive");
        require(
                groups >= 0 && slots >= 1 && connections >= wanted && wanted >= 1 && origins >= 1 && originSlots >= 1,
                "counts must be positive");
        require(nic > 0 && originNic > 0 && s3 > 0 && disk > 0 && verify > 0, "rates must be positive");
        require(rackSize >= 1 && rackRatio >= 1, "rack_size and rack_ratio must be at least 1");
        require(!waves.isEmpty() && waves.getLast() <= 1000 && waves.getFirst() > 0, "waves must be permille");
        for (double share : new double[] {slow, dead, flapping, late, unhealthy}) {
            require(share >= 0 && share <= 1, "shares must be within 0..1");
        }
        require(
                apps >= 1 && deploys >= 0 && builds >= 0 && partitioned <= regions,
                "apps, deploys, builds, partitioned");
        require(originsLost <= origins, "origins_lost must not exceed origins");
    }

    /** How many pieces the build has. */
    public int pieces() {
        return (int) ((size + piece - 1) / piece);
    }

    /** Machines of a region: as even as it goes. */
    int machinesOf(int region) {
        return machines / regions + (region < machines % regions ? 1 : 0);
    }

    /** What a machine takes in at most: the slower of its NIC and its disk. */
    double intake() {
        return Math.min(nic, disk);
    }

    /**
     * The least time in which any protocol could do it, in seconds: max(F/u_s, F/d, N F/(u_s + sum u)) x (1 + floor(log2 N)/M) for
     * a region, without the last factor if some machines are slow (Kumar and Ross 2006; Mundinger, Weber and Weiss 2008), u_s being what the seeders can send.
     */
    public double bound() {
        int n = machinesOf(0);
        double bytes = (double) size * apps;
        double seeders = Math.min(originNic * origins, Math.max(s3, originNic));
        double uploads = n * nic * (1 - slow * 0.9);
        double intake = slow > 0 ? Math.min(nic / 10, disk) : intake();
        double fluid =
                Math.max(Math.max(bytes / Math.min(seeders, s3), bytes / intake), n * bytes / (seeders + uploads));
        // The factor for whole pieces is proven for equal machines only.
        return slow > 0 ? fluid : fluid * (1 + Math.floor(Math.log(n) / Math.log(2)) / (pieces() * (double) apps));
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
