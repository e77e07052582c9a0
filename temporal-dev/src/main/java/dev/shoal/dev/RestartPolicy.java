package dev.shoal.dev;

import java.time.Duration;

/** How long to wait before a process that died is started again. */
final class RestartPolicy {
    private static final Duration FIRST = Duration.ofMillis(200);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    /** A process that was up for so long has recovered: its next death counts as the first. */
    static final Duration STABLE = Duration.ofSeconds(60);

    private RestartPolicy() {}

    /** Doubles with each of the {@code deaths} in a row, this one included. */
    static Duration delay(int deaths) {
        if (deaths < 1) {
            throw new IllegalArgumentException("deaths must be positive, got " + deaths);
        }
        Duration delay = FIRST.multipliedBy(1L << Math.min(deaths - 1, 10));
        return delay.compareTo(LONGEST) > 0 ? LONGEST : delay;
    }

    /** Deaths in a row after a process that ran for {@code uptime} died. */
    static int deaths(int before, Duration uptime) {
        return uptime.compareTo(STABLE) >= 0 ? 1 : before + 1;
    }
}
