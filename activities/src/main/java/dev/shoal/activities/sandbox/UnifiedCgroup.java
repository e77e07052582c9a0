package dev.shoal.activities.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The version 2 group below which builds get theirs. There, only a group without processes of its own can limit its children: if
 * this process is alone in its group (systemd's {@code Delegate=yes}, a container), it moves into a leaf.
 *
 * @param controllers that limit the groups below {@code parent}
 */
record UnifiedCgroup(Path parent, List<String> controllers) {
    private static final Logger LOG = LoggerFactory.getLogger(UnifiedCgroup.class);
    private static final String SUBTREE = "cgroup.subtree_control";

    /** @param own group of this process */
    static UnifiedCgroup prepare(Path own, List<String> wanted) {
        boolean inLeaf = Cgroups.LEAF.equals(String.valueOf(own.getFileName()));
        Path parent = inLeaf ? SourceLinks.parent(own) : own;
        try {
            List<String> offered = common(wanted, parent.resolve("cgroup.controllers"));
            List<String> enabled = common(offered, parent.resolve(SUBTREE));
            if (enabled.size() < offered.size() && (inLeaf || becameLeaf(parent))) {
                for (String controller : offered) {
                    Files.writeString(parent.resolve(SUBTREE), "+" + controller);
                }
                enabled = common(offered, parent.resolve(SUBTREE));
            }
            return new UnifiedCgroup(parent, enabled);
        } catch (IOException e) {
            LOG.info("no limits by control group version 2: {}", e.toString());
            return new UnifiedCgroup(parent, List.of());
        }
    }

    private static boolean becameLeaf(Path group) throws IOException {
        String self = Long.toString(ProcessHandle.current().pid());
        try (Stream<String> processes = Files.lines(group.resolve("cgroup.procs"))) {
            if (!processes.allMatch(self::equals)) {
                return false;
            }
        }
        Path leaf = group.resolve(Cgroups.LEAF);
        Files.createDirectories(leaf);
        Files.writeString(leaf.resolve("cgroup.procs"), self);
        return true;
    }

    private static List<String> common(List<String> wanted, Path file) throws IOException {
        List<String> there = List.of(Files.readString(file).strip().split("\\s+", -1));
        return wanted.stream().filter(there::contains).toList();
    }
}
