package dev.shoal.activities.sandbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.zip.CRC32;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kernel's control groups as this host may use them, version 2, version 1, or both beside each other: each run gets a group below
 * this process's own, named after the host's work directory. Thread-safe.
 */
final class Cgroups {
    /** Where version 2 keeps this process when its own group must be empty to have limited children. */
    static final String LEAF = "shoal-host";

    private static final Logger LOG = LoggerFactory.getLogger(Cgroups.class);
    private static final Path PROCESS = Path.of("/proc/self");
    private static final List<String> LIMITING = List.of("memory", "pids", "cpu");

    private final String prefix;
    private final Map<String, Path> parents;

    /** @param parents by controller, in which groups are made; {@code unified} and {@code freezer} limit nothing, but can kill */
    private Cgroups(String prefix, Map<String, Path> parents) {
        this.prefix = prefix;
        this.parents = parents;
    }

    /** Finds out what this host allows. Never fails: what cannot be used is not used. */
    static Cgroups detect(Path workDir) {
        try {
            return of(
                    workDir,
                    CgroupMounts.parse(
                            Files.readAllLines(PROCESS.resolve("mountinfo")),
                            Files.readAllLines(PROCESS.resolve("cgroup"))));
        } catch (IOException | UncheckedIOException e) {
            LOG.info("this host has no control groups: {}", e.toString());
            return new Cgroups(prefix(workDir), Map.of());
        }
    }

    static Cgroups of(Path workDir, CgroupMounts mounts) {
        Map<String, Path> parents = new LinkedHashMap<>();
        mounts.unified().ifPresent(own -> {
            UnifiedCgroup unified = UnifiedCgroup.prepare(own, LIMITING);
            parents.put("unified", unified.parent());
            unified.controllers().forEach(controller -> parents.put(controller, unified.parent()));
        });
        LIMITING.forEach(controller -> Optional.ofNullable(mounts.controllers().get(controller))
                .ifPresent(own -> parents.putIfAbsent(controller, own)));
        Optional.ofNullable(mounts.controllers().get("freezer")).ifPresent(own -> parents.put("freezer", own));
        String prefix = prefix(workDir);
        parents.values().removeIf(parent -> !usable(parent, prefix));
        LOG.info("control groups of this host: {}", parents);
        return new Cgroups(prefix, parents);
    }

    /** Not what the permissions say, but whether it works. */
    private static boolean usable(Path parent, String prefix) {
        Path probe = parent.resolve(prefix + "probe-" + UUID.randomUUID());
        try {
            Files.createDirectory(probe);
            Files.delete(probe);
            return true;
        } catch (IOException e) {
            LOG.debug("no groups below {}: {}", parent, e.toString());
            return false;
        }
    }

    static String prefix(Path workDir) {
        CRC32 hash = new CRC32();
        hash.update(workDir.toAbsolutePath().normalize().toString().getBytes(StandardCharsets.UTF_8));
        return "shoal-%08x-".formatted(hash.getValue());
    }

    /** Which of the limits this host does not enforce, in words; empty if it enforces all of them. */
    Optional<String> missing(BuildLimits limits) {
        TreeSet<String> missing = new TreeSet<>();
        if (limits.memory().isPresent() && !parents.containsKey("memory")) {
            missing.add("memory");
        }
        if (limits.processes().isPresent() && !parents.containsKey("pids")) {
            missing.add("processes");
        }
        if (limits.cpuWeight().isPresent() && !parents.containsKey("cpu")) {
            missing.add("processor weight");
        }
        return missing.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", missing));
    }

    /** A new group with these limits, as far as the host enforces them; it has no directories if the host has no groups. */
    Cgroup create(BuildLimits limits) throws IOException {
        String name = prefix + UUID.randomUUID();
        Map<String, Path> made = new LinkedHashMap<>();
        for (Map.Entry<String, Path> parent : parents.entrySet()) {
            Path group = parent.getValue().resolve(name);
            if (!made.containsValue(group)) {
                Files.createDirectory(group);
            }
            made.put(parent.getKey(), group);
        }
        Cgroup group = new Cgroup(made, limits);
        try {
            group.limit();
        } catch (IOException e) {
            group.close();
            throw e;
        }
        return group;
    }

    /** Kills and removes what an earlier process of this host has left. */
    void sweep() {
        for (Path parent : List.copyOf(new java.util.LinkedHashSet<>(parents.values()))) {
            for (Path left : left(parent)) {
                LOG.info("sweeping {}", left);
                new Cgroup(Map.of("left", left), BuildLimits.NONE).close();
            }
        }
    }

    private List<Path> left(Path parent) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> groups = Files.newDirectoryStream(parent, prefix + "*")) {
            groups.forEach(found::add);
        } catch (IOException e) {
            LOG.warn("cannot look for left groups below {}: {}", parent, e.toString());
        }
        return found;
    }
}
