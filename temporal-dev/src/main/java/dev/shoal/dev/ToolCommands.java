package dev.shoal.dev;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** Commands about the pinned tools. */
final class ToolCommands {
    private ToolCommands() {}

    /** {@code ./shoal tools}. */
    @Command(
            name = "tools",
            mixinStandardHelpOptions = true,
            description = "Finds or builds Temporal, tctl and Consul.")
    static final class Build implements Callable<Integer> {
        @Override
        public Integer call() throws IOException {
            Tools tools = Tools.ofEnvironment(StackCommand.home(), System.out);
            for (Tool tool : Tool.values()) {
                System.out.printf("%-9s %s%n", tool.command(), tools.resolve(tool));
            }
            return 0;
        }
    }

    /** A real tool, pointed at the running stack. */
    abstract static class Passed extends StackCommand implements Callable<Integer> {
        @Parameters(arity = "0..*", description = "passed on")
        private List<String> words = new ArrayList<>();

        @Unmatched
        private List<String> rest = new ArrayList<>();

        final int run(Tool tool, Function<StackView, Map<String, String>> env)
                throws IOException, InterruptedException {
            StackView view = StackView.read(layout())
                    .orElseThrow(() -> new IllegalArgumentException("no stack runs in " + layout().dir()));
            Path program = Tools.ofEnvironment(home(), System.err).resolve(tool);
            List<String> command = new ArrayList<>(List.of(program.toString()));
            command.addAll(words);
            command.addAll(rest);
            ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
            builder.environment().putAll(env.apply(view));
            return builder.start().waitFor();
        }
    }

    /** {@code ./shoal temporal …}. */
    @Command(name = "temporal")
    static final class Temporal extends Passed {
        @Override
        public Integer call() throws IOException, InterruptedException {
            return run(Tool.TEMPORAL, view -> Map.of("TEMPORAL_ADDRESS", view.temporal()));
        }
    }

    /** {@code ./shoal tctl …}. */
    @Command(name = "tctl")
    static final class Tctl extends Passed {
        @Override
        public Integer call() throws IOException, InterruptedException {
            return run(Tool.TCTL, view -> Map.of("TEMPORAL_CLI_ADDRESS", view.temporal()));
        }
    }

    /** {@code ./shoal consul …}. */
    @Command(name = "consul")
    static final class Consul extends Passed {
        @Override
        public Integer call() throws IOException, InterruptedException {
            return run(
                    Tool.CONSUL,
                    view -> Map.of(
                            "CONSUL_HTTP_ADDR", view.globalConsul(),
                            "CONSUL_HTTP_TOKEN_FILE",
                                    layout().consulManagementToken(Configs.GLOBAL)
                                            .toString()));
        }
    }
}
