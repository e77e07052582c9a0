package dev.shoal.simulation.calibrate;

import dev.shoal.model.json.Json;
import dev.shoal.simulation.bench.BenchCommand;
import dev.shoal.simulation.bench.swarm.Rates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./shoal simulate calibrate}: {@code bench swarm} with some numbers of agents, and the same scenes simulated. */
@Command(
        name = "calibrate",
        mixinStandardHelpOptions = true,
        description = "Real agents behind shaped links and the same scenes in the fleet simulator, side by side.")
public final class CalibrateCommand implements Callable<Integer> {
    /** Up to so many agents have the rate that was asked for. */
    private static final int FULL_RATE = 16;

    private static final int BLOCK = 1 << 20;
    private static final int WARM_UP_BLOCKS = 512;
    private static final int BLOCKS = 512;

    @Option(names = "--agents", split = ",", description = "how many, one scene each (default ${DEFAULT-VALUE})")
    private List<Integer> agents = List.of(8, 16, 32);

    @Option(names = "--size", description = "of the build (default ${DEFAULT-VALUE})")
    private String size = "128MiB";

    @Option(
            names = "--rate",
            description = "of each link, either way; with more than 16 agents less, so that all together stay the same"
                    + " (default ${DEFAULT-VALUE})")
    private String rate = "20Mbit";

    @Option(names = "--rounds", description = "of each scene (default ${DEFAULT-VALUE})")
    private int rounds = 1;

    @Option(names = "--json", paramLabel = "FILE", description = "write the figures as JSON")
    private @Nullable Path json;

    @Override
    public Integer call() throws IOException {
        List<Measured> measured = new ArrayList<>();
        Path file = Files.createTempFile("shoal-calibrate-", ".json");
        try {
            for (int count : agents) {
                int exit = new CommandLine(new BenchCommand())
                        .execute(
                                "swarm",
                                "--agents",
                                "" + count,
                                "--size",
                                size,
                                "--rate",
                                rateFor(count),
                                "--peers",
                                "shoal",
                                "--rounds",
                                "" + rounds,
                                "--json",
                                file.toString());
                if (exit != 0) {
                    return exit;
                }
                measured.add(Measured.read(file));
            }
        } finally {
            Files.delete(file);
        }
        Calibration calibration =
                Calibration.of(measured, hashRate(), Runtime.getRuntime().availableProcessors());
        System.out.print(calibration.text());
        if (json != null) {
            Files.write(json, Json.bytes(calibration));
        }
        return calibration.isGood() ? 0 : 1;
    }

    /** Twice as many agents move twice the bytes through one computer, which must not become the limit. */
    private String rateFor(int count) {
        return Rates.parse(rate) * FULL_RATE / Math.max(FULL_RATE, count) / 1000 + "Kbit";
    }

    /** Bytes a second of SHA-256, as the agents check a build, on one core. */
    private static double hashRate() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] block = new byte[BLOCK];
            for (int i = 0; i < WARM_UP_BLOCKS; i++) {
                sha256.update(block);
            }
            long start = System.nanoTime();
            for (int i = 0; i < BLOCKS; i++) {
                sha256.update(block);
            }
            return (double) BLOCK * BLOCKS / ((System.nanoTime() - start) / 1e9);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
