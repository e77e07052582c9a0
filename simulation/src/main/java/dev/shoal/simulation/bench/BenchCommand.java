package dev.shoal.simulation.bench;

import picocli.CommandLine.Command;

/** {@code ./shoal bench}: one subcommand a benchmark. Each starts what it measures, prints ratios and leaves nothing behind. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "BENCHMARK",
        description = "Measures a part of Shoal against a peer, in the same run on this machine.",
        subcommands = {})
public final class BenchCommand {}
