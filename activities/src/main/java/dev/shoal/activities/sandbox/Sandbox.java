package dev.shoal.activities.sandbox;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs commands that nobody trusts: in a session of their own, with a cleaned environment, without input, watched. When a command
 * has ended, for whatever reason, nothing that it started goes on. Thread-safe.
 */
public final class Sandbox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sandbox.class);
    private static final String HOST_MARK = "SHOAL_BUILD_HOST";
    private static final String RUN_MARK = "SHOAL_BUILD_TOKEN";
    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration GRACE = Duration.ofSeconds(2);
    private static final Duration LAST_OUTPUT = Duration.ofSeconds(5);
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    private final Path workDir;
    private final String hostMark;
    private final Cgroups cgroups;

    /** The kernel's parent-death signal is bound to the thread that made the child: one thread that lives as long as this. */
    private final ExecutorService spawner = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("spawner").factory());

    /** @param workDir by which what this host started is recognised after a restart */
    public Sandbox(Path workDir) {
        this.workDir = workDir;
        this.hostMark = HOST_MARK + "=" + workDir.toAbsolutePath();
        this.cgroups = Cgroups.detect(workDir);
    }

    /** Which of the limits this host cannot enforce, in words. */
    public Optional<String> unenforced(BuildLimits limits) {
        return cgroups.missing(limits);
    }

    /**
     * A command to run.
     *
     * @param words program and arguments
     * @param directory where it starts
     * @param home a directory that is this command's alone: what works below it when the command has ended is killed
     * @param env the whole environment, but for the sandbox's marks
     * @param limits of everything that it starts together, as far as the host can enforce them
     */
    public record Command(
            List<String> words,
            Path directory,
            Optional<Path> home,
            Map<String, String> env,
            Duration timeLimit,
            BuildLimits limits) {
        /** Without limits but that of time. */
        public Command(
                List<String> words, Path directory, Optional<Path> home, Map<String, String> env, Duration timeLimit) {
            this(words, directory, home, env, timeLimit, BuildLimits.NONE);
        }

        public Command {
            words = List.copyOf(words);
            env = Map.copyOf(env);
        }
    }

    /** How a command ended. */
    public sealed interface Ending {
        /** By itself; a code above 128 is a signal. */
        record Exited(int code) implements Ending {}

        /** It failed, and had hit this limit: a phrase like {@code memory limit of 1.0 GiB exceeded}. */
        record LimitExceeded(String limit) implements Ending {}

        /** It was killed after its time limit. */
        record TimedOut() implements Ending {}
    }

    /** Called several times a second while a command runs. What it throws kills the command and comes out of {@link #run}. */
    @FunctionalInterface
    public interface Watch {
        void tick();
    }

    /** Ends what an earlier process of this host left running, which its death should have ended. Returns whether nothing is left. */
    public boolean sweep() {
        cgroups.sweep();
        return killAll(new MarkedProcesses(hostMark, Optional.of(workDir)));
    }

    /**
     * Runs a command to its end. Its output, errors included, goes to {@code output}.
     *
     * @throws IOException if it cannot be started, or its output cannot be written
     */
    public Ending run(Command command, OutputFile output, Watch watch) throws IOException, InterruptedException {
        String runMark = RUN_MARK + "=" + UUID.randomUUID();
        MarkedProcesses descendants = new MarkedProcesses(runMark, command.home());
        Ending ending;
        Process process;
        CompletableFuture<Void> pump;
        try (Cgroup cgroup = cgroups.create(command.limits())) {
            process = start(command, runMark, cgroup);
            pump = pump(process, output);
            try {
                ending = await(process, command.timeLimit(), pump, watch);
            } finally {
                end(process, descendants);
            }
            ending = limited(ending, cgroup);
        }
        awaitOutput(process, pump);
        return ending;
    }

    private static Ending limited(Ending ending, Cgroup cgroup) {
        return ending instanceof Ending.Exited exited && exited.code() != 0
                ? cgroup.exceeded().<Ending>map(Ending.LimitExceeded::new).orElse(ending)
                : ending;
    }

    private static Ending await(Process process, Duration limit, CompletableFuture<Void> pump, Watch watch)
            throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!process.waitFor(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
            watch.tick();
            if (System.nanoTime() - deadline > 0 || pump.isCompletedExceptionally()) {
                return new Ending.TimedOut();
            }
        }
        return new Ending.Exited(process.exitValue());
    }

    /**
     * Whatever happens, an interrupt included, nothing is alive afterwards. Signals go through the handle, since the process's own
     * methods close its streams, and what it wrote last would be lost.
     */
    private static void end(Process process, MarkedProcesses descendants) throws InterruptedException {
        try {
            if (process.isAlive()) {
                descendants.terminate();
                process.toHandle().destroy();
                boolean ended = process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS);
                LOG.debug("{} {}", process.pid(), ended ? "ended when asked to" : "is killed");
            }
        } finally {
            process.toHandle().destroyForcibly();
            var unused = killAll(descendants);
        }
    }

    private static boolean killAll(MarkedProcesses descendants) {
        List<ProcessHandle> immortal = descendants.kill();
        if (!immortal.isEmpty()) {
            LOG.error("these processes of a build do not die: {}", immortal);
        }
        return immortal.isEmpty();
    }

    private Process start(Command command, String runMark, Cgroup cgroup) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of("setsid"));
        if (Files.isExecutable(SETPRIV)) {
            words.addAll(List.of(SETPRIV.toString(), "--pdeathsig", "KILL", "--"));
        }
        words.addAll(cgroup.joining(command.words()));
        ProcessBuilder builder = new ProcessBuilder(words)
                .directory(command.directory().toFile())
                .redirectErrorStream(true)
                .redirectInput(Path.of("/dev/null").toFile());
        Map<String, String> env = builder.environment();
        String stack = env.get("SHOAL_STACK");
        env.clear();
        env.putAll(command.env());
        mark(env, hostMark);
        mark(env, runMark);
        if (stack != null) {
            // The mark by which a development stack finds everything that belongs to it.
            env.put("SHOAL_STACK", stack);
        }
        CompletableFuture<Process> started = CompletableFuture.supplyAsync(() -> spawn(builder), spawner);
        try {
            return started.get();
        } catch (ExecutionException e) {
            throw new IOException("cannot start " + command.words().getFirst() + ": " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            // Nobody will wait for it.
            CompletableFuture<Void> killed = started.thenAccept(Process::destroyForcibly);
            LOG.debug("interrupted at the start of {}: {}", command.words(), killed);
            throw e;
        }
    }

    private static Process spawn(ProcessBuilder builder) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void mark(Map<String, String> env, String entry) {
        int equals = entry.indexOf('=');
        env.put(entry.substring(0, equals), entry.substring(equals + 1));
    }

    private static CompletableFuture<Void> pump(Process process, OutputFile output) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        // Not a virtual thread: reading a pipe would hold its carrier.
        Thread.ofPlatform().daemon().name("output-" + process.pid()).start(() -> {
            try (InputStream in = process.getInputStream()) {
                output.drain(in);
                done.complete(null);
            } catch (IOException e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /** Everything that held the pipe open is dead by now; a full disk shows here. */
    private static void awaitOutput(Process process, CompletableFuture<Void> pump)
            throws IOException, InterruptedException {
        try {
            pump.get(LAST_OUTPUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException("the output cannot be kept: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            LOG.warn("somebody holds the output of {} open", process.pid());
        }
    }

    @Override
    public void close() {
        spawner.shutdown();
    }
}
