package dev.shoal.agent.machine;

import dev.shoal.model.BuildName;
import dev.shoal.model.pointer.Pointer;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Switches an app from one version to another: stop, {@code current}, start, health; and back when that fails. Every step can
 * be repeated after a crash. Used by one thread at a time for an app.
 */
final class Activator {
    private static final Logger LOG = LoggerFactory.getLogger(Activator.class);

    /** How long a start or stop hook may take: it starts or stops a service, it is not one. */
    static final Duration HOOK_LIMIT = Duration.ofSeconds(60);

    /** How long one health probe may take. */
    static final Duration PROBE_LIMIT = Duration.ofSeconds(10);

    private static final Duration PROBE_PAUSE = Duration.ofMillis(200);

    private final HookRunner hooks;

    Activator(HookRunner hooks) {
        this.hooks = hooks;
    }

    /** What an activation came to. */
    sealed interface Outcome {
        record Healthy() implements Outcome {}

        /** {@code running} is what {@code current} names now. */
        record Failed(String reason, Optional<BuildName> running) implements Outcome {}
    }

    /**
     * Makes {@code pointer} the running version; if it does not become healthy, {@code fallback} again.
     *
     * @param hurried whether a newer version waits, so that neither a slow health check nor the way back is worth the time
     */
    Outcome activate(Pointer pointer, Optional<Pointer> fallback, AppDirectory app, BooleanSupplier hurried)
            throws IOException {
        Optional<String> objection = preflight(pointer, app);
        if (objection.isPresent()) {
            return new Outcome.Failed(objection.get(), app.running().map(Pointer::build));
        }
        stopRunning(app);
        app.switchTo(pointer);
        Optional<String> failure = start(pointer, app, hurried);
        if (failure.isEmpty()) {
            LOG.info("{} runs {}", pointer.app(), AppDirectory.versionName(pointer));
            return new Outcome.Healthy();
        }
        LOG.warn("{} {}: {}", pointer.app(), AppDirectory.versionName(pointer), failure.get());
        if (hurried.getAsBoolean() || Thread.currentThread().isInterrupted()) {
            return new Outcome.Failed(failure.get(), Optional.of(pointer.build()));
        }
        return goBack(failure.get(), fallback.filter(app::isStaged), app, hurried);
    }

    private Outcome goBack(String reason, Optional<Pointer> fallback, AppDirectory app, BooleanSupplier hurried)
            throws IOException {
        stopRunning(app);
        if (fallback.isEmpty()) {
            app.removeCurrent();
            return new Outcome.Failed(reason + "; there is no version to go back to", Optional.empty());
        }
        Pointer back = fallback.get();
        app.switchTo(back);
        String result = start(back, app, hurried)
                .map(f -> "; back on " + back.build() + ", which fails too: " + f)
                .orElse("; back on " + back.build());
        return new Outcome.Failed(reason + result, Optional.of(back.build()));
    }

    /** After a restart of the agent: sees to it that {@code active} is what runs. Empty when it does, else the reason. */
    Optional<String> recover(Pointer active, AppDirectory app, BooleanSupplier hurried) throws IOException {
        if (!app.isStaged(active)) {
            return Optional.of("the directory of " + AppDirectory.versionName(active) + " is gone");
        }
        boolean named = app.running().filter(r -> r.seq().equals(active.seq())).isPresent();
        if (named && probe(active, app).succeeded()) {
            return Optional.empty();
        }
        stopRunning(app);
        app.switchTo(active);
        return start(active, app, hurried);
    }

    private Optional<String> preflight(Pointer pointer, AppDirectory app) {
        return pointer.activation()
                .pre()
                .map(command -> hooks.run("pre", command, pointer, app, HOOK_LIMIT))
                .filter(result -> !result.succeeded())
                .map(result -> "pre hook: " + result.describe() + "; nothing was touched");
    }

    private void stopRunning(AppDirectory app) throws IOException {
        Optional<Pointer> running = app.running();
        if (running.isPresent() && running.get().activation().stop().isPresent()) {
            HookResult result =
                    hooks.run("stop", running.get().activation().stop().get(), running.get(), app, HOOK_LIMIT);
            if (!result.succeeded()) {
                // The new version's start and health decide; an old one that cannot be stopped must not pin the machine
                // to it.
                LOG.warn(
                        "{} stop hook of {}: {}",
                        running.get().app(),
                        running.get().build(),
                        result.describe());
            }
        }
    }

    private Optional<String> start(Pointer pointer, AppDirectory app, BooleanSupplier hurried) {
        if (pointer.activation().start().isPresent()) {
            HookResult result = hooks.run("start", pointer.activation().start().get(), pointer, app, HOOK_LIMIT);
            if (!result.succeeded()) {
                return Optional.of("start hook: " + result.describe());
            }
        }
        return awaitHealth(pointer, app, hurried);
    }

    private Optional<String> awaitHealth(Pointer pointer, AppDirectory app, BooleanSupplier hurried) {
        Duration limit = pointer.activation().healthTimeout();
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            HookResult probe = probe(pointer, app);
            if (probe.succeeded()) {
                return Optional.empty();
            } else if (probe instanceof HookResult.Interrupted
                    || Thread.currentThread().isInterrupted()) {
                return Optional.of("the agent stopped during the health check");
            } else if (hurried.getAsBoolean()) {
                return Optional.of("not healthy yet (" + probe.describe() + ") when a newer release was ready");
            } else if (System.nanoTime() - deadline >= 0) {
                return Optional.of("health hook: " + probe.describe() + " after " + limit.toSeconds() + " s");
            }
            pause();
        }
    }

    private HookResult probe(Pointer pointer, AppDirectory app) {
        return pointer.activation()
                .health()
                .map(command -> hooks.run("health", command, pointer, app, PROBE_LIMIT))
                .orElse(new HookResult.Exited(0));
    }

    private static void pause() {
        try {
            Thread.sleep(PROBE_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
