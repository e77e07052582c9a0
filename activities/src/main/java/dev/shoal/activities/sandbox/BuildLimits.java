package dev.shoal.activities.sandbox;

import dev.shoal.model.ByteSizes;
import dev.shoal.model.job.JobLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What a build may use of its host; absent means as much as it likes.
 *
 * @param memory bytes, swap included; page cache of what it writes counts, but gives way
 * @param processes and threads, all of the build's together
 * @param cpuWeight share of a busy host's processors, 1..10000, where everybody else has 100
 */
public record BuildLimits(OptionalLong memory, OptionalInt processes, OptionalInt cpuWeight) {
    /** As much as it likes of everything. */
    public static final BuildLimits NONE =
            new BuildLimits(OptionalLong.empty(), OptionalInt.empty(), OptionalInt.empty());

    private static final long LEAST_MEMORY = 4L << 20;
    private static final int LEAST_PROCESSES = 4;
    private static final int HEAVIEST = 10_000;

    public BuildLimits {
        if (memory.isPresent() && memory.getAsLong() < LEAST_MEMORY) {
            throw new IllegalArgumentException("build.memory_limit must be at least 4MiB, got " + memory.getAsLong());
        }
        if (processes.isPresent() && processes.getAsInt() < LEAST_PROCESSES) {
            throw new IllegalArgumentException("build.pids_limit must be at least 4, got " + processes.getAsInt());
        }
        if (cpuWeight.isPresent() && (cpuWeight.getAsInt() < 1 || cpuWeight.getAsInt() > HEAVIEST)) {
            throw new IllegalArgumentException("build.cpu_weight must be within 1..10000, got " + cpuWeight.getAsInt());
        }
    }

    /** The smaller of each of these and of a job's own. */
    public BuildLimits atMost(JobLimits job) {
        long bytes = Math.min(memory.orElse(Long.MAX_VALUE), job.memoryBytes().orElse(Long.MAX_VALUE));
        int count = Math.min(processes.orElse(Integer.MAX_VALUE), job.pids().orElse(Integer.MAX_VALUE));
        return new BuildLimits(
                bytes == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(bytes),
                count == Integer.MAX_VALUE ? OptionalInt.empty() : OptionalInt.of(count),
                cpuWeight);
    }

    /** Whether nothing is limited. */
    public boolean isNone() {
        return equals(NONE);
    }

    /** In one line, for people. */
    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        memory.ifPresent(bytes -> words.add("memory " + ByteSizes.text(bytes)));
        processes.ifPresent(count -> words.add(count + " processes"));
        cpuWeight.ifPresent(weight -> words.add("processor weight " + weight));
        return words.isEmpty() ? "none" : String.join(", ", words);
    }
}
