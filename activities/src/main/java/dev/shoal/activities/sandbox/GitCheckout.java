package dev.shoal.activities.sandbox;

import dev.shoal.model.job.JobSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks a commit out, through a mirror that this host keeps per repository. Thread-safe; one fetch a mirror at a time. */
final class GitCheckout {
    private static final Logger LOG = LoggerFactory.getLogger(GitCheckout.class);
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
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
    private final MirrorCache cache;

    /** @param maxBytes that all mirrors may have, but for those in use */
    GitCheckout(Sandbox sandbox, Path mirrors, long maxBytes) {
        this.sandbox = sandbox;
        this.mirrors = mirrors;
        this.cache = new MirrorCache(mirrors, maxBytes);
    }

    void checkOut(JobSource.Git source, Path target, Sandbox.Watch watch)
            throws BuildFault, IOException, InterruptedException {
        try (MirrorCache.Held held = cache.hold(name(source.url()), watch)) {
            if (!hasCommit(source, held.mirror(), watch)) {
                refresh(source.url(), held.mirror(), watch);
            }
            String commit = resolve(source, held.mirror(), watch);
            Optional<String> problem = write(commit, held.mirror(), target, watch);
            if (problem.isPresent()) {
                LOG.warn("the mirror of {} is rebuilt: {}", source.url(), problem.get());
                held.discard();
                DeleteTree.delete(target);
                refresh(source.url(), held.mirror(), watch);
                Optional<String> still = write(commit, held.mirror(), target, watch);
                if (still.isPresent()) {
                    throw new BuildFault(still.get());
                }
            }
            held.used();
        }
        cache.evict();
    }

    /** Deletes what can be fetched again and nobody uses now. */
    void freeSpace() throws IOException, InterruptedException {
        cache.evictAll();
    }

    /** A commit, unlike a branch, is what it was: whoever has it need not ask the repository. */
    private boolean hasCommit(JobSource.Git source, Path mirror, Sandbox.Watch watch)
            throws IOException, InterruptedException {
        return COMMIT.matcher(source.ref()).matches()
                && Files.isDirectory(mirror)
                && run(List.of("cat-file", "-e", source.ref() + "^{commit}"), mirror, watch)
                                .code()
                        == 0;
    }

    /** Objects are linked, not copied. Returns what went wrong. */
    private Optional<String> write(String commit, Path mirror, Path target, Sandbox.Watch watch)
            throws IOException, InterruptedException {
        List<String> clone =
                List.of("clone", "-q", "--local", "--no-checkout", "--", mirror.toString(), target.toString());
        Result cloned = run(clone, mirrors, watch);
        if (cloned.code() != 0) {
            return Optional.of("git clone failed: " + cloned.lastLine());
        }
        Result checkedOut = run(List.of("checkout", "-q", "--detach", commit), target, watch);
        return checkedOut.code() == 0 ? Optional.empty() : Optional.of("git checkout failed: " + checkedOut.lastLine());
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
