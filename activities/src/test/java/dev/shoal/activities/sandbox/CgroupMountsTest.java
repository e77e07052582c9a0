package dev.shoal.activities.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where groups are, on the usual kinds of hosts. */
class CgroupMountsTest {
    @TempDir
    private Path directory;

    @Test
    void aHostOfVersionTwo() {
        assertThat(CgroupMounts.parse(
                        List.of("29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate"),
                        List.of("0::/system.slice/shoal.service")))
                .isEqualTo(
                        new CgroupMounts(Optional.of(Path.of("/sys/fs/cgroup/system.slice/shoal.service")), Map.of()));
    }

    @Test
    void aHostOfVersionOneWithTheUnifiedTreeBesideIt() {
        assertThat(CgroupMounts.parse(
                        List.of(
                                "30 25 0:27 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw",
                                "33 25 0:30 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct",
                                "34 25 0:31 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory",
                                "35 25 0:32 / /proc rw - proc proc rw"),
                        List.of("4:memory:/user/x", "2:cpu,cpuacct:/", "0::/")))
                .isEqualTo(new CgroupMounts(
                        Optional.of(Path.of("/sys/fs/cgroup/unified")),
                        Map.of(
                                "memory", Path.of("/sys/fs/cgroup/memory/user/x"),
                                "cpu", Path.of("/sys/fs/cgroup/cpu,cpuacct"),
                                "cpuacct", Path.of("/sys/fs/cgroup/cpu,cpuacct"))));
    }

    @Test
    void aContainerThatSeesOnlyItsOwnGroup() {
        assertThat(CgroupMounts.parse(
                                List.of("9 8 0:31 /docker/f00 /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory"),
                                List.of("4:memory:/docker/f00"))
                        .controllers())
                .isEqualTo(Map.of("memory", Path.of("/sys/fs/cgroup/memory")));
    }

    @Test
    void aVersionTwoGroupThatIsSharedIsNotMoved() throws Exception {
        Files.writeString(directory.resolve("cgroup.controllers"), "cpu memory pids\n");
        Files.writeString(directory.resolve("cgroup.subtree_control"), "\n");
        Files.writeString(
                directory.resolve("cgroup.procs"), ProcessHandle.current().pid() + "\n1\n");

        assertThat(UnifiedCgroup.prepare(directory, List.of("memory", "pids")))
                .isEqualTo(new UnifiedCgroup(directory, List.of()));
        assertThat(directory.resolve(Cgroups.LEAF)).doesNotExist();
    }

    @Test
    void whoeverIsAloneInAVersionTwoGroupMovesIntoALeaf() throws Exception {
        String self = Long.toString(ProcessHandle.current().pid());
        Files.writeString(directory.resolve("cgroup.controllers"), "memory\n");
        Files.writeString(directory.resolve("cgroup.subtree_control"), "");
        Files.writeString(directory.resolve("cgroup.procs"), self + "\n");
        Files.createDirectory(directory.resolve(Cgroups.LEAF));
        Files.createFile(directory.resolve(Cgroups.LEAF).resolve("cgroup.procs"));

        var unused = UnifiedCgroup.prepare(directory, List.of("memory", "pids"));

        assertThat(directory.resolve(Cgroups.LEAF).resolve("cgroup.procs")).hasContent(self);
        assertThat(directory.resolve("cgroup.subtree_control")).hasContent("+memory");
    }
}
