package dev.shoal.activities.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The living processes of this machine that carry a marker in their environment or their command line. */
public final class MarkedProcesses {
    private MarkedProcesses() {}

    /** Their ids; zombies and this JVM do not count. */
    public static List<Long> alive(String marker) {
        List<Long> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (pid != ProcessHandle.current().pid() && !zombie(process) && carries(process, marker)) {
                    found.add(pid);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("cannot list processes", e);
        }
        return found;
    }

    private static boolean carries(Path process, String marker) {
        return read(process.resolve("environ")).contains(marker)
                || read(process.resolve("cmdline")).contains(marker);
    }

    private static boolean zombie(Path process) {
        String stat = read(process.resolve("stat"));
        return stat.startsWith(") Z", stat.lastIndexOf(')'));
    }

    /** Empty for a process that ended meanwhile or is not ours to look at. */
    private static String read(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException gone) {
            return "";
        }
    }
}
