package dev.shoal.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./shoal status}. Exits 0 if everything is healthy. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = "Shows every process, its port and its health.")
final class StatusCommand extends StackCommand implements Callable<Integer> {
    @Option(names = "--json", description = "print stack.json")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        Layout layout = layout();
        Optional<StackView> view = StackView.read(layout);
        if (view.isEmpty() || !StackView.isRunning(layout)) {
            System.err.println("shoal: no stack runs in " + layout.dir());
            return 1;
        }
        if (json) {
            System.out.println(Files.readString(layout.stackJson()));
        } else {
            print(view.get());
        }
        return view.get().allHealthy() ? 0 : 1;
    }

    static void print(StackView view) {
        System.out.printf(
                "%-16s %-9s %8s %6s  %-10s %-8s %8s  %s%n",
                "process", "kind", "pid", "port", "state", "health", "restarts", "");
        view.processes()
                .forEach(p -> System.out.printf(
                        "%-16s %-9s %8d %6d  %-10s %-8s %8d  %s%n",
                        p.name(),
                        p.kind(),
                        p.pid(),
                        p.port(),
                        p.state(),
                        p.healthy() ? "ok" : "-",
                        p.restarts(),
                        p.detail()));
        System.out.println("dashboard " + view.api() + "   Temporal " + view.temporalUi());
    }
}
