package dev.shoal.agent.machine;

import dev.shoal.model.report.MachineReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers a machine's newest report, on a thread of its own; older ones that could not be delivered are dropped. Thread-safe. */
final class ReportSender implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReportSender.class);

    private final RegionAgents agents;
    private final Path tokenFile;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private @Nullable MachineReport newest;

    ReportSender(String machine, RegionAgents agents, Path tokenFile) {
        this.agents = agents;
        this.tokenFile = tokenFile;
        this.thread = Thread.ofPlatform().name("report-" + machine).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Replaces what waits to be sent. */
    void submit(MachineReport report) {
        lock.lock();
        try {
            newest = report;
            arrived.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        int failures = 0;
        try {
            while (true) {
                MachineReport report = take();
                Optional<String> failure = send(report);
                if (failure.isEmpty()) {
                    if (failures > 0) {
                        LOG.info("reports of {} arrive again", report.machine());
                    }
                    failures = 0;
                } else {
                    if (failures++ == 0) {
                        LOG.warn("a report of {} was not delivered, trying on: {}", report.machine(), failure.get());
                    }
                    putBack(report);
                    Thread.sleep(
                            BackOff.after(failures, ThreadLocalRandom.current().nextDouble()));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Optional<String> send(MachineReport report) throws InterruptedException {
        try {
            agents.report(report, Files.readString(tokenFile).strip());
            return Optional.empty();
        } catch (IOException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptedException();
            }
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private MachineReport take() throws InterruptedException {
        lock.lock();
        try {
            while (newest == null) {
                arrived.await();
            }
            MachineReport report = newest;
            newest = null;
            return report;
        } finally {
            lock.unlock();
        }
    }

    private void putBack(MachineReport report) {
        lock.lock();
        try {
            if (newest == null) {
                newest = report;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
