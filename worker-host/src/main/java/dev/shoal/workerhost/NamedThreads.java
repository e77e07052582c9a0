package dev.shoal.workerhost;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;

/** Executors whose threads say in a dump what they are for. They do not keep the process alive. */
final class NamedThreads {
    private NamedThreads() {}

    /** As many threads as there are tasks at once. */
    static ExecutorService cached(String name) {
        return Executors.newCachedThreadPool(daemons(name + "-"));
    }

    /** One thread. */
    static ScheduledExecutorService timer(String name) {
        return Executors.newSingleThreadScheduledExecutor(daemons(name));
    }

    private static ThreadFactory daemons(String name) {
        Thread.Builder.OfPlatform builder = Thread.ofPlatform().daemon();
        return (name.endsWith("-") ? builder.name(name, 0) : builder.name(name)).factory();
    }
}
