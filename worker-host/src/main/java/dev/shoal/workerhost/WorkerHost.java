package dev.shoal.workerhost;

import dev.shoal.activities.jobs.Database;
import dev.shoal.activities.jobs.PostgresQueueHealth;
import dev.shoal.model.tls.TrustedCertificates;
import dev.shoal.workflows.client.TemporalClients;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of a process: health first, then wait for what it needs, run the role, and on SIGTERM end it in order. */
final class WorkerHost {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerHost.class);

    /** More than any role's grace in practice; whoever sent the signal kills the process if it is tired of waiting. */
    private static final long LONGEST_END_MINUTES = 30;

    private WorkerHost() {}

    /** Returns after SIGTERM, when everything has ended. */
    static int run(String role, WorkerHostConfig config, Role.Starter starter) throws Exception {
        LOG.info("role {} starts with {}", role, config);
        if (config.caFile().isPresent()) {
            TrustedCertificates.install(Files.readString(config.caFile().get()));
        }
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch ended = new CountDownLatch(1);
        Thread main = Thread.currentThread();
        AtomicReference<@Nullable Role> running = new AtomicReference<>();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> end(stop, ended, main, running), "shutdown"));
        try (Database database = new Database(config.database(), "shoal-" + role);
                TemporalClients temporal = TemporalClients.of(
                        config.temporal().target(), config.temporal().namespace(), identity(role, config));
                HealthEndpoint health = HealthEndpoint.start(
                        config.adminPort(), checks(database, temporal, running), metrics(role, database, running))) {
            LOG.info("health is served on port {}", health.port());
            database.awaitSchema();
            temporal.awaitReachable();
            Role started = starter.start(new Role.Parts(config, database, temporal));
            running.set(started);
            LOG.info("role {} is running", role);
            stop.await();
            LOG.info("role {} ends", role);
            started.end();
            return 0;
        } catch (InterruptedException e) {
            if (stop.getCount() == 0) {
                return 0;
            }
            throw e;
        } finally {
            ended.countDown();
        }
    }

    /** The queue's, and its own, of the role that watches it. */
    private static Optional<Supplier<String>> metrics(
            String role, Database database, AtomicReference<@Nullable Role> running) {
        PostgresQueueHealth health = new PostgresQueueHealth(database);
        return role.equals("monitor")
                ? Optional.of(() -> health.read().toPrometheus()
                        + Optional.ofNullable(running.get()).map(Role::metrics).orElse(""))
                : Optional.empty();
    }

    private static Map<String, BooleanSupplier> checks(
            Database database, TemporalClients temporal, AtomicReference<@Nullable Role> running) {
        Map<String, BooleanSupplier> checks = new LinkedHashMap<>();
        checks.put("database", database::isReady);
        checks.put("temporal", temporal::isReachable);
        checks.put("role", () -> {
            Role role = running.get();
            return role != null && role.isAlive();
        });
        return checks;
    }

    private static String identity(String role, WorkerHostConfig config) {
        long pid = ProcessHandle.current().pid();
        return config.build()
                .filter(build -> role.equals("build"))
                .map(build -> EarlierProcess.identity(build.hostId(), pid))
                .orElse(role + "@" + pid);
    }

    private static void end(
            CountDownLatch stop, CountDownLatch ended, Thread main, AtomicReference<@Nullable Role> running) {
        stop.countDown();
        if (running.get() == null) {
            // Still waiting for Postgres or Temporal.
            main.interrupt();
        }
        try {
            if (!ended.await(LONGEST_END_MINUTES, TimeUnit.MINUTES)) {
                LOG.warn("not ended in order within {} min", LONGEST_END_MINUTES);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
