package dev.shoal.simulation.bench.swarm;

import dev.shoal.simulation.stack.Launcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The Consul of production, which {@code ./shoal tools} builds. */
final class PinnedConsul {
    private PinnedConsul() {}

    /** Where its program is; builds it if it is missing. */
    static Path get() throws IOException {
        if (find().isEmpty()) {
            Launcher.find().run(List.of("tools"));
        }
        return find().orElseThrow(() -> new IOException("no Consul: ./shoal tools could not build it"));
    }

    private static Optional<Path> find() throws IOException {
        String cache = System.getenv("SHOAL_CACHE");
        Path tools = (cache == null ? Path.of(System.getProperty("user.home"), ".cache", "shoal") : Path.of(cache))
                .resolve("tools");
        if (!Files.isDirectory(tools)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.list(tools)) {
            return files.filter(file -> file.getFileName().toString().matches("consul-[0-9.]+"))
                    .filter(Files::isExecutable)
                    .max(Path::compareTo);
        }
    }
}
