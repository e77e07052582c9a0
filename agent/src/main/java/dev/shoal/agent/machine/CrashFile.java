package dev.shoal.agent.machine;

import dev.shoal.model.json.Json;
import dev.shoal.model.json.MalformedJsonException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code running}, which is there while an agent runs, and {@code crashes.json}. Used by one process at a time. */
final class CrashFile {
    private static final Logger LOG = LoggerFactory.getLogger(CrashFile.class);

    private final Path running;
    private final Path file;

    CrashFile(Path dataDir) {
        this.running = dataDir.resolve("running");
        this.file = dataDir.resolve("crashes.json");
    }

    /** Notes that an agent runs. Returns the crashes, with that of the agent before if it did not {@link #end()}. */
    CrashHistory begin(Instant now) throws IOException {
        CrashHistory history = read();
        if (Files.exists(running)) {
            history = history.and(now);
            Disk.publish(file, Json.bytes(history));
            LOG.warn("the agent before this one was not stopped; {} times within an hour", history.within(now));
        }
        Disk.publish(running, Json.bytes(now));
        return history;
    }

    /** Notes that the agent was stopped. */
    void end() throws IOException {
        Files.deleteIfExists(running);
    }

    // People's information only: an unreadable file is as good as none.
    private CrashHistory read() throws IOException {
        try {
            return Files.exists(file) ? Json.read(Files.readAllBytes(file), CrashHistory.class) : CrashHistory.NONE;
        } catch (MalformedJsonException e) {
            LOG.warn("{} cannot be read and is forgotten", file, e);
            return CrashHistory.NONE;
        }
    }
}
