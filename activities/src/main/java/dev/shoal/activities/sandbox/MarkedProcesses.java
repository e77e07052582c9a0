package dev.shoal.activities.sandbox;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The processes that carry a mark in their environment: whatever a build has started, however it was daemonised, since sessions
 * and process groups can be left but an inherited environment stays unless it is wiped. For those that wipe it there is a second
 * sign: they work below a directory that is the build's alone, and have no terminal (so that somebody's shell there is spared).
 * Reads {@code /proc}.
 */
final class MarkedProcesses {
    private static final Path PROC = Path.of("/proc");
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(5);

    private final String entry;
    private final Optional<Path> home;

    /**
     * @param entry of the environment, {@code NAME=value}
     * @param home below which nobody else works
     */
    MarkedProcesses(String entry, Optional<Path> home) {
        this.entry = "\0" + entry + "\0";
        this.home = home.map(MarkedProcesses::real);
    }

    /**
     * Kills until none is left, since a dying process may have forked. Returns those that do not die (a disk that hangs keeps
     * them), after some seconds.
     */
    List<ProcessHandle> kill() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        List<ProcessHandle> alive = alive();
        while (!alive.isEmpty() && System.nanoTime() < deadline) {
            alive.forEach(ProcessHandle::destroyForcibly);
            LockSupport.parkNanos(PAUSE.toNanos());
            alive = alive();
        }
        return alive;
    }

    /** Asks them to end. */
    void terminate() {
        alive().forEach(ProcessHandle::destroy);
    }

    /** Those that run; zombies have neither environment nor directory. */
    List<ProcessHandle> alive() {
        List<ProcessHandle> found = new ArrayList<>();
        long self = ProcessHandle.current().pid();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (pid != self && (carries(process) || worksAtHome(process))) {
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

    private boolean worksAtHome(Path process) {
        if (home.isEmpty()) {
            return false;
        }
        try {
            Path directory = Files.readSymbolicLink(process.resolve("cwd"));
            return directory.startsWith(home.get())
                    && !directory.equals(home.get())
                    && !hasTerminal(Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1));
        } catch (IOException goneOrForeign) {
            return false;
        }
    }

    /** Fields after the command's name, which may hold anything: state, parent, group, session, terminal. */
    static boolean hasTerminal(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ", 6);
        return fields.length > 4 && !fields[4].equals("0");
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException notThere) {
            return path.toAbsolutePath().normalize();
        }
    }
}
