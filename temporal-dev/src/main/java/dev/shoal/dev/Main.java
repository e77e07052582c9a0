package dev.shoal.dev;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Entry point of the development environment; started by {@code ./shoal}. */
@Command(
        name = "shoal",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            DoctorCommand.class,
            ProcessCommands.Restart.class,
            ProcessCommands.Kill.class,
            ProcessCommands.Logs.class,
            ChaosCommand.class,
            ToolCommands.Build.class,
            ToolCommands.Temporal.class,
            ToolCommands.Tctl.class,
            ToolCommands.Consul.class,
            SuperviseCommand.class,
            PostgresCommand.class,
            S3Command.class
        })
public final class Main {
    private static final List<String> PASSED_ON = List.of("temporal", "tctl", "consul");

    private Main() {}

    /** Errors are one line on stderr. Exits 2 for wrong usage, 1 for failure. */
    public static void main(String[] args) {
        CommandLine line = new CommandLine(new Main());
        if (args.length > 0 && PASSED_ON.contains(args[0])) {
            // Options after the tool's name are the tool's, --help and --dir included, except a leading --dir.
            line.setStopAtUnmatched(true);
            line.setUnmatchedOptionsArePositionalParams(true);
        }
        line.setExecutionExceptionHandler((error, command, parsed) -> {
            System.err.println("shoal: " + error.getMessage());
            return 1;
        });
        System.exit(line.execute(args));
    }
}
