package dev.shoal.api.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The client commands: {@code build}, {@code release}, {@code machines}, {@code app}, {@code audit},
 * {@code retention}.
 */
@Command(
        name = "shoal",
        mixinStandardHelpOptions = true,
        description = "Builds a program once and ships it to 100,000 machines.",
        subcommands = {
            BuildCommand.class,
            ReleaseCommand.class,
            MachinesCommand.class,
            AppCommand.class,
            AuditCommand.class,
            RetentionCommand.class,
            CommandLine.HelpCommand.class
        })
public final class ShoalCli implements Runnable {
    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandLine.Model.CommandSpec spec;

    private ShoalCli(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    /** Ends the JVM with the exit code: 0, 1 for a failure (one line on standard error), 2 for wrong usage. */
    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(System.getenv(), out, err, args));
    }

    /** Runs one command and returns the exit code. */
    public static int run(Map<String, String> environment, PrintWriter out, PrintWriter err, String... args) {
        return new CommandLine(new ShoalCli(environment))
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((e, command, parsed) -> {
                    err.println("shoal: " + oneLine(e));
                    err.flush();
                    return ApiCommand.FAILED;
                })
                .execute(args);
    }

    private static String oneLine(Exception e) {
        String message = e.getMessage() == null ? e.toString() : e.getMessage();
        return String.join(" ", message.lines().map(String::strip).toList());
    }

    Map<String, String> environment() {
        return environment;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say a command");
    }
}
