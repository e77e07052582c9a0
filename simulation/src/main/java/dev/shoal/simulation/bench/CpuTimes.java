package dev.shoal.simulation.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** The machine's processor time since its start, in ticks, of Linux's {@code /proc/stat}; {@code nice} is of processes that give way. */
public record CpuTimes(long idle, long nice, long total) {
    private static final int NICE = 1;
    private static final int IDLE = 3;
    /** user, nice, system, idle, iowait, irq, softirq, steal; guest time is in user already. */
    private static final int FIELDS = 8;

    /** Until now. */
    public static CpuTimes now() throws IOException {
        return of(Files.readAllLines(Path.of("/proc/stat")).getFirst());
    }

    /** Reads the line {@code cpu …}. */
    public static CpuTimes of(String line) {
        long[] ticks = Stream.of(line.trim().split("\\s+"))
                .skip(1)
                .limit(FIELDS)
                .mapToLong(Long::parseLong)
                .toArray();
        return new CpuTimes(ticks[IDLE], ticks[NICE], LongStream.of(ticks).sum());
    }

    /** From 0 to 1. */
    public double idleShareSince(CpuTimes before) {
        return total == before.total ? 1 : (double) (idle - before.idle) / (total - before.total);
    }

    /** What processes had that give way to others, from 0 to 1. */
    public double niceShareSince(CpuTimes before) {
        return total == before.total ? 0 : (double) (nice - before.nice) / (total - before.total);
    }
}
