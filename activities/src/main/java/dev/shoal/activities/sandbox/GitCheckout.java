package dev.shoal.activities.sandbox;

import dev.shoal.model.job.JobSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Checks a commit out, through a mirror that this host keeps per repository. Thread-safe; one fetch a mirror at a time. */
final class GitCheckout {
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final Duration TICK = Duration.ofMillis(100);
    private static final long OUTPUT_LIMIT = 1 << 20;

    /** No hooks; and no housekeeping in the background, which would be killed with the command that started it. */
    private static final List<String> OPTIONS = List.of(
            "git",
            "-c",
            "core.hooksPath=/dev/null",
            "-c",
            "safe.directory=*",
            "-c",
            "gc.autoDetach=false",
            "-c",
            "maintenance.autoDetach=false");

    private final Sandbox sandbox;
    private final Path mirrors;
    private final ConcurrentHashMap<Path, ReentrantLock> locks = new ConcurrentHashMap<>();

    GitCheckout(Sandbox sandbox, Path mirrors) {
        this.sandbox = sandbox;
        this.mirrors = mirrors;
    }

    void checkOut(JobSource.Git source, Path target, Sandbox.Watch watch)
            throws BuildFault, IOException, InterruptedException {
        Files.createDirectories(mirrors);
        Path mirror = mirrors.resolve(name(source.url()));
        // Within this process by lock, since a file lock is the whole process's.
        ReentrantLock lock = locks.computeIfAbsent(mirror, m -> new ReentrantLock());
        while (!lock.tryLock(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
            watch.tick();
        }
        try (FileChannel channel = FileChannel.open(
                        mirrors.resolve(mirror.getFileName() + ".lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
                FileLock held = lock(channel, watch)) {
            refresh(source.url(), mirror, watch);
            String commit = resolve(source, mirror, watch);
            git(
                    List.of("clone", "-q", "--local", "--no-checkout", "--", mirror.toString(), target.toString()),
                    mirrors,
                    watch);
            git(List.of("checkout", "-q", "--detach", commit), target, watch);
            if (!held.isValid()) {
                throw new IOException("lost the lock of " + mirror);
            }
        } finally {
            lock.unlock();
        }
    }

    private static FileLock lock(FileChannel channel, Sandbox.Watch watch) throws IOException, InterruptedException {
        FileLock held = channel.tryLock();
        while (held == null) {
            watch.tick();
            Thread.sleep(TICK);
            held = channel.tryLock();
        }
        return held;
    }

    private void refresh(String url, Path mirror, Sandbox.Watch watch)
            throws BuildFault, IOException, InterruptedException {
        if (Files.exists(mirror)) {
            Result fetched =
                    run(List.of("fetch", "-q", "--prune", "--force", "origin", "+refs/*:refs/*"), mirror, watch);
            if (fetched.code() == 0) {
                return;
            }
            // A kill in the middle may have left locks behind: a mirror is only a cache, but one that is missed if the
            // repository is merely away.
        }
        Path part = mirror.resolveSibling(mirror.getFileName() + ".part");
        DeleteTree.delete(part);
        Result cloned = run(List.of("clone", "-q", "--mirror", "--", url, part.toString()), mirrors, watch);
        if (cloned.code() != 0) {
            throw new BuildFault("cannot clone " + url + ": " + cloned.lastLine());
        }
        DeleteTree.delete(mirror);
        Files.move(part, mirror, StandardCopyOption.ATOMIC_MOVE);
    }

    private String resolve(JobSource.Git source, Path mirror, Sandbox.Watch watch)
            throws BuildFault, IOException, InterruptedException {
        for (String candidate : List.of("refs/heads/" + source.ref(), "refs/tags/" + source.ref(), source.ref())) {
            Result parsed = run(
                    List.of("rev-parse", "-q", "--verify", "--end-of-options", candidate + "^{commit}"), mirror, watch);
            if (parsed.code() == 0) {
                return parsed.lastLine();
            }
        }
        throw new BuildFault("the repository " + source.url() + " has no ref '" + source.ref() + "'");
    }

    private void git(List<String> words, Path directory, Sandbox.Watch watch)
            throws BuildFault, IOException, InterruptedException {
        Result result = run(words, directory, watch);
        if (result.code() != 0) {
            throw new BuildFault("git " + words.getFirst() + " failed: " + result.lastLine());
        }
    }

    private record Result(int code, String output) {
        String lastLine() {
            return output.lines()
                    .filter(line -> !line.isBlank())
                    .reduce((a, b) -> b)
                    .orElse("no output")
                    .strip();
        }
    }

    private Result run(List<String> words, Path directory, Sandbox.Watch watch)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(OPTIONS);
        command.addAll(words);
        Path file = Files.createTempFile(mirrors, "git-", ".out");
        try (OutputFile output = new OutputFile(file, OUTPUT_LIMIT)) {
            Sandbox.Ending ending = sandbox.run(
                    new Sandbox.Command(command, directory, Optional.empty(), environment(), LONGEST), output, watch);
            int code = ending instanceof Sandbox.Ending.Exited exited ? exited.code() : 124;
            return new Result(code, Files.readString(file, StandardCharsets.UTF_8));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static Map<String, String> environment() {
        return Map.of(
                "PATH", Optional.ofNullable(System.getenv("PATH")).orElse("/usr/bin:/bin"),
                "HOME", Optional.ofNullable(System.getenv("HOME")).orElse("/"),
                "LANG", "C.UTF-8",
                "GIT_TERMINAL_PROMPT", "0",
                // Not ext:, which runs a command that the URL names.
                "GIT_ALLOW_PROTOCOL", "file:git:http:https:ssh");
    }

    private static String name(String url) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(url.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash).substring(0, 32) + ".git";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
