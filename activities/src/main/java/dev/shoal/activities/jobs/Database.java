package dev.shoal.activities.jobs;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection pool. Every statement runs at READ COMMITTED on the primary. Survives restarts of Postgres: a broken connection
 * costs one {@link StoreException}. Thread-safe.
 */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final Duration WAIT_STEP = Duration.ofMillis(250);

    static final String MIGRATIONS = "classpath:db/migration";

    /** Of the newest file in {@link #MIGRATIONS}. */
    static final String SCHEMA_VERSION = "12";

    /** Older than {@link #SCHEMA_VERSION} by number, but newer by date: a database may have that one and lack these. */
    private static final List<String> LATE_VERSIONS = List.of("3", "4", "9");

    private final DatabaseConfig config;
    private final HikariDataSource pool;
    private final Jdbi jdbi;

    /** Waits for no connection: Postgres may be away. */
    public Database(DatabaseConfig config, String applicationName) {
        this.config = config;
        HikariConfig hikari = new HikariConfig();
        hikari.setJdbcUrl(config.url());
        hikari.setUsername(config.user());
        hikari.setPassword(config.password() == null ? "" : config.password());
        hikari.setMaximumPoolSize(config.poolSize());
        hikari.setMinimumIdle(1);
        hikari.setPoolName(applicationName);
        hikari.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        // Shorter than any heartbeat time-out: a caller learns that the database is away while it can still act on it.
        hikari.setConnectionTimeout(5_000);
        hikari.setValidationTimeout(2_000);
        hikari.setInitializationFailTimeout(-1);
        hikari.addDataSourceProperty("ApplicationName", applicationName);
        hikari.addDataSourceProperty("connectTimeout", "3");
        hikari.addDataSourceProperty("socketTimeout", "30");
        hikari.addDataSourceProperty("tcpKeepAlive", "true");
        // An open transaction holds back vacuum for the whole queue; no statement of ours takes seconds.
        hikari.setConnectionInitSql(
                "SET idle_in_transaction_session_timeout = '10s'; SET statement_timeout = '20s'; SET timezone = 'UTC'");
        this.pool = new HikariDataSource(hikari);
        this.jdbi = Jdbi.create(pool);
    }

    /** A statement or transaction. */
    @FunctionalInterface
    interface Work<T> {
        T in(Handle handle);
    }

    /**
     * Brings the schema up to date. Over connections of its own: neither this pool's time-outs nor its size fit a migration. Several
     * processes may do this at once.
     *
     * @throws StoreException if the database is away, or holds a schema that these migrations do not lead to
     */
    public void migrate() {
        try {
            Flyway.configure(Database.class.getClassLoader())
                    .dataSource(config.url(), config.user(), config.password() == null ? "" : config.password())
                    .locations(MIGRATIONS)
                    // Migrations are written in parallel: one with a lower number may land later.
                    .outOfOrder(true)
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new StoreException("migration", e);
        }
    }

    /** Whether the database answers and has this version's schema, or a later one. */
    public boolean isReady() {
        try {
            return jdbi.inTransaction(h -> exists(h, "SELECT to_regclass('flyway_schema_history') IS NOT NULL")
                    && LATE_VERSIONS.stream().allMatch(version -> isApplied(h, version))
                    && isApplied(h, SCHEMA_VERSION));
        } catch (JdbiException e) {
            return false;
        }
    }

    private static boolean isApplied(Handle h, String version) {
        return exists(
                h, "SELECT EXISTS (SELECT 1 FROM flyway_schema_history WHERE success AND version = '" + version + "')");
    }

    private static boolean exists(Handle h, String query) {
        return h.createQuery(query).mapTo(Boolean.class).one();
    }

    /** Waits until {@link #isReady()}, saying once a while that it does. */
    public void awaitSchema() throws InterruptedException {
        for (int i = 0; !isReady(); i++) {
            if (i % 40 == 0) {
                LOG.info("waiting for Postgres and its schema");
            }
            LockSupport.parkNanos(WAIT_STEP.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }

    /** In a transaction of its own. @throws StoreException if the database is at fault */
    <T> T inTransaction(String operation, Work<T> work) {
        try {
            return jdbi.inTransaction(work::in);
        } catch (JdbiException e) {
            throw new StoreException(operation, e);
        }
    }

    /** A single statement: its own transaction, and one round trip instead of two. @throws StoreException if the database is at fault */
    <T> T inStatement(String operation, Work<T> work) {
        try {
            return jdbi.withHandle(work::in);
        } catch (JdbiException e) {
            throw new StoreException(operation, e);
        }
    }

    /** Whether the exception is Postgres's unique_violation. */
    static boolean isUniqueViolation(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && "23505".equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        pool.close();
    }
}
