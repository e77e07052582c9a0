package dev.shoal.activities.jobs;

import static dev.shoal.activities.jobs.PostgresJobStoreTest.inParallel;
import static dev.shoal.activities.jobs.Samples.HOST_A;
import static dev.shoal.activities.jobs.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationVersion;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a caller sees when Postgres is late, busy, broken or away. */
@Timeout(90)
final class DatabaseTest {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    @TempDir
    Path data;

    // ---- schema

    @Test
    void theSchemaVersionIsThatOfTheNewestMigration() {
        DatabaseConfig config = POSTGRES.emptyDatabase("versions", 1);

        MigrationVersion newest = Arrays.stream(Flyway.configure(Database.class.getClassLoader())
                        .dataSource(config.url(), config.user(), "")
                        .locations(Database.MIGRATIONS)
                        .load()
                        .info()
                        .all())
                .map(migration -> migration.getVersion())
                .max(Comparator.naturalOrder())
                .orElseThrow();

        assertThat(newest).isEqualTo(MigrationVersion.fromVersion(Database.SCHEMA_VERSION));
    }

    @Test
    void whoNeedsTheSchemaWaitsUntilAnotherProcessHasMadeIt() throws Exception {
        DatabaseConfig config = POSTGRES.emptyDatabase("waiting", 1);
        try (Database waiting = new Database(config, "waiting");
                Database migrating = new Database(config, "migrating");
                ExecutorService thread = Executors.newSingleThreadExecutor()) {
            assertThat(waiting.isReady()).isFalse();
            Future<Boolean> ready = thread.submit(() -> {
                waiting.awaitSchema();
                return waiting.isReady();
            });
            assertThat(ready.isDone()).isFalse();

            migrating.migrate();

            assertThat(ready.get()).isTrue();
        }
    }

    @Test
    void manyProcessesMayMigrateAtOnceEachWithOneConnection() throws Exception {
        DatabaseConfig config = POSTGRES.emptyDatabase("migrations", 1);

        List<Boolean> ready = inParallel(4, i -> {
            try (Database database = new Database(config, "migration-" + i)) {
                database.migrate();
                return database.isReady();
            }
        });

        assertThat(ready).containsOnly(true);
    }

    // ---- sessions

    @Test
    void everySessionReadsCommittedRowsInUtcAndCannotHoldTransactionsOrLocksForLong() {
        assertThat(setting("transaction_isolation")).isEqualTo("read committed");
        assertThat(setting("timezone")).isEqualTo("UTC");
        assertThat(setting("idle_in_transaction_session_timeout")).isEqualTo("10s");
        assertThat(setting("statement_timeout")).isEqualTo("20s");
    }

    private static String setting(String name) {
        return POSTGRES.database()
                .inTransaction(
                        name,
                        h -> h.createQuery("SELECT current_setting('" + name + "')")
                                .mapTo(String.class)
                                .one());
    }

    @Test
    void aConnectionKilledInMidTransactionIsAStoreExceptionChangesNothingAndTheNextCallWorks() {
        try (Database database = new Database(POSTGRES.config(1), "victim")) {
            JobStore jobs = new PostgresJobStore(database);
            jobs.submit(request(), Optional.empty(), "ann");

            assertThatExceptionOfType(StoreException.class)
                    .isThrownBy(() -> database.inTransaction("suicide", h -> {
                        h.execute("UPDATE jobs SET status = 'stopped', finished_at = now()");
                        POSTGRES.execute("SELECT pg_terminate_backend(" + backend(h) + ")");
                        return h.createQuery("SELECT 1").mapTo(Integer.class).one();
                    }))
                    .withMessageContaining("suicide");

            assertThat(jobs.claim("t1", HOST_A)).isPresent();
        }
    }

    private static int backend(Handle h) {
        return h.createQuery("SELECT pg_backend_pid()").mapTo(Integer.class).one();
    }

    @Test
    void aFailureOfTheCallersCodeRollsBackAndIsNotTheDatabasesFault() {
        JobStore jobs = new PostgresJobStore(POSTGRES.database());
        jobs.submit(request(), Optional.empty(), "ann");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> POSTGRES.database().inTransaction("mistake", h -> {
                    h.execute("DELETE FROM jobs");
                    throw new IllegalArgumentException("mine");
                }));

        assertThat(jobs.depth().queued()).isEqualTo(1);
    }

    // ---- outages

    @Test
    void aDatabaseThatIsAwayIsSaidSoWithinSecondsAndNotByBlocking() throws IOException {
        DatabaseConfig nobody =
                new DatabaseConfig("jdbc:postgresql://127.0.0.1:" + freePort() + "/shoal", "postgres", null, 1);
        try (Database database = new Database(nobody, "early")) {
            assertThat(database.isReady()).isFalse();
            assertThatExceptionOfType(StoreException.class).isThrownBy(() -> new PostgresJobStore(database).depth());
            assertThatExceptionOfType(StoreException.class).isThrownBy(database::migrate);
        }
    }

    @Test
    void aRestartOfPostgresCostsErrorsWhileItLastsAndNoRows() throws IOException {
        int port = freePort();
        try (Database database = new Database(
                new DatabaseConfig("jdbc:postgresql://localhost:" + port + "/postgres", "postgres", "", 4),
                "patient")) {
            JobStore jobs = new PostgresJobStore(database);
            EmbeddedPostgres first = postgres(port);
            database.migrate();
            jobs.submit(request(), Optional.empty(), "ann");
            first.close();
            assertThatExceptionOfType(StoreException.class).isThrownBy(() -> jobs.claim("t1", HOST_A));
            assertThat(database.isReady()).isFalse();

            try (EmbeddedPostgres second = postgres(port)) {
                assertThat(second.getPort()).isEqualTo(port);
                await().atMost(Duration.ofSeconds(20)).until(database::isReady);
                assertThat(jobs.claim("t1", HOST_A)).isPresent();
            }
        }
    }

    private EmbeddedPostgres postgres(int port) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(data.resolve("pg"))
                .setCleanDataDirectory(false)
                .setPGStartupWait(PostgresExtension.STARTUP)
                .setPort(port)
                .start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
