package dev.shoal.dev;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command lines of the programs that a stack consists of. */
final class Programs {
    private final Path javaHome;
    private final ClassPaths classPaths;
    private final Path temporal;
    private final Path consul;
    private final Path cache;

    Programs(Path javaHome, ClassPaths classPaths, Path temporal, Path consul, Path cache) {
        this.javaHome = javaHome;
        this.classPaths = classPaths;
        this.temporal = temporal;
        this.consul = consul;
        this.cache = cache;
    }

    static Programs of(Path home, Tools tools) throws IOException {
        return new Programs(
                Path.of(System.getProperty("java.home")),
                new ClassPaths(home),
                tools.resolve(Tool.TEMPORAL),
                tools.resolve(Tool.CONSUL),
                tools.cache());
    }

    Path temporal() {
        return temporal;
    }

    Path consul() {
        return consul;
    }

    /** Where things are kept that all stacks of this user share. */
    Path cache() {
        return cache;
    }

    Path libjsig() {
        return javaHome.resolve("lib/libjsig.so");
    }

    /** A subcommand of this module's own main. */
    List<String> self(List<String> words, int heapMiB) throws IOException {
        return java(classPaths.of("temporal-dev"), "dev.shoal.dev.Main", heapMiB, words);
    }

    List<String> role(String module, String main, int heapMiB, List<String> words) throws IOException {
        return java(classPaths.of(module), main, heapMiB, words);
    }

    List<String> agent(String role, Path config) throws IOException {
        List<String> words = List.of("--config", config.toString());
        return role.equals("machine")
                ? java(classPaths.ofMachineAgent(), "dev.shoal.agent.machine.MachineAgent", 128, words)
                : java(classPaths.of("agent"), "dev.shoal.agent.region.RegionAgent", 192, words);
    }

    private List<String> java(String classPath, String main, int heapMiB, List<String> words) {
        List<String> command = new ArrayList<>();
        command.add(javaHome.resolve("bin/java").toString());
        command.addAll(JvmFlags.SMALL);
        command.add("-Xmx" + heapMiB + "m");
        command.add("-cp");
        command.add(classPath);
        command.add(main);
        command.addAll(words);
        return command;
    }
}
