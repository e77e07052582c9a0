package dev.shoal.simulation.stack;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Signals to processes of one stack, and to no other: each is asked for the stack's mark first. Thread-safe. */
public final class Signals {
    private final Path dir;
    private final String mark;

    /** {@code dir} is the stack's directory. */
    public Signals(Path dir) {
        this.dir = dir;
        this.mark = "\0SHOAL_STACK=" + dir + "\0";
    }

    /** SIGKILL; waits until it is dead. Returns whether it was alive. */
    public boolean kill(String process) {
        List<ProcessHandle> all = ofProcess(process);
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(handle -> handle.onExit().join());
        return !all.isEmpty();
    }

    /** SIGSTOP. Returns what {@link #thaw} takes; empty if it was dead. */
    public List<ProcessHandle> freeze(String process) {
        List<ProcessHandle> all = ofProcess(process);
        all.forEach(handle -> signal("STOP", handle));
        return all;
    }

    /** SIGCONT to those that still live. */
    public void thaw(List<ProcessHandle> frozen) {
        frozen.stream().filter(ProcessHandle::isAlive).forEach(handle -> signal("CONT", handle));
    }

    /** The process; with its children where it is but a wrapper around them. */
    private List<ProcessHandle> ofProcess(String name) {
        StackFile.StackProcess process = StackFile.read(dir).process(name);
        List<ProcessHandle> found = new ArrayList<>();
        ProcessHandle.of(process.pid()).filter(this::isOurs).ifPresent(handle -> {
            Stream<ProcessHandle> children =
                    process.kind().equals("postgres") ? handle.descendants() : Stream.<ProcessHandle>empty();
            found.add(handle);
            children.forEach(found::add);
        });
        return found;
    }

    private boolean isOurs(ProcessHandle handle) {
        try {
            Path environment = Path.of("/proc", Long.toString(handle.pid()), "environ");
            return ("\0" + Files.readString(environment, StandardCharsets.ISO_8859_1)).contains(mark);
        } catch (IOException gone) {
            return false;
        }
    }

    private static void signal(String signal, ProcessHandle handle) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(handle.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending " + signal, e);
        }
    }
}
