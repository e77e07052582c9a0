package dev.shoal.activities.sandbox;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where a process's own cgroups are in the file system, read from {@code /proc/self/mountinfo} and {@code /proc/self/cgroup}: pure.
 *
 * @param unified of version 2, if it is mounted (beside version 1 it often has no controllers, but can still kill)
 * @param controllers of version 1, by name
 */
record CgroupMounts(Optional<Path> unified, Map<String, Path> controllers) {
    private static final String UNIFIED = "";

    CgroupMounts {
        controllers = Map.copyOf(controllers);
    }

    static CgroupMounts parse(List<String> mountInfo, List<String> ownGroups) {
        Map<String, String> own = new HashMap<>();
        for (String line : ownGroups) {
            // 4:memory:/path, and 0::/path for version 2
            String[] fields = line.split(":", 3);
            if (fields.length == 3) {
                for (String controller : fields[1].split(",", -1)) {
                    own.put(controller, fields[2]);
                }
            }
        }
        Optional<Path> unified = Optional.empty();
        Map<String, Path> controllers = new HashMap<>();
        for (String line : mountInfo) {
            // 36 35 98:0 /root /mount/point options [optional fields] - type source super-options
            String[] halves = line.split(" - ", 2);
            String[] left = halves[0].split(" ", -1);
            String[] right = halves.length == 2 ? halves[1].split(" ", -1) : new String[0];
            if (left.length < 5 || right.length < 3) {
                continue;
            }
            if (right[0].equals("cgroup2")) {
                unified = Optional.ofNullable(own.get(UNIFIED)).map(path -> locate(left[3], left[4], path));
            } else if (right[0].equals("cgroup")) {
                for (String option : right[2].split(",", -1)) {
                    String path = own.get(option);
                    if (path != null) {
                        controllers.put(option, locate(left[3], left[4], path));
                    }
                }
            }
        }
        return new CgroupMounts(unified, controllers);
    }

    /** A container sees its own group at the mount point, under whatever name the host knows it. */
    private static Path locate(String mountRoot, String mountPoint, String group) {
        Path root = Path.of(mountRoot);
        Path path = Path.of(group);
        Path mount = Path.of(mountPoint);
        return path.startsWith(root) ? mount.resolve(root.relativize(path).toString()) : mount;
    }
}
