package dev.shoal.dev;

import java.util.List;

/** How JVMs of ours run where many share a machine. */
public final class JvmFlags {
    /** Of every JVM of a stack; machines in production have the same in {@code shoal-machine.service}. */
    public static final List<String> SMALL = List.of(
            "-XX:+UseSerialGC",
            // Twenty JVMs share this machine, so C2 is for what is hottest only. Without it SHA-256 is ten times slower
            // (140 instead of 1,350 MB/s measured): its processor instructions are used by code that C2 has compiled.
            "-XX:Tier4InvocationThreshold=30000",
            "-XX:Tier4MinInvocationThreshold=20000",
            "-XX:Tier4CompileThreshold=60000",
            "-XX:Tier4BackEdgeThreshold=200000",
            "-Xshare:auto",
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED");

    private JvmFlags() {}
}
