package dev.shoal.activities.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One run's control group: its limits, and the net in which everything hangs that the run has started, whatever it does to its
 * environment, session and directory. Thread-safe.
 */
final class Cgroup implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Cgroup.class);
    private static final String PROCESSES = "cgroup.procs";
    private static final Duration PATIENCE = Duration.ofSeconds(8);
    private static final Duration PAUSE = Duration.ofMillis(5);
    /** The shell joins the groups itself before it becomes the command: nothing is ever started outside. */
    private static final String JOIN =
            "while [ \"$1\" != -- ]; do echo 0 > \"$1\" || exit 125; shift; done; shift; exec \"$@\"";

    private final Map<String, Path> byController;
    private final Set<Path> groups;
    private final BuildLimits limits;

    /** @param byController directories of the group, several controllers may have the same */
    Cgroup(Map<String, Path> byController, BuildLimits limits) {
        this.byController = Map.copyOf(byController);
        this.groups = new LinkedHashSet<>(byController.values());
        this.limits = limits;
    }

    /** Writes the limits to the kernel; version 1 and 2 have other names for them. */
    void limit() throws IOException {
        @Nullable Path memory = byController.get("memory");
        @Nullable Path pids = byController.get("pids");
        @Nullable Path cpu = byController.get("cpu");
        if (limits.memory().isPresent() && memory != null) {
            String bytes = Long.toString(limits.memory().getAsLong());
            if (!set(memory, "memory.max", bytes)) {
                Files.writeString(memory.resolve("memory.limit_in_bytes"), bytes);
            }
            var swap = set(memory, "memory.swap.max", "0") || set(memory, "memory.memsw.limit_in_bytes", bytes);
            var whole = set(memory, "memory.oom.group", "1");
            LOG.debug("{}: swap is limited too: {}, killed as a whole: {}", memory, swap, whole);
        }
        if (limits.processes().isPresent() && pids != null) {
            Files.writeString(
                    pids.resolve("pids.max"),
                    Integer.toString(limits.processes().getAsInt()));
        }
        if (limits.cpuWeight().isPresent() && cpu != null) {
            int weight = limits.cpuWeight().getAsInt();
            if (!set(cpu, "cpu.weight", Integer.toString(weight))) {
                // Version 1 has 1024 where version 2 has 100, and nothing below 2.
                Files.writeString(cpu.resolve("cpu.shares"), Integer.toString(Math.max(2, weight * 1024 / 100)));
            }
        }
    }

    private static boolean set(Path group, String name, String value) throws IOException {
        Path file = group.resolve(name);
        if (!Files.exists(file)) {
            return false;
        }
        Files.writeString(file, value);
        return true;
    }

    /** The words that run {@code command} in this group. */
    List<String> joining(List<String> command) {
        if (groups.isEmpty()) {
            return command;
        }
        List<String> words = new ArrayList<>(List.of("/bin/sh", "-c", JOIN, "sh"));
        groups.forEach(group -> words.add(group.resolve(PROCESSES).toString()));
        words.add("--");
        words.addAll(command);
        return words;
    }

    /** Which limit the run has hit, in words. */
    Optional<String> exceeded() {
        @Nullable Path memory = byController.get("memory");
        @Nullable Path pids = byController.get("pids");
        if (limits.memory().isPresent()
                && memory != null
                && (count(memory.resolve("memory.events"), "oom_kill")
                                + count(memory.resolve("memory.oom_control"), "oom_kill")
                        > 0)) {
            return Optional.of("memory limit of "
                    + dev.shoal.model.ByteSizes.text(limits.memory().getAsLong()) + " exceeded");
        }
        if (limits.processes().isPresent() && pids != null && count(pids.resolve("pids.events"), "max") > 0) {
            return Optional.of("limit of " + limits.processes().getAsInt() + " processes reached");
        }
        return Optional.empty();
    }

    private static long count(Path file, String key) {
        try {
            return Files.readAllLines(file).stream()
                    .filter(line -> line.startsWith(key + " "))
                    .mapToLong(line -> Long.parseLong(line.substring(key.length() + 1)))
                    .sum();
        } catch (IOException notThisVersion) {
            return 0;
        }
    }

    /** Kills everything in it until nothing is left. Returns whether that is so, after some seconds at most. */
    boolean kill() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        boolean empty = killOnce();
        while (!empty && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(PAUSE.toNanos());
            empty = killOnce();
        }
        return empty;
    }

    private boolean killOnce() {
        boolean empty = true;
        for (Path group : groups) {
            try {
                List<String> alive = Files.readAllLines(group.resolve(PROCESSES));
                if (!alive.isEmpty()) {
                    empty = false;
                    kill(group, alive);
                }
            } catch (NoSuchFileException gone) {
                LOG.trace("{} is gone", group);
            } catch (IOException e) {
                LOG.warn("cannot kill what is in {}: {}", group, e.toString());
                empty = false;
            }
        }
        return empty;
    }

    private static void kill(Path group, List<String> alive) throws IOException {
        if (set(group, "cgroup.kill", "1")) {
            return;
        }
        // Frozen, nobody forks away from the signals.
        boolean frozen = set(group, "freezer.state", "FROZEN");
        alive.forEach(pid -> ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly));
        if (frozen) {
            Files.writeString(group.resolve("freezer.state"), "THAWED");
        }
    }

    /** Kills what is in it, and removes it. What cannot be removed is swept when the host starts again. */
    @Override
    public void close() {
        boolean empty = kill();
        for (Path group : groups) {
            if (!remove(group)) {
                LOG.error("cannot remove the control group {}{}", group, empty ? "" : ": its processes do not die");
            }
        }
    }

    /** Busy for a moment after the last process has died, and if one joined only now. */
    private boolean remove(Path group) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - deadline < 0) {
            try {
                removeTree(group);
                return true;
            } catch (IOException busy) {
                var unused = killOnce();
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }
        return false;
    }

    /** A build that may make groups may have made some below its own. */
    private static void removeTree(Path group) throws IOException {
        try (var below = Files.newDirectoryStream(group, Files::isDirectory)) {
            for (Path each : below) {
                new Cgroup(Map.of("below", each), BuildLimits.NONE).killOnce();
                removeTree(each);
            }
        } catch (NoSuchFileException gone) {
            return;
        }
        Files.deleteIfExists(group);
    }
}
