package dev.shoal.agent;

import dev.shoal.model.pointer.VerifyKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The release keys that an agent believes. */
public final class TrustedKeys {
    private TrustedKeys() {}

    /** Reads PEM files. Throws IllegalArgumentException if there is none, or one is not an Ed25519 public key. */
    public static List<VerifyKey> read(List<Path> files) {
        if (files.isEmpty()) {
            throw new IllegalArgumentException("trusted_keys must name at least one file");
        }
        List<VerifyKey> keys = new ArrayList<>();
        for (Path file : files) {
            try {
                keys.add(VerifyKey.ofPem(Files.readString(file)));
            } catch (IOException | IllegalArgumentException e) {
                throw new IllegalArgumentException("trusted_keys: cannot use " + file + ": " + e.getMessage(), e);
            }
        }
        return List.copyOf(keys);
    }
}
