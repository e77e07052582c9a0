package dev.shoal.agent.machine;

import dev.shoal.model.ByteSizes;
import java.time.LocalTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The configured limits and when others apply: the first window that holds the machine's local time wins. Pure.
 *
 * @param upload per second as {@link ByteSizes} reads it; absent or 0 for no limit
 * @param download as {@code upload}
 */
record LimitPlan(@Nullable String upload, @Nullable String download, List<Window> schedule) {
    static final LimitPlan NONE = new LimitPlan(null, null, List.of());

    /** Part of each day, from {@code from} until {@code to} (HH:MM), over midnight if {@code to} is the earlier. */
    record Window(
            String from,
            String to,
            @Nullable String upload,
            @Nullable String download) {
        Window {
            time(from);
            time(to);
            limits(upload, download);
        }

        private boolean holds(LocalTime now) {
            LocalTime start = time(from);
            LocalTime end = time(to);
            boolean afterStart = !now.isBefore(start);
            boolean beforeEnd = now.isBefore(end);
            return start.isBefore(end) ? afterStart && beforeEnd : afterStart || beforeEnd;
        }

        private static LocalTime time(String text) {
            try {
                return LocalTime.parse(text);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException("not a time of day like 08:30: '" + text + "'", e);
            }
        }
    }

    @SuppressWarnings("NullAway") // Jackson passes null for what the file leaves out
    LimitPlan {
        limits(upload, download);
        schedule = schedule == null ? List.of() : List.copyOf(schedule);
    }

    /** What applies at this time of day. */
    TransferLimits at(LocalTime now) {
        return schedule.stream()
                .filter(window -> window.holds(now))
                .findFirst()
                .map(window -> limits(window.upload, window.download))
                .orElseGet(() -> limits(upload, download));
    }

    private static TransferLimits limits(@Nullable String upload, @Nullable String download) {
        return new TransferLimits(
                upload == null ? 0 : ByteSizes.parse(upload), download == null ? 0 : ByteSizes.parse(download));
    }
}
