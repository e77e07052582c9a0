package dev.shoal.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code ./shoal down}. */
@Command(name = "down", mixinStandardHelpOptions = true, description = "Stops everything of a stack; its data stays.")
final class DownCommand extends StackCommand implements Callable<Integer> {
    private static final Duration LONGEST = Duration.ofSeconds(40);
    private static final Duration POLL = Duration.ofMillis(100);

    @Override
    public Integer call() throws IOException, InterruptedException {
        Layout layout = layout();
        Optional<ProcessHandle> supervisor = SupervisorLock.holder(layout);
        supervisor.ifPresent(ProcessHandle::destroy);
        long deadline = System.nanoTime() + LONGEST.toNanos();
        while (StackView.isRunning(layout) && System.nanoTime() < deadline) {
            Thread.sleep(POLL);
        }
        // What hangs for so long is killed; its guard and the sweep see to its children.
        SupervisorLock.holder(layout).ifPresent(ProcessHandle::destroyForcibly);
        int killed = Sweep.kill(layout.marker());
        Files.deleteIfExists(layout.stackJson());
        System.out.println(
                supervisor.isPresent() || killed > 0
                        ? "stopped the stack in " + layout.dir()
                        : "no stack runs in " + layout.dir());
        return 0;
    }
}
