package dev.shoal.agent.machine;

import java.time.Clock;
import java.time.LocalTime;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the plan as the day goes on, or what was set by hand until that is lifted or the agent restarts. All on one thread;
 * public methods are thread-safe.
 */
final class LimitKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LimitKeeper.class);
    private static final long LOOK_SECONDS = 5;

    private final LimitPlan plan;
    private final Clock clock;
    private final Consumer<TransferLimits> apply;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("limits").factory());
    private volatile Optional<TransferLimits> byHand = Optional.empty();
    private volatile TransferLimits applied = TransferLimits.NONE;

    /** Starts to keep. {@code clock} gives the machine's time zone too. */
    LimitKeeper(LimitPlan plan, Clock clock, Consumer<TransferLimits> apply) {
        this.plan = plan;
        this.clock = clock;
        this.apply = apply;
        var unused = timer.scheduleWithFixedDelay(this::look, 0, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    /** What applies now. */
    TransferLimits current() {
        return applied;
    }

    /** Overrides the plan. */
    void set(TransferLimits limits) {
        byHand = Optional.of(limits);
        timer.execute(this::look);
    }

    /** Back to the plan. */
    void clear() {
        byHand = Optional.empty();
        timer.execute(this::look);
    }

    private void look() {
        try {
            TransferLimits wanted = byHand.orElseGet(() -> plan.at(LocalTime.now(clock)));
            if (!wanted.equals(applied)) {
                apply.accept(wanted);
                applied = wanted;
                LOG.info("limits: {} up, {} down (bytes per second, 0 is none)", wanted.upload(), wanted.download());
            }
        } catch (RuntimeException e) {
            LOG.warn("limits were not applied, trying again", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
