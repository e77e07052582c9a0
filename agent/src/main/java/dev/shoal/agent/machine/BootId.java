package dev.shoal.agent.machine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of the kernel, from power on to power off: what was written but not synced is there for as long as it lasts. */
record BootId(String value) {
    private static final Logger LOG = LoggerFactory.getLogger(BootId.class);

    BootId {
        if (value.isBlank()) {
            throw new IllegalArgumentException("a boot without a name");
        }
    }

    /** This one, if the system tells. */
    static Optional<BootId> current() {
        return read(Path.of("/proc/sys/kernel/random/boot_id"));
    }

    static Optional<BootId> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip())
                    .filter(text -> !text.isEmpty())
                    .map(BootId::new);
        } catch (IOException e) {
            LOG.warn("{} cannot be read: all downloads are checked at each start", file, e);
            return Optional.empty();
        }
    }
}
