package dev.shoal.model.job;

import dev.shoal.model.AppName;
import java.time.Duration;
import java.util.Map;

/**
 * How a source is built: the content of its {@code shoal.yaml}.
 *
 * @param command run by {@code sh -c} at the top of the source
 * @param artifact path of the produced file, relative to the top of the source, never leaving it
 * @param env added to the cleaned environment of the command
 * @param timeLimit after which the build is killed and the job fails
 */
public record BuildSpec(
        AppName app,
        String command,
        String artifact,
        Map<String, String> env,
        Duration timeLimit,
        Activation activation) {
    public BuildSpec {
        env = Map.copyOf(env);
        if (command.isBlank()) {
            throw new IllegalArgumentException("build.command must not be empty");
        }
        if (artifact.isBlank() || artifact.startsWith("/")) {
            throw new IllegalArgumentException("build.artifact must be a relative path, got '" + artifact + "'");
        }
        if (timeLimit.isNegative() || timeLimit.isZero() || timeLimit.compareTo(Duration.ofHours(24)) > 0) {
            throw new IllegalArgumentException("build.time_limit must be within 0..24h, got " + timeLimit);
        }
    }
}
