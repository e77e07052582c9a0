package dev.shoal.simulation.bench.swarm;

import dev.shoal.dev.JvmFlags;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A process on a host of the testbed. What it says on its standard error goes to a log. Confined to one thread. */
final class HostProcess implements AutoCloseable {
    private static final long TICKS_PER_SECOND = 100;
    private static final int USER_TICKS = 11;
    private static final int SYSTEM_TICKS = 12;

    private final Process process;
    private final BufferedReader out;
    private final Path log;

    private HostProcess(Process process, Path log) {
        this.process = process;
        this.out = process.inputReader(StandardCharsets.UTF_8);
        this.log = log;
    }

    /** Starts it. Whether its output is read here, by {@link #line}, or goes to the log too. */
    static HostProcess start(List<String> command, Path log, boolean reading) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()));
        if (!reading) {
            builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        }
        return new HostProcess(builder.start(), log);
    }

    /** The command line of a class of ours in a JVM like that of the agents ({@code shoal-machine.service}). */
    static List<String> java(Class<?> main, int heapMiB, List<String> words) {
        return java(main.getName(), heapMiB, words);
    }

    /** Likewise, by the class's name; with libjsig, without which libtorrent's signal handlers end a JVM. */
    static List<String> java(String main, int heapMiB, List<String> words) {
        Path home = Path.of(System.getProperty("java.home"));
        List<String> command = new ArrayList<>(List.of(
                "env",
                "LD_PRELOAD=" + home.resolve("lib/libjsig.so"),
                home.resolve("bin/java").toString()));
        command.addAll(JvmFlags.SMALL);
        command.addAll(List.of("-Xmx" + heapMiB + "m", "-cp", System.getProperty("java.class.path"), main));
        command.addAll(words);
        return command;
    }

    /** Its next line that begins with {@code marker}, or {@code other}. @throws IOException if it ends before */
    String line(String marker, String other) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(marker) || line.startsWith(other)) {
                return line;
            }
        }
        throw new IOException("a process ended before it said '" + marker + "', see " + log + ": " + lastOfLog());
    }

    /** Hands it a line. */
    void tell(String line) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** {@code STOP} or {@code CONT}. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    /** The processor time that it has used, if it lives. */
    double cpuSeconds() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
        // The second field, the program's name in parentheses, may hold anything.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS])) / (double) TICKS_PER_SECOND;
    }

    /** The most memory of its own (not of mapped files) that it has, if it lives, in bytes. */
    long anonymousBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + process.pid() + "/status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                .findFirst()
                .orElse(0);
    }

    Optional<String> lastOfLog() throws IOException {
        return Files.exists(log) ? Files.readAllLines(log).stream().reduce((a, b) -> b) : Optional.empty();
    }

    /** Waits for its end. @throws IOException if it fails or takes too long */
    void await(long seconds) throws IOException, InterruptedException {
        if (!process.waitFor(seconds, TimeUnit.SECONDS) || process.exitValue() != 0) {
            close();
            throw new IOException(
                    "a process failed, see " + log + ": " + lastOfLog().orElse("it said nothing"));
        }
    }

    /** Kills it, as by {@code kill -9}, and waits for its end. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
