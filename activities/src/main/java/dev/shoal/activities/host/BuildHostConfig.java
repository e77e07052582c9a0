package dev.shoal.activities.host;

import dev.shoal.activities.sandbox.BuildLimits;
import dev.shoal.model.HostId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A build host's own settings.
 *
 * @param slots builds at once
 * @param workDir absolute; kept from run to run
 * @param heartBeatInterval between writes of {@code last_heart_beat}
 * @param logLimit bytes of output that are kept of a build
 * @param limits of each build
 * @param secrets that builds get
 */
public record BuildHostConfig(
        HostId hostId,
        int slots,
        Path workDir,
        Duration heartBeatInterval,
        long logLimit,
        BuildLimits limits,
        List<BuildSecret> secrets) {
    /** What is kept of a build's output unless configured. */
    public static final long DEFAULT_LOG_LIMIT = 64L << 20;

    public BuildHostConfig {
        secrets = List.copyOf(secrets);
        if (slots < 1 || slots > 256) {
            throw new IllegalArgumentException("build.slots must be within 1..256, got " + slots);
        }
        if (!workDir.isAbsolute()) {
            throw new IllegalArgumentException("build.work_dir must be absolute, got " + workDir);
        }
        if (heartBeatInterval.isNegative() || heartBeatInterval.isZero()) {
            throw new IllegalArgumentException("build.heart_beat_interval must be positive, got " + heartBeatInterval);
        }
    }
}
