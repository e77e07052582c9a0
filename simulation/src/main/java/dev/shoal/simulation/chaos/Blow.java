package dev.shoal.simulation.chaos;

import java.time.Duration;

/**
 * One thing done to one process.
 *
 * @param at since the start
 * @param lasts how long a freeze lasts; zero for a kill
 */
record Blow(Duration at, String process, String kind, Strike strike, Duration lasts) {
    /** What is done. */
    enum Strike {
        /** SIGKILL; the supervisor starts it again. */
        KILL,
        /** SIGSTOP, and SIGCONT after a while: it keeps its connections and goes on as if no time had passed. */
        FREEZE
    }

    @Override
    public String toString() {
        return strike == Strike.KILL ? "kill " + process : "freeze " + process + " for " + lasts.toMillis() + " ms";
    }
}
