package dev.shoal.simulation.load.probe;

import dev.shoal.simulation.stack.StackFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Processor time of a stack's processes since their start, from Linux's {@code /proc}. */
public final class CpuSeconds {
    /** Linux counts in hundredths of a second for programs, whatever the kernel's own tick (proc(5), USER_HZ). */
    private static final double TICKS_A_SECOND = 100;

    private static final int INIT = 1;
    private static final String POSTGRES = "postgres";
    private static final int UTIME = 11;
    private static final int FIELDS = 4;

    private CpuSeconds() {}

    /**
     * By kind of process, each with its children, dead or alive, and Postgres, which makes itself a
     * daemon. One that was restarted counts from there.
     *
     * @param dir the stack's directory, which all of its processes carry in their environment
     */
    public static Map<String, Double> byKind(Path dir, StackFile stack) {
        Map<String, Double> seconds = new TreeMap<>();
        stack.processes()
                .forEach(process -> ProcessHandle.of(process.pid())
                        .ifPresent(root -> seconds.merge(process.kind(), ofTree(root), Double::sum)));
        ProcessHandle.allProcesses()
                .filter(process -> process.parent().filter(p -> p.pid() == INIT).isPresent())
                .filter(process -> program(process).equals(POSTGRES) && isMarked(process, dir))
                .forEach(root -> seconds.merge(POSTGRES, ofTree(root), Double::sum));
        return seconds;
    }

    private static double ofTree(ProcessHandle root) {
        return Stream.concat(Stream.of(root), root.descendants())
                .mapToDouble(CpuSeconds::of)
                .sum();
    }

    private static boolean isMarked(ProcessHandle process, Path dir) {
        try {
            String environment = Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "environ"), StandardCharsets.ISO_8859_1);
            return ("\0" + environment).contains("\0SHOAL_STACK=" + dir + "\0");
        } catch (IOException foreign) {
            return false;
        }
    }

    private static String program(ProcessHandle process) {
        return process.info()
                .command()
                .map(command -> Path.of(command).getFileName().toString())
                .orElse("");
    }

    /** What was used between two looks. */
    public static Map<String, Double> since(Map<String, Double> before, Map<String, Double> after) {
        Map<String, Double> used = new TreeMap<>();
        after.forEach((kind, seconds) -> used.put(kind, Math.max(0, seconds - before.getOrDefault(kind, 0.0))));
        return used;
    }

    private static double of(ProcessHandle process) {
        try {
            return seconds(Files.readString(
                    Path.of("/proc", Long.toString(process.pid()), "stat"), StandardCharsets.ISO_8859_1));
        } catch (IOException gone) {
            return 0;
        }
    }

    /** Own time and that of children that were waited for: of the line {@code pid (name) state ppid …}. */
    static double seconds(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        long ticks = 0;
        for (int field = UTIME; field < UTIME + FIELDS; field++) {
            ticks += Long.parseLong(fields[field]);
        }
        return ticks / TICKS_A_SECOND;
    }
}
