package dev.shoal.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Starts processes from one platform thread that lives as long as this one: the kernel's parent-death signal, which kills a child
 * when we are killed, is bound to the thread that made the child. Thread-safe.
 */
final class Spawner implements AutoCloseable {
    static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    private final Layout layout;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("spawner").daemon().factory());

    Spawner(Layout layout) {
        this.layout = layout;
    }

    /** The running child. Its output is appended to its log. */
    Process start(ProcessSpec spec) throws IOException {
        CompletableFuture<Process> started = CompletableFuture.supplyAsync(() -> spawn(spec), thread);
        try {
            return started.get();
        } catch (ExecutionException e) {
            throw new IOException("cannot start " + spec.name(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting " + spec.name(), e);
        }
    }

    private Process spawn(ProcessSpec spec) {
        try {
            List<String> command = new ArrayList<>();
            if (Files.isExecutable(SETPRIV)) {
                command.addAll(List.of(SETPRIV.toString(), "--pdeathsig", "KILL", "--"));
            }
            command.addAll(spec.command());
            Path log = layout.log(spec.name());
            Files.createDirectories(log.getParent());
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(layout.dir().toFile())
                    .redirectErrorStream(true)
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            Map<String, String> env = builder.environment();
            env.remove("LD_PRELOAD");
            env.putAll(spec.env());
            env.put(Sweep.VARIABLE, layout.dir().toString());
            return builder.start();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
