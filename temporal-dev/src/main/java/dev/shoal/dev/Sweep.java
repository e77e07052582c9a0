package dev.shoal.dev;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds and kills everything that carries a stack's mark in its environment, which all descendants inherit. Linux only. */
final class Sweep {
    static final String VARIABLE = "SHOAL_STACK";
    private static final Path PROC = Path.of("/proc");

    private Sweep() {}

    /** The ids of the living processes with this mark, without the caller's own. */
    static List<Long> marked(String marker) {
        List<Long> pids = new ArrayList<>();
        long self = ProcessHandle.current().pid();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (pid != self && carries(process, marker)) {
                    pids.add(pid);
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot read " + PROC, e);
        }
        return pids;
    }

    /** Kills until nothing is left, since a dying process may have forked. Returns how many were killed. */
    static int kill(String marker) {
        int killed = 0;
        for (List<Long> pids = marked(marker); !pids.isEmpty(); pids = marked(marker)) {
            for (long pid : pids) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
            killed += pids.size();
            Thread.onSpinWait();
        }
        return killed;
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
