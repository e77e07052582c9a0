package dev.shoal.agent.machine;

import dev.shoal.model.pointer.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Runs an app's hooks: {@code sh -c} in the version's directory, in a session of its own, with a clean environment, output to
 * a file. A service that a hook leaves behind holds no pipe of ours and outlives the agent. Thread-safe.
 */
final class HookRunner {
    private static final long LONGEST_LOG = 8L << 20;
    private static final List<String> PASSED_ON =
            List.of("PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR", "JAVA_HOME", "SHOAL_STACK");

    private final MachineIdentity identity;
    private final Map<String, String> machineEnv;
    private final Map<String, String> ownEnv;

    /** Passes {@code machineEnv} to hooks, and of the agent's {@code ownEnv} what is harmless. */
    HookRunner(MachineIdentity identity, Map<String, String> machineEnv, Map<String, String> ownEnv) {
        this.identity = identity;
        this.machineEnv = Map.copyOf(machineEnv);
        this.ownEnv = Map.copyOf(ownEnv);
    }

    /** Runs a hook to its end or its limit. */
    HookResult run(String name, String command, Pointer pointer, AppDirectory app, Duration limit) {
        Process process;
        try {
            process = start(name, command, pointer, app);
        } catch (IOException e) {
            return new HookResult.NotStarted(String.valueOf(e.getMessage()));
        }
        try {
            if (process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return new HookResult.Exited(process.exitValue());
            }
            killSession(process);
            return new HookResult.TimedOut(limit);
        } catch (InterruptedException e) {
            killSession(process);
            Thread.currentThread().interrupt();
            return new HookResult.Interrupted();
        }
    }

    private Process start(String name, String command, Pointer pointer, AppDirectory app) throws IOException {
        // setsid does not fork here, because a child of a JVM leads no process group: the pid is that of the session.
        ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c", command);
        builder.directory(app.version(pointer).toFile());
        builder.environment().clear();
        builder.environment().putAll(environment(pointer, app));
        Path log = log(app);
        builder.redirectInput(Path.of("/dev/null").toFile());
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.redirectErrorStream(true);
        if (!name.equals("health")) {
            String line = "--- " + Instant.now() + " " + name + " of " + AppDirectory.versionName(pointer) + "\n";
            Files.write(
                    log, line.getBytes(StandardCharsets.UTF_8), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
        return builder.start();
    }

    Map<String, String> environment(Pointer pointer, AppDirectory app) throws IOException {
        Map<String, String> env = new TreeMap<>();
        // Hooks that start Java get the agent's own when the machine names none.
        env.put("JAVA_HOME", System.getProperty("java.home"));
        PASSED_ON.stream().filter(ownEnv::containsKey).forEach(key -> env.put(key, ownEnv.get(key)));
        env.putAll(machineEnv);
        env.put("SHOAL_APP", pointer.app().value());
        env.put("SHOAL_BUILD", pointer.build().value());
        env.put("SHOAL_SEQ", pointer.seq().toString());
        env.put("SHOAL_MACHINE_ID", identity.id().value());
        env.put("SHOAL_VERSION_DIR", app.version(pointer).toString());
        env.put("SHOAL_DATA_DIR", app.data().toString());
        return env;
    }

    private static Path log(AppDirectory app) throws IOException {
        Path log = app.hooksLog();
        if (Files.exists(log) && Files.size(log) > LONGEST_LOG) {
            Files.move(log, log.resolveSibling("hooks.log.1"), StandardCopyOption.REPLACE_EXISTING);
        }
        return log;
    }

    private static void killSession(Process process) {
        List<ProcessHandle> below = process.descendants().toList();
        try {
            // The group: children that lost their parent are not descendants any more.
            new ProcessBuilder("kill", "-KILL", "--", "-" + process.pid())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            process.destroyForcibly();
        }
        below.forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
