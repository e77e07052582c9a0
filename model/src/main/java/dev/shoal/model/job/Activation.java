package dev.shoal.model.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.Optional;

/**
 * What a machine does with an artifact, from {@code activate:} in {@code shoal.yaml}. It travels inside the signed pointer.
 * The commands are run by {@code sh -c} in the directory of the new version.
 *
 * @param fileName the name of the artifact's file on the machine
 * @param unpack how the artifact is unpacked into the version's directory
 * @param pre run before anything else is touched; unless it exits 0, the old version goes on running
 * @param start run after the switch; must return; exit 0 is success
 * @param health polled after start until it exits 0
 * @param stop run in the old version's directory before the switch
 * @param healthTimeout how long {@code health} may take to succeed
 */
public record Activation(
        @JsonProperty("file_name") String fileName,
        Unpack unpack,
        Optional<String> pre,
        Optional<String> start,
        Optional<String> health,
        Optional<String> stop,
        @JsonProperty("health_timeout") Duration healthTimeout) {

    /** How an artifact becomes a version's directory. */
    public enum Unpack {
        @JsonProperty("none")
        NONE,
        @JsonProperty("tar")
        TAR,
        @JsonProperty("tar.gz")
        TAR_GZ,
        @JsonProperty("zip")
        ZIP
    }

    /** Keeps the 4 KiB pointer within bounds. */
    public static final int LONGEST_COMMAND = 512;

    public Activation {
        if (fileName.isEmpty() || fileName.contains("/") || fileName.startsWith(".") || fileName.length() > 128) {
            throw new IllegalArgumentException("artifact file name must be a plain name, got '" + fileName + "'");
        }
        if (healthTimeout.isNegative() || healthTimeout.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("health_timeout must be within 0..1h, got " + healthTimeout);
        }
        requireShort("pre", pre);
        requireShort("start", start);
        requireShort("health", health);
        requireShort("stop", stop);
    }

    /** An artifact that is only put in place. */
    public static Activation ofFile(String fileName) {
        return new Activation(
                fileName,
                Unpack.NONE,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(30));
    }

    private static void requireShort(String what, Optional<String> command) {
        if (command.isPresent() && (command.get().isBlank() || command.get().length() > LONGEST_COMMAND)) {
            throw new IllegalArgumentException("activate." + what + " must have 1.." + LONGEST_COMMAND + " characters");
        }
    }
}
