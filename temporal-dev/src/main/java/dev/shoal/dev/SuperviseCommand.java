package dev.shoal.dev;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The supervisor's process; started by {@code up} under its guard. */
@Command(name = "supervise", hidden = true)
final class SuperviseCommand extends StackCommand implements Callable<Integer> {
    @Override
    public Integer call() throws IOException, InterruptedException {
        Layout layout = layout();
        Optional<SupervisorLock> lock = SupervisorLock.acquire(layout);
        if (lock.isEmpty()) {
            System.err.println("shoal: another supervisor runs in " + layout.dir());
            return 1;
        }
        try {
            supervise(layout);
        } finally {
            lock.get().close();
        }
        return 0;
    }

    private static void supervise(Layout layout) throws IOException, InterruptedException {
        StackOptions options = new ObjectMapper().readValue(layout.options().toFile(), StackOptions.class);
        Ports ports = Ports.load(layout.data("ports.json"), Map.of());
        Programs programs = Programs.of(home(), Tools.ofEnvironment(home(), System.out));
        List<ProcessSpec> specs = Plan.make(layout, options, ports, programs);
        long guard = ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L);
        try (Supervisor supervisor = new Supervisor(layout, specs, new StackJson(layout, options, ports))) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(supervisor), "stop"));
            // Without its guard nobody would clean up after a kill -9 of this process.
            supervisor.run(now ->
                    ProcessHandle.current().parent().map(ProcessHandle::pid).orElse(0L) != guard);
        }
    }

    private static void stop(Supervisor supervisor) {
        try {
            supervisor.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
