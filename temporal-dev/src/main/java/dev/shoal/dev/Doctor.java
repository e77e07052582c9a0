package dev.shoal.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Looks at the machine and says what is missing and how to get it. */
final class Doctor {
    private static final long LEAST_DISK = 5L << 30;
    private static final long LEAST_MEMORY = 6L << 20;
    private static final long LEAST_FILES = 4096;

    /** @param fix empty when the check passed */
    record Finding(String check, String seen, Optional<String> fix) {
        boolean ok() {
            return fix.isEmpty();
        }
    }

    private final Tools tools;
    private final Path dir;

    Doctor(Tools tools, Path dir) {
        this.tools = tools;
        this.dir = dir;
    }

    List<Finding> examine() throws IOException {
        List<Finding> findings = new ArrayList<>();
        findings.add(finding(
                "JDK",
                Runtime.version() + " in " + System.getProperty("java.home"),
                Runtime.version().feature() >= 21,
                "install a JDK 21 or newer, or set SHOAL_JAVA_HOME"));
        for (String program : List.of("mvn", "git", "tar")) {
            Optional<Path> found = tools.onPath(program);
            findings.add(finding(
                    program,
                    found.map(Path::toString).orElse("not on PATH"),
                    found.isPresent(),
                    "install " + program + " and put it on PATH"));
        }
        for (Tool tool : Tool.values()) {
            findings.add(tool(tool));
        }
        Path existing = existing(dir);
        long disk = Files.getFileStore(existing).getUsableSpace();
        findings.add(finding(
                "disk",
                (disk >> 30) + " GiB free at " + existing,
                disk >= LEAST_DISK,
                "free 5 GiB, or use --dir on another disk"));
        long memory = meminfo("MemAvailable:");
        findings.add(finding(
                "memory",
                (memory >> 10) + " MiB available",
                memory >= LEAST_MEMORY,
                "a stack of 3 regions needs about 6 GiB: run fewer --regions"));
        long files = openFiles();
        findings.add(finding("open files", "limit " + files, files >= LEAST_FILES, "raise it: ulimit -n 65536"));
        findings.add(nativeLibrary());
        findings.add(unshare());
        return findings;
    }

    private Finding tool(Tool tool) {
        Optional<Path> found = tools.find(tool);
        boolean go = tools.onPath("go").isPresent();
        return finding(
                tool.command(),
                found.map(Path::toString)
                        .orElse(go ? "will be built with go at first use" : "not found, and no go to build it"),
                found.isPresent() || go,
                "install Go 1.25 or newer, or " + tool.command());
    }

    private static Finding nativeLibrary() {
        String os = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        Path libjsig = Path.of(System.getProperty("java.home"), "lib", "libjsig.so");
        boolean ok = os.equals("Linux amd64") && Files.exists(libjsig);
        return finding(
                "native library",
                os + (Files.exists(libjsig) ? ", libjsig.so found" : ", no " + libjsig),
                ok,
                "agents need Linux on x86_64 and a JDK with lib/libjsig.so");
    }

    private Finding unshare() throws IOException {
        boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
        boolean ok = !root || namespaceWorks();
        return finding(
                "Postgres as this user",
                root ? "root, " + (ok ? "unshare works" : "unshare -U does not work") : "not root",
                ok,
                "Postgres refuses root: install util-linux and allow user namespaces, or run as another user");
    }

    /** Containers often forbid what the installed program could do. */
    private boolean namespaceWorks() throws IOException {
        Optional<Path> unshare = tools.onPath("unshare");
        if (unshare.isEmpty()) {
            return false;
        }
        Process process = new ProcessBuilder(unshare.get().toString(), "-U", "true")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.onExit().join().exitValue() == 0;
    }

    private static Finding finding(String check, String seen, boolean ok, String fix) {
        return new Finding(check, seen, ok ? Optional.empty() : Optional.of(fix));
    }

    private static Path existing(Path path) {
        Path candidate = path.toAbsolutePath();
        while (!Files.exists(candidate) && candidate.getParent() != null) {
            candidate = candidate.getParent();
        }
        return candidate;
    }

    private static long meminfo(String key) throws IOException {
        return number(Path.of("/proc/meminfo"), key, 1);
    }

    private static long openFiles() throws IOException {
        return number(Path.of("/proc/self/limits"), "Max open files", 3);
    }

    private static long number(Path file, String key, int word) throws IOException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.trim().split("\\s+", -1)[word])
                    .map(text -> text.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(text))
                    .findFirst()
                    .orElse(0L);
        }
    }
}
