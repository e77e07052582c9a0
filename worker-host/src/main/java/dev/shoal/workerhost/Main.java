package dev.shoal.workerhost;

import dev.shoal.workerhost.ConfigFile.ConfigException;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code Main build|release|monitor --config FILE}: exit code 0 after SIGTERM, 2 on a wrong command line or configuration. */
@Command(name = "worker-host", description = "Runs one role of Shoal's control plane.", mixinStandardHelpOptions = true)
public final class Main {
    private static final int CONFIGURATION_IS_WRONG = 2;

    private Main() {}

    /** Runs until SIGTERM. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Main())
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    if (failure instanceof ConfigException || failure instanceof IllegalArgumentException) {
                        commandLine.getErr().println("worker-host: " + failure.getMessage());
                        return CONFIGURATION_IS_WRONG;
                    }
                    throw failure;
                })
                .execute(args));
    }

    @Command(name = "build", description = "Claims jobs, builds them and uploads their artifacts.")
    int build(@Option(names = "--config", required = true, paramLabel = "FILE") Path config) throws Exception {
        return WorkerHost.run("build", ConfigFile.read(config), BuildRole::start);
    }

    @Command(name = "release", description = "Replicates builds, publishes pointers and watches rollouts.")
    int release(@Option(names = "--config", required = true, paramLabel = "FILE") Path config) throws Exception {
        return WorkerHost.run("release", ConfigFile.read(config), ReleaseRole::start);
    }

    @Command(name = "monitor", description = "Fails what no workflow owns and starts what no workflow serves.")
    int monitor(@Option(names = "--config", required = true, paramLabel = "FILE") Path config) throws Exception {
        return WorkerHost.run("monitor", ConfigFile.read(config), MonitorRole::start);
    }
}
