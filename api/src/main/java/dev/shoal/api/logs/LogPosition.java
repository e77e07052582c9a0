package dev.shoal.api.logs;

import java.util.Optional;

/**
 * How far a reader is.
 *
 * @param attempt empty until it is known whose log is read
 * @param offset in bytes, of the attempt's log
 */
record LogPosition(Optional<Integer> attempt, long offset) {
    /** Where to read when {@code newest} is the newest attempt: another attempt's log is read from its start. */
    LogPosition at(int newest) {
        return attempt.isEmpty() || attempt.get() == newest
                ? new LogPosition(Optional.of(newest), offset)
                : new LogPosition(Optional.of(newest), 0);
    }

    LogPosition movedTo(long next) {
        return new LogPosition(attempt, next);
    }
}
