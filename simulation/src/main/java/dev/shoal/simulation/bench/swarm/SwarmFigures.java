package dev.shoal.simulation.bench.swarm;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;

/**
 * What one release came to.
 *
 * @param who distributed
 * @param scene the case's name
 * @param seconds from the flip until each untouched machine had verified the file, ascending
 * @param touchedSeconds likewise of the machines to which something happened
 * @param boundSeconds of the untouched machines
 * @param originShare bytes that the origins sent, over the file's; NaN if not known
 * @param received bytes that a machine received on average, over the file's; NaN if not known
 * @param ownRack share of it that came from machines of its own rack; NaN without racks
 * @param cpuSeconds of the mean machine's agent
 * @param originCpuSeconds of all region agents, or of who else gives
 * @param memoryMiB of the largest agent, mapped files apart
 * @param bytes that each machine was brought
 * @param idle share of this computer
 * @param nice share of this computer that went to programs that give way to these
 */
record SwarmFigures(
        String who,
        @JsonProperty("case") String scene,
        List<Double> seconds,
        @JsonProperty("touched_seconds") List<Double> touchedSeconds,
        @JsonProperty("bound_seconds") double boundSeconds,
        @JsonProperty("origin_share") double originShare,
        double received,
        @JsonProperty("own_rack_share") double ownRack,
        @JsonProperty("cpu_seconds") double cpuSeconds,
        @JsonProperty("origin_cpu_seconds") double originCpuSeconds,
        @JsonProperty("memory_mib") double memoryMiB,
        long bytes,
        double idle,
        double nice) {
    /** Below it the testbed is part of what is measured. */
    static final double LEAST_IDLE = 0.25;

    SwarmFigures {
        seconds = sorted(seconds);
        touchedSeconds = sorted(touchedSeconds);
        if (seconds.isEmpty()) {
            throw new IllegalArgumentException("no machine is untouched");
        }
    }

    private static List<Double> sorted(List<Double> values) {
        List<Double> sorted = new ArrayList<>(values);
        sorted.sort(null);
        return List.copyOf(sorted);
    }

    /** Of the slowest untouched machine. */
    double makespan() {
        return seconds.getLast();
    }

    @JsonProperty("ratio")
    double ratio() {
        return makespan() / boundSeconds;
    }

    /** What all untouched and touched machines were brought a second, until the slowest untouched one was done. */
    @JsonProperty("mib_per_second")
    double aggregate() {
        return gibibytes() * 1024 / makespan();
    }

    /** The processor time of all, giver and receivers, for each GiB that was brought. */
    @JsonProperty("cpu_seconds_per_gib")
    double cpuPerGibibyte() {
        return (cpuSeconds * machines() + originCpuSeconds) / gibibytes();
    }

    private double gibibytes() {
        return (double) bytes * machines() / (1 << 30);
    }

    int machines() {
        return seconds.size() + touchedSeconds.size();
    }

    /** The least time that so great a share of the untouched machines took at most. */
    double quantile(double share) {
        return seconds.get(Math.max(0, (int) Math.ceil(share * seconds.size()) - 1));
    }
}
