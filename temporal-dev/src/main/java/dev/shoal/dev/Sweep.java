package dev.shoal.dev;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Finds and kills everything that carries a stack's mark in its environment, which all descendants inherit. Linux only. */
final class Sweep {
    static final String VARIABLE = "SHOAL_STACK";
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(5);
    private static final Path PROC = Path.of("/proc");

    private Sweep() {}

    /** The ids of the living processes with this mark, without the caller and its parents. */
    static List<Long> marked(String marker) {
        List<Long> pids = new ArrayList<>();
        Set<Long> callers = callers();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (!callers.contains(pid) && carries(process, marker)) {
                    pids.add(pid);
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot read " + PROC, e);
        }
        return pids;
    }

    /**
     * Kills until nothing is left, since a dying process may have forked. Returns how many were killed.
     *
     * @throws IllegalStateException if some cannot be killed
     */
    static int kill(String marker) {
        Set<Long> killed = new HashSet<>();
        long deadline = System.nanoTime() + LONGEST.toNanos();
        for (List<Long> pids = marked(marker); !pids.isEmpty(); pids = marked(marker)) {
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException("processes " + pids + " with " + marker + " do not die");
            }
            for (long pid : pids) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
            killed.addAll(pids);
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return killed.size();
    }

    /** Ourselves and those who called us, which may carry the mark: a build may run this very command. */
    private static Set<Long> callers() {
        Set<Long> callers = new HashSet<>();
        for (Optional<ProcessHandle> process = Optional.of(ProcessHandle.current());
                process.isPresent();
                process = process.get().parent()) {
            callers.add(process.get().pid());
        }
        return callers;
    }

    private static boolean carries(Path process, String marker) {
        try {
            String environment = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            return ("\0" + environment).contains("\0" + marker + "\0");
        } catch (IOException goneOrForeign) {
            return false;
        }
    }
}
