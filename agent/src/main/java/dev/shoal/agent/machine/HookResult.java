package dev.shoal.agent.machine;

import java.time.Duration;

/** What became of a hook. */
sealed interface HookResult {
    record Exited(int code) implements HookResult {}

    /** It and all of its session were killed. */
    record TimedOut(Duration limit) implements HookResult {}

    /** The shell could not be started. */
    record NotStarted(String reason) implements HookResult {}

    /** The agent is stopping, or a newer version is waiting; it was killed. */
    record Interrupted() implements HookResult {}

    default boolean succeeded() {
        return this instanceof Exited exited && exited.code() == 0;
    }

    /** For people. */
    default String describe() {
        return switch (this) {
            case Exited e -> "exit code " + e.code();
            case TimedOut t -> "no end within " + t.limit().toMillis() + " ms";
            case NotStarted n -> n.reason();
            case Interrupted i -> "interrupted";
        };
    }
}
