package dev.shoal.simulation.bench.recovery;

import dev.shoal.model.json.Json;
import dev.shoal.simulation.stack.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./shoal bench recovery}. Exits 1 unless every job ran again in time and no lost host changed anything. */
@Command(
        name = "recovery",
        mixinStandardHelpOptions = true,
        description = "Kills and freezes the host that builds a job; measures until the next attempt's first output.")
public final class RecoveryCommand implements Callable<Integer> {
    @Option(names = "--kills", description = "how many hosts are lost (default ${DEFAULT-VALUE})")
    private int kills = 20;

    @Option(names = "--kind", split = ",", description = "how, in turn: ${COMPLETION-CANDIDATES} (default KILL,STOP)")
    private List<Loss> kinds = List.of(Loss.KILL, Loss.STOP);

    @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
    private @Nullable Path json;

    @Option(names = "--dir", description = "a fresh directory for the stack (default: a temporary one)")
    private @Nullable Path dir;

    private final AtomicBoolean stopped = new AtomicBoolean();

    @Override
    public Integer call() throws IOException {
        if (kills < 1) {
            throw new IllegalArgumentException("--kills must be positive, got " + kills);
        }
        Launcher launcher = Launcher.find();
        Path stackDir = dir == null
                ? Files.createTempDirectory("shoal-recovery-").toRealPath()
                : Files.createDirectories(dir).toRealPath();
        Thread interrupted = new Thread(() -> stop(launcher, stackDir), "recovery-cleanup");
        Runtime.getRuntime().addShutdownHook(interrupted);
        try {
            RecoveryReport report = RecoveryReport.of(measure(launcher, stackDir));
            System.out.print(report.text());
            if (json != null) {
                Files.write(json, Json.bytes(report));
            }
            return report.isGood() ? 0 : 1;
        } finally {
            stop(launcher, stackDir);
        }
    }

    private List<Recovery> measure(Launcher launcher, Path stackDir) throws IOException {
        List<String> up =
                List.of("up", "--dir", stackDir.toString(), "--regions", "1", "--machines", "0", "--build-hosts", "3");
        if (launcher.run(up) != 0) {
            throw new IllegalStateException("./shoal up failed; logs: " + stackDir.resolve("logs"));
        }
        HostLosses losses = new HostLosses(stackDir);
        List<Recovery> recoveries = new ArrayList<>();
        for (int i = 0; i < kills; i++) {
            Recovery recovery = losses.lose(kinds.get(i % kinds.size()));
            recoveries.add(recovery);
            System.err.printf(
                    Locale.ROOT,
                    "%d/%d %s of %s: noticed after %.1f s, claimed after %.1f s, first output after %.1f s%n",
                    i + 1,
                    kills,
                    recovery.loss(),
                    recovery.host(),
                    recovery.noticedMs() / 1e3,
                    recovery.claimedMs() / 1e3,
                    recovery.outputMs() / 1e3);
            recovery.problems().forEach(System.err::println);
        }
        return recoveries;
    }

    private void stop(Launcher launcher, Path stackDir) {
        if (stopped.compareAndSet(false, true)) {
            launcher.run(List.of("down", "--dir", stackDir.toString()));
        }
    }
}
