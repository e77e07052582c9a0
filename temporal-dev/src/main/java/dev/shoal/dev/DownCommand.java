package dev.shoal.dev;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code ./shoal down}. */
@Command(name = "down", mixinStandardHelpOptions = true, description = "Stops everything of a stack; its data stays.")
final class DownCommand extends StackCommand implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofSeconds(40);

    @Override
    public Integer call() throws IOException, InterruptedException {
        Layout layout = layout();
        Optional<StackView> view = StackView.read(layout);
        boolean running = StackView.isRunning(layout);
        if (running && view.isPresent()) {
            ProcessHandle.of(view.get().supervisorPid()).ifPresent(ProcessHandle::destroy);
            long deadline = System.nanoTime() + LONGEST.toNanos();
            while (StackView.isRunning(layout) && System.nanoTime() < deadline) {
                Thread.sleep(Duration.ofMillis(100));
            }
            if (StackView.isRunning(layout)) {
                ProcessHandle.of(view.get().supervisorPid()).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
        int killed = Sweep.kill(layout.marker());
        java.nio.file.Files.deleteIfExists(layout.stackJson());
        System.out.println(
                running || killed > 0 ? "stopped the stack in " + layout.dir() : "no stack runs in " + layout.dir());
        return 0;
    }
}
