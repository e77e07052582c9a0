package dev.shoal.activities.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The processes that carry a mark in their environment: whatever a build has started, however it was daemonised, since sessions
 * and process groups can be left but an inherited environment cannot be taken off from outside. Reads {@code /proc}.
 */
final class MarkedProcesses {
    private static final Path PROC = Path.of("/proc");

    private final String entry;

    /** @param entry of the environment, {@code NAME=value} */
    MarkedProcesses(String entry) {
        this.entry = "\0" + entry + "\0";
    }

    /** Kills until none is left, since a dying process may have forked. */
    void kill() {
        for (List<ProcessHandle> alive = alive(); !alive.isEmpty(); alive = alive()) {
            alive.forEach(ProcessHandle::destroyForcibly);
            Thread.onSpinWait();
        }
    }

    /** Asks them to end. */
    void terminate() {
        alive().forEach(ProcessHandle::destroy);
    }

    /** Those that run; zombies have no environment. */
    List<ProcessHandle> alive() {
        List<ProcessHandle> found = new ArrayList<>();
        long self = ProcessHandle.current().pid();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (pid != self && carries(process)) {
                    Optional<ProcessHandle> handle = ProcessHandle.of(pid);
                    handle.filter(ProcessHandle::isAlive).ifPresent(found::add);
                }
            }
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("cannot read " + PROC, e);
        }
        return found;
    }

    private boolean carries(Path process) {
        try {
            String environment = Files.readString(process.resolve("environ"), StandardCharsets.ISO_8859_1);
            return ("\0" + environment).contains(entry);
        } catch (IOException goneOrForeign) {
            return false;
        }
    }
}
