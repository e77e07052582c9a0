package dev.shoal.simulation;

import dev.shoal.simulation.bench.BenchCommand;
import dev.shoal.simulation.demo.DemoCommand;
import dev.shoal.simulation.load.LoadCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of {@code ./shoal demo}, {@code load}, {@code bench} and {@code simulate}. */
@Command(
        name = "shoal",
        subcommands = {DemoCommand.class, LoadCommand.class, BenchCommand.class, SimulateCommand.class})
public final class Main {
    private Main() {}

    /** Errors are one line on stderr. Exits 2 for wrong usage, 1 for failure. */
    public static void main(String[] args) {
        // Each module brings a logback.xml; logback would tell of that at length.
        System.setProperty("logback.statusListenerClass", "ch.qos.logback.core.status.NopStatusListener");
        CommandLine line = new CommandLine(new Main());
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setExecutionExceptionHandler((error, command, parsed) -> {
            System.err.println("shoal: " + error.getMessage());
            return 1;
        });
        System.exit(line.execute(args));
    }
}
