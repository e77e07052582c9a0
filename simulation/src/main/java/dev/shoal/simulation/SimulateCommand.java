package dev.shoal.simulation;

import dev.shoal.simulation.calibrate.CalibrateCommand;
import dev.shoal.simulation.fleet.FleetCommand;
import dev.shoal.simulation.queue.QueueCommand;
import picocli.CommandLine.Command;

/** {@code ./shoal simulate}: one subcommand a simulator. Each is deterministic: same seed, same output. */
@Command(
        name = "simulate",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "SIMULATOR",
        description = "Runs a part of Shoal on a virtual clock.",
        subcommands = {FleetCommand.class, QueueCommand.class, CalibrateCommand.class})
public final class SimulateCommand {}
