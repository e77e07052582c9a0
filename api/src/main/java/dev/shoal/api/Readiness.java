package dev.shoal.api;

import dev.shoal.activities.blobs.BlobStoreException;
import dev.shoal.activities.blobs.S3Regions;
import dev.shoal.activities.jobs.Database;
import dev.shoal.activities.jobs.StoreException;
import dev.shoal.activities.jobs.TokenStore;
import dev.shoal.activities.jobs.TokenStore.Role;
import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema, the bootstrap tokens and the buckets into being, however long Postgres and S3 take to come, on a thread of
 * its own; meanwhile the API answers and says that it is not ready. Thread-safe.
 */
final class Readiness implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);
    private static final int TRIES_A_LINE = 20;

    private final Database database;
    private final TokenStore tokens;
    private final List<Token> bootstrap;
    private final S3Regions regions;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().name("readiness").daemon().unstarted(this::run);
    private volatile boolean databaseIsSetUp;

    /** A token and its secret. */
    record Token(String name, Role role, String secret) {}

    Readiness(Database database, TokenStore tokens, List<Token> bootstrap, S3Regions regions) {
        this.database = database;
        this.tokens = tokens;
        this.bootstrap = List.copyOf(bootstrap);
        this.regions = regions;
    }

    /** Why requests cannot be served now; empty if they can. Asks the database. */
    Optional<String> obstacle() {
        if (!databaseIsSetUp) {
            return Optional.of("waiting for Postgres, to bring its schema up to date");
        }
        return database.isReady() ? Optional.empty() : Optional.of("Postgres does not answer");
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void stop() throws InterruptedException {
        stopping.countDown();
        thread.join(Duration.ofSeconds(5));
    }

    private void run() {
        try {
            if (until("Postgres", this::setUpDatabase)) {
                databaseIsSetUp = true;
                LOG.info("the schema is up to date");
                until("S3", regions::ensureBuckets);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void setUpDatabase() {
        database.migrate();
        bootstrap.forEach(token -> tokens.ensure(token.name(), token.role(), token.secret()));
    }

    /** Whether it was done before the stop. */
    private boolean until(String what, Runnable step) throws InterruptedException {
        for (int tries = 0; stopping.getCount() > 0; tries++) {
            try {
                step.run();
                return true;
            } catch (StoreException | BlobStoreException e) {
                if (tries % TRIES_A_LINE == 0) {
                    LOG.info(
                            "waiting for {}: {}",
                            what,
                            String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
                }
            }
            stopping.await(BETWEEN_TRIES.toMillis(), TimeUnit.MILLISECONDS);
        }
        return false;
    }
}
