package dev.shoal.model.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.AppName;
import java.util.Map;
import java.util.Optional;

/**
 * How many jobs of an app may run at once.
 *
 * @param byDefault of apps that are not named; empty is no limit
 * @param apps each at least 1
 */
public record AppLimits(@JsonProperty("default") Optional<Integer> byDefault, Map<AppName, Integer> apps) {
    /** Every app may use every slot. */
    public static final AppLimits NONE = new AppLimits(Optional.empty(), Map.of());

    public AppLimits {
        apps = Map.copyOf(apps);
        byDefault.ifPresent(AppLimits::checked);
        apps.values().forEach(AppLimits::checked);
    }

    /** Whether one more job of the app may start beside this many running ones. */
    public boolean hasRoom(AppName app, long running) {
        return running < room(app);
    }

    /** How many of {@code queued} jobs of the app may start beside {@code running} ones. */
    public long startable(AppName app, long queued, long running) {
        return Math.min(queued, Math.max(0, room(app) - running));
    }

    private long room(AppName app) {
        return Optional.ofNullable(apps.get(app))
                .or(() -> byDefault)
                .map(Integer::longValue)
                .orElse(Long.MAX_VALUE);
    }

    /** The limit itself. @throws IllegalArgumentException if it is below 1 */
    public static int checked(int maxRunning) {
        if (maxRunning < 1) {
            throw new IllegalArgumentException("a limit is at least 1, got " + maxRunning);
        }
        return maxRunning;
    }
}
