package dev.shoal.agent.machine;

import dev.shoal.model.json.Json;
import dev.shoal.model.json.MalformedJsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code state.json}: replaced as a whole, with the one before kept beside it. Confined to its machine's loop. */
final class StateFile {
    private static final Logger LOG = LoggerFactory.getLogger(StateFile.class);

    private final Path file;
    private final Path before;

    StateFile(Path dataDir) {
        this.file = dataDir.resolve("state.json");
        this.before = dataDir.resolve("state.json.before");
    }

    /**
     * What was written last. An unreadable file, which only a broken disk makes, is kept aside and the one before it is taken.
     *
     * @throws MachineException if neither can be read: forgetting the highest seq would let an old release in
     */
    DurableState read() {
        if (!Files.exists(file) && !Files.exists(before)) {
            return DurableState.EMPTY;
        }
        return read(file)
                .or(() -> read(before))
                .orElseThrow(() -> new MachineException("neither " + file + " nor " + before
                        + " can be read; move both away to let the machine start from nothing"));
    }

    /** On disk when it returns. */
    void write(DurableState state) {
        try {
            if (Files.exists(file)) {
                Files.deleteIfExists(before);
                Files.createLink(before, file);
            }
            Disk.replace(file, Json.bytes(state));
        } catch (IOException e) {
            throw new MachineException("cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    private static Optional<DurableState> read(Path path) {
        try {
            return Files.exists(path)
                    ? Optional.of(Json.read(Files.readAllBytes(path), DurableState.class))
                    : Optional.empty();
        } catch (IOException | MalformedJsonException e) {
            LOG.error("{} cannot be read", path, e);
            return Optional.empty();
        }
    }
}
