package dev.shoal.dev;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Commands about one process of a stack. */
final class ProcessCommands {
    private ProcessCommands() {}

    abstract static class OneProcess extends StackCommand {
        @Parameters(index = "0", paramLabel = "PROCESS", description = "its name, see ./shoal status")
        private String name = "";

        final String name() {
            return name;
        }

        final ProcessHandle handle() throws IOException {
            StackView view = StackView.read(layout())
                    .orElseThrow(() -> new IllegalArgumentException("no stack runs in " + layout().dir()));
            return view.processes().stream()
                    .filter(p -> p.name().equals(name))
                    .findFirst()
                    .flatMap(p -> ProcessHandle.of(p.pid()))
                    .orElseThrow(() -> new IllegalArgumentException("no running process '" + name + "'"));
        }
    }

    /** {@code ./shoal restart}: asks it to end; the supervisor starts it again. */
    @Command(
            name = "restart",
            mixinStandardHelpOptions = true,
            description = "Ends a process gently; it is started again.")
    static final class Restart extends OneProcess implements Callable<Integer> {
        @Override
        public Integer call() throws IOException {
            handle().destroy();
            return 0;
        }
    }

    /** {@code ./shoal kill}: kill -9; the supervisor starts it again. */
    @Command(
            name = "kill",
            mixinStandardHelpOptions = true,
            description = "Kills a process (SIGKILL); it is started again.")
    static final class Kill extends OneProcess implements Callable<Integer> {
        @Override
        public Integer call() throws IOException {
            handle().destroyForcibly();
            return 0;
        }
    }

    /** {@code ./shoal logs}. */
    @Command(name = "logs", mixinStandardHelpOptions = true, description = "Shows a process's log.")
    static final class Logs extends OneProcess implements Callable<Integer> {
        @Option(names = "-f", description = "follow")
        private boolean follow;

        @Override
        public Integer call() throws IOException, InterruptedException {
            List<String> command = new ArrayList<>(List.of("tail", "-n", "100"));
            if (follow) {
                command.add("-F");
            }
            command.add(layout().log(name()).toString());
            return new ProcessBuilder(command).inheritIO().start().waitFor();
        }
    }
}
