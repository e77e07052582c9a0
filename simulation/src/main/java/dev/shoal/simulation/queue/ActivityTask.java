package dev.shoal.simulation.queue;

import dev.shoal.workflows.ClaimActivities.ClaimRequest;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.HostActivities.BuildOutput;
import dev.shoal.workflows.TicketEvent;
import dev.shoal.workflows.TicketStep;
import io.temporal.activity.ActivityOptions;
import io.temporal.common.RetryOptions;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TemporalFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/** An activity as Temporal's server knows it. */
final class ActivityTask {
    /** {@code BACKING_OFF}: between two tries. */
    enum State {
        SCHEDULED,
        STARTED,
        BACKING_OFF,
        CLOSED
    }

    /** What a worker is asked to do. */
    sealed interface Work {
        record Claim(ClaimRequest request) implements Work {}

        record Build(ClaimedJob job) implements Work {}

        record Upload(ClaimedJob job, BuildOutput output) implements Work {}

        record Free(ClaimedJob job) implements Work {}

        record Write(TicketStep step) implements Work {}
    }

    /** How it ended. */
    sealed interface Outcome {
        record Completed(TicketEvent event) implements Outcome {}

        record Failed(TemporalFailure failure) implements Outcome {
            boolean isFinal() {
                return failure instanceof ApplicationFailure application && application.isNonRetryable();
            }
        }
    }

    final TicketRun run;
    final String queue;
    final ActivityOptions options;
    final Work work;
    final Consumer<Outcome> done;
    State state = State.SCHEDULED;
    int attempt = 1;
    boolean cancelRequested;
    long lastBeat;

    ActivityTask(TicketRun run, String queue, ActivityOptions options, Work work, Consumer<Outcome> done) {
        this.run = run;
        this.queue = queue;
        this.options = options;
        this.work = work;
        this.done = done;
    }

    /** How long the server waits after this try has failed. */
    Duration backOff() {
        RetryOptions policy = options.getRetryOptions();
        double factor = Math.pow(policy.getBackoffCoefficient(), Math.min(attempt - 1, 20));
        Duration most = Optional.ofNullable(policy.getMaximumInterval())
                .orElse(policy.getInitialInterval().multipliedBy(100));
        return Duration.ofMillis(Math.min((long) (policy.getInitialInterval().toMillis() * factor), most.toMillis()));
    }

    /** Whether this try is what the server waits for. */
    boolean isTry(int number) {
        return state == State.STARTED && attempt == number && run.isOpen();
    }
}
