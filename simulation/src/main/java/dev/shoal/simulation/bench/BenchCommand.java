package dev.shoal.simulation.bench;

import dev.shoal.simulation.bench.artifact.ArtifactBench;
import dev.shoal.simulation.bench.deploy.DeployBench;
import dev.shoal.simulation.bench.propagation.PropagationBench;
import dev.shoal.simulation.bench.queue.QueueBench;
import dev.shoal.simulation.bench.recovery.RecoveryCommand;
import dev.shoal.simulation.bench.reports.ReportsBench;
import dev.shoal.simulation.bench.swarm.SwarmBench;
import dev.shoal.simulation.bench.tracker.TrackerBench;
import picocli.CommandLine.Command;

/** {@code ./shoal bench}: one subcommand a benchmark. Each starts what it measures, prints ratios and leaves nothing behind. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "BENCHMARK",
        description = "Measures a part of Shoal against a peer, in the same run on this machine.",
        subcommands = {
            ArtifactBench.class,
            QueueBench.class,
            RecoveryCommand.class,
            PropagationBench.class,
            TrackerBench.class,
            SwarmBench.class,
            ReportsBench.class,
            DeployBench.class
        })
public final class BenchCommand {}
