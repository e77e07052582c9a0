package dev.shoal.model.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.ByteSizes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a job asks its build to be limited to, below what the build host and the {@code shoal.yaml} allow anyway; absent means no
 * limit of its own.
 *
 * @param timeSeconds after which the build is killed and the job fails; 1 second to 24 hours
 * @param memoryBytes swap included; at least 4 MiB
 * @param pids processes and threads, all of the build's together; at least 4
 * @param outputBytes what is kept of its output; at least 1 KiB
 */
public record JobLimits(
        @JsonProperty("time_seconds") Optional<Long> timeSeconds,
        @JsonProperty("memory_bytes") Optional<Long> memoryBytes,
        Optional<Integer> pids,
        @JsonProperty("output_bytes") Optional<Long> outputBytes) {
    /** None of its own. */
    public static final JobLimits NONE =
            new JobLimits(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    private static final long LONGEST = Duration.ofHours(24).toSeconds();
    private static final long LEAST_MEMORY = 4L << 20;
    private static final int LEAST_PIDS = 4;
    private static final long LEAST_OUTPUT = 1 << 10;

    /** @throws IllegalArgumentException naming the limit that is out of bounds */
    public JobLimits {
        require("limits.time_seconds", timeSeconds, 1, LONGEST);
        require("limits.memory_bytes", memoryBytes, LEAST_MEMORY, Long.MAX_VALUE);
        require("limits.pids", pids.map(Integer::longValue), LEAST_PIDS, Integer.MAX_VALUE);
        require("limits.output_bytes", outputBytes, LEAST_OUTPUT, Long.MAX_VALUE);
    }

    private static void require(String what, Optional<Long> value, long least, long most) {
        if (value.isPresent() && (value.get() < least || value.get() > most)) {
            throw new IllegalArgumentException(what + " must be "
                    + (most >= Integer.MAX_VALUE ? "at least " + least : "within " + least + ".." + most) + ", got "
                    + value.get());
        }
    }

    /** This. @throws IllegalArgumentException naming the limit that is higher than {@code most} allows */
    public JobLimits within(JobLimits most) {
        requireAtMost("limits.time_seconds", timeSeconds, most.timeSeconds());
        requireAtMost("limits.memory_bytes", memoryBytes, most.memoryBytes());
        requireAtMost("limits.pids", pids.map(Integer::longValue), most.pids().map(Integer::longValue));
        requireAtMost("limits.output_bytes", outputBytes, most.outputBytes());
        return this;
    }

    private static void requireAtMost(String what, Optional<Long> value, Optional<Long> most) {
        if (value.isPresent() && most.isPresent() && value.get() > most.get()) {
            throw new IllegalArgumentException(
                    what + " must be at most " + most.get() + ", which is what build hosts allow, got " + value.get());
        }
    }

    /** Whether it limits nothing. */
    public boolean limitsNothing() {
        return equals(NONE);
    }

    /** The smaller of its time limit and another. */
    public Duration time(Duration other) {
        Duration own = timeSeconds.map(Duration::ofSeconds).orElse(other);
        return own.compareTo(other) < 0 ? own : other;
    }

    /** The smaller of its output limit and another, in bytes. */
    public long output(long other) {
        return Math.min(outputBytes.orElse(other), other);
    }

    /** In one line, for people. */
    public String describe() {
        List<String> words = new ArrayList<>();
        timeSeconds.ifPresent(seconds -> words.add("time " + seconds + " s"));
        memoryBytes.ifPresent(bytes -> words.add("memory " + ByteSizes.text(bytes)));
        pids.ifPresent(count -> words.add(count + " processes"));
        outputBytes.ifPresent(bytes -> words.add("output " + ByteSizes.text(bytes)));
        return words.isEmpty() ? "none" : String.join(", ", words);
    }
}
