package dev.shoal.simulation.queue;

import java.time.Duration;

/** Something that users, operators or misfortune do to the system at a moment. Hosts, monitors and jobs are numbered from 0. */
sealed interface Deed {
    /** A job arrives. {@code fails}: its build ends with an exit code. {@code apiDies}: after the row, before the ticket. */
    record Submit(int priority, Duration build, Duration upload, boolean fails, boolean apiDies) implements Deed {}

    /** Somebody cancels the job that was accepted as the {@code job}th. */
    record Cancel(int job) implements Deed {}

    /** The host dies with all its processes and comes back under its name. */
    record Crash(int host, Duration away) implements Deed {}

    /** SIGSTOP and SIGCONT of a worker host: its clock and its connections stay, its build processes go on. */
    record Pause(int host, Duration away) implements Deed {}

    /** SIGTERM; a new process follows under the same name. */
    record Drain(int host, Duration away) implements Deed {}

    /** Every statement fails, those in flight with or without effect. */
    record DatabaseAway(Duration away) implements Deed {}

    /** Temporal does and answers nothing; what was due meanwhile is due at once when it is back. */
    record TemporalAway(Duration away) implements Deed {}

    /** Messages are late, out of order, or lost. */
    record BadNetwork(int lossPermille, Duration away) implements Deed {}

    /** An operator terminates the workflow that carries the job. */
    record Terminate(int job) implements Deed {}

    /** A monitor starts anew. */
    record RestartMonitor(int monitor) implements Deed {}

    /** A monitor's wall clock is set. */
    record SetClock(int monitor, Duration by) implements Deed {}

    /** How long it lasts. */
    default Duration lasts() {
        return switch (this) {
            case Crash crash -> crash.away();
            case Pause pause -> pause.away();
            case Drain drain -> drain.away().plus(SimulatedHost.GRACE).plus(SimulatedHost.HAND_BACK);
            case DatabaseAway database -> database.away();
            case TemporalAway temporal -> temporal.away();
            case BadNetwork network -> network.away();
            case Submit submit -> Duration.ZERO;
            case Cancel cancel -> Duration.ZERO;
            case Terminate terminate -> Duration.ZERO;
            case RestartMonitor restart -> Duration.ZERO;
            case SetClock clock -> Duration.ZERO;
        };
    }

    /** Whether it is a fault, as opposed to work. */
    default boolean isFault() {
        return !(this instanceof Submit || this instanceof Cancel);
    }
}
