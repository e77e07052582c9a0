package dev.shoal.simulation.queue;

import dev.shoal.simulation.queue.ActivityTask.Outcome;
import dev.shoal.simulation.queue.ActivityTask.State;
import dev.shoal.workerhost.OpenWorkflows;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.temporal.api.enums.v1.TimeoutType;
import io.temporal.common.RetryOptions;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TimeoutFailure;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A model of Temporal's server: task queues with long polls, time-outs and retries by the production's own {@code ActivityOptions},
 * cancels that are told with a heartbeat's answer, late visibility. While it is away nothing happens in it; what was due is due when
 * it is back.
 */
final class SimulatedTemporal implements OpenWorkflows {
    /** Time-outs beyond it cannot come true: no episode lasts so long. */
    private static final Duration HORIZON = Duration.ofHours(12);

    private static final Duration QUICK = Duration.ofMillis(5);
    private static final Duration SLOW = Duration.ofMillis(500);
    private static final Duration VISIBILITY_LAG = Duration.ofSeconds(3);

    private final Timeline timeline;
    private final Dice dice;
    private final Map<String, TicketRun> newest = new HashMap<>();
    private final Map<String, Deque<ActivityTask>> tasks = new HashMap<>();
    private final Map<String, Deque<Poll>> polls = new HashMap<>();
    private final List<Runnable> due = new ArrayList<>();
    private int away;
    private int open;
    private long visiblyWaiting;

    SimulatedTemporal(Timeline timeline, Dice dice) {
        this.timeline = timeline;
        this.dice = dice;
    }

    /** A worker's long poll. */
    interface Poll {
        /** Over the network, which may lose it. */
        void take(ActivityTask task, int attempt);

        /** The connection broke. */
        void broken();
    }

    /** What the server answers to a heartbeat. */
    enum Wanted {
        YES,
        CANCELLED,
        GONE
    }

    // ---- being away

    boolean isAway() {
        return away > 0;
    }

    void goAway(Duration howLong) {
        away++;
        List<Poll> broken = polls.values().stream().flatMap(Deque::stream).toList();
        polls.clear();
        broken.forEach(Poll::broken);
        timeline.after(howLong, this::comeBack);
    }

    private void comeBack() {
        away--;
        if (away == 0) {
            List<Runnable> late = List.copyOf(due);
            due.clear();
            late.forEach(Runnable::run);
        }
    }

    private void whenBack(Runnable action) {
        if (isAway()) {
            due.add(() -> whenBack(action));
        } else {
            action.run();
        }
    }

    private void timer(@Nullable Duration delay, Runnable action) {
        if (delay != null && delay.compareTo(HORIZON) < 0) {
            timeline.after(delay, () -> whenBack(action));
        }
    }

    // ---- workflows

    /** Starts the run unless one is open under its id. @throws StatusRuntimeException if the server is away */
    void start(String id, java.util.function.Function<String, TicketRun> run) {
        requireThere();
        if (!isRunning(id)) {
            TicketRun started = run.apply(id);
            newest.put(id, started);
            open++;
            workflowTask(started::begin);
        }
    }

    Optional<TicketRun> find(String id) {
        return Optional.ofNullable(newest.get(id));
    }

    @Override
    public boolean isOpen(String workflowId) {
        requireThere();
        return isRunning(workflowId);
    }

    /** What is, whether the server answers or not. */
    boolean isRunning(String workflowId) {
        return find(workflowId).filter(TicketRun::isOpen).isPresent();
    }

    @Override
    public Optional<String> howItEnded(String workflowId) {
        requireThere();
        return find(workflowId).flatMap(TicketRun::ending);
    }

    @Override
    public long waitingTickets() {
        requireThere();
        return visiblyWaiting;
    }

    /** A run has begun or ceased to wait for a job: lists and counts show it later. */
    void waiting(int change) {
        timeline.after(dice.between(Duration.ZERO, VISIBILITY_LAG), () -> visiblyWaiting += change);
    }

    void closed() {
        open--;
    }

    int openRuns() {
        return open;
    }

    /** Runs workflow code: on any host, soon. */
    void workflowTask(Runnable task) {
        timeline.after(dice.between(QUICK, SLOW), () -> whenBack(task));
    }

    private void requireThere() {
        if (isAway()) {
            throw new StatusRuntimeException(Status.UNAVAILABLE);
        }
    }

    // ---- activities

    void schedule(ActivityTask task) {
        timer(task.options.getScheduleToCloseTimeout(), () -> expire(task));
        enqueue(task);
    }

    private void enqueue(ActivityTask task) {
        task.state = State.SCHEDULED;
        int attempt = task.attempt;
        timer(task.options.getScheduleToStartTimeout(), () -> {
            if (task.state == State.SCHEDULED && task.attempt == attempt) {
                close(task, timeout(TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_START));
            }
        });
        tasks.computeIfAbsent(task.queue, queue -> new ArrayDeque<>()).add(task);
        match(task.queue);
    }

    /** A worker waits for a task. */
    void poll(String queue, Poll poll) {
        if (isAway()) {
            poll.broken();
            return;
        }
        polls.computeIfAbsent(queue, name -> new ArrayDeque<>()).add(poll);
        match(queue);
    }

    /** The poller is gone, and the server has noticed. */
    void hangUp(String queue, Poll poll) {
        Optional.ofNullable(polls.get(queue)).ifPresent(waiting -> waiting.remove(poll));
    }

    private void match(String queue) {
        Deque<ActivityTask> waiting = tasks.getOrDefault(queue, new ArrayDeque<>());
        Deque<Poll> pollers = polls.getOrDefault(queue, new ArrayDeque<>());
        while (!isAway() && !waiting.isEmpty() && !pollers.isEmpty()) {
            ActivityTask task = waiting.remove();
            if (task.state == State.SCHEDULED && task.run.isOpen()) {
                startOn(task, pollers.remove());
            }
        }
    }

    private void startOn(ActivityTask task, Poll poll) {
        task.state = State.STARTED;
        task.lastBeat = timeline.nanos();
        int attempt = task.attempt;
        timer(task.options.getStartToCloseTimeout(), () -> {
            if (task.isTry(attempt)) {
                retry(task, timeout(TimeoutType.TIMEOUT_TYPE_START_TO_CLOSE));
            }
        });
        watch(task, attempt, task.options.getHeartbeatTimeout());
        poll.take(task, attempt);
    }

    private void watch(ActivityTask task, int attempt, @Nullable Duration limit) {
        if (limit != null) {
            Duration left = limit.minusNanos(timeline.nanos() - task.lastBeat);
            timer(left, () -> {
                if (task.isTry(attempt)) {
                    if (timeline.nanos() - task.lastBeat >= limit.toNanos()) {
                        retry(task, timeout(TimeoutType.TIMEOUT_TYPE_HEARTBEAT));
                    } else {
                        watch(task, attempt, limit);
                    }
                }
            });
        }
    }

    Wanted heartbeat(ActivityTask task, int attempt) {
        if (!task.isTry(attempt)) {
            return Wanted.GONE;
        }
        task.lastBeat = timeline.nanos();
        return task.cancelRequested ? Wanted.CANCELLED : Wanted.YES;
    }

    /** A worker's answer; one that nobody waits for any more is refused. */
    void respond(ActivityTask task, int attempt, Outcome outcome) {
        if (task.isTry(attempt)) {
            switch (outcome) {
                case Outcome.Completed completed -> close(task, completed);
                case Outcome.Failed failed -> {
                    boolean last = failed.failure() instanceof CanceledFailure || failed.isFinal();
                    if (last) {
                        close(task, failed);
                    } else {
                        retry(task, failed);
                    }
                }
            }
        }
    }

    void cancel(ActivityTask task) {
        task.cancelRequested = true;
        if (task.state == State.SCHEDULED || task.state == State.BACKING_OFF) {
            close(task, new Outcome.Failed(new CanceledFailure("cancelled")));
        }
    }

    private void retry(ActivityTask task, Outcome.Failed failed) {
        RetryOptions policy = task.options.getRetryOptions();
        if (task.cancelRequested || policy.getMaximumAttempts() == 1) {
            close(task, failed);
            return;
        }
        Duration delay = task.backOff();
        task.state = State.BACKING_OFF;
        task.attempt++;
        int attempt = task.attempt;
        timer(delay, () -> {
            if (task.state == State.BACKING_OFF && task.attempt == attempt && task.run.isOpen()) {
                enqueue(task);
            }
        });
    }

    private void expire(ActivityTask task) {
        if (task.state != State.CLOSED) {
            close(task, timeout(TimeoutType.TIMEOUT_TYPE_SCHEDULE_TO_CLOSE));
        }
    }

    private void close(ActivityTask task, Outcome outcome) {
        task.state = State.CLOSED;
        workflowTask(() -> task.done.accept(outcome));
    }

    private static Outcome.Failed timeout(TimeoutType type) {
        return new Outcome.Failed(new TimeoutFailure("time-out", null, type));
    }
}
