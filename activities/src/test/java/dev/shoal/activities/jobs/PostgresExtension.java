package dev.shoal.activities.jobs;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A real Postgres with Shoal's schema for tests: one server a JVM, empty tables before each test. Use it as a static field with
 * {@link RegisterExtension}. The server keeps its time far from UTC, so that a time zone that is forgotten shows.
 */
public final class PostgresExtension implements BeforeEachCallback {
    private static final Namespace NAMESPACE = Namespace.create(PostgresExtension.class);
    /** Generous: a machine that runs other tests as well is slow, and that is no failure of ours. */
    static final Duration STARTUP = Duration.ofSeconds(60);

    private static final String USER = "postgres";
    private static final String NAME = "postgres";

    private Server server = Server.NONE;

    private record Server(List<EmbeddedPostgres> processes, List<Database> databases) implements AutoCloseable {
        static final Server NONE = new Server(List.of(), List.of());

        @Override
        public void close() throws IOException {
            databases.forEach(Database::close);
            for (EmbeddedPostgres process : processes) {
                process.close();
            }
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) throws SQLException {
        server = context.getRoot().getStore(NAMESPACE).getOrComputeIfAbsent(Server.class, key -> start(), Server.class);
        try (var connection = process().getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("""
                    TRUNCATE jobs, builds, build_replicas, apps, releases, machines, machine_apps, arrivals, audit_log, tokens, app_limits,
                             object_deletions, artifact_claims, sources, source_jobs
                    RESTART IDENTITY;
                    UPDATE retention SET policy = NULL, last_round = NULL, log_cursor = 0""");
        }
    }

    /** The pool that tests share. */
    public Database database() {
        return server.databases().getFirst();
    }

    /** For a pool of the test's own, which the test closes. */
    public DatabaseConfig config(int poolSize) {
        return config(process(), NAME, poolSize);
    }

    /** Another database of the server, without a schema. Names are used once. */
    public DatabaseConfig emptyDatabase(String name, int poolSize) {
        execute("CREATE DATABASE " + name);
        return config(process(), name, poolSize);
    }

    /** Runs SQL behind the stores' backs. */
    public void execute(String sql) {
        try (var connection = process().getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("failed: " + sql, e);
        }
    }

    /** The first column of the first row. */
    public long number(String sql) {
        return Long.parseLong(text(sql));
    }

    /** The first column, a line a row. */
    public String text(String sql) {
        try (var connection = process().getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            List<String> lines = new ArrayList<>();
            while (rows.next()) {
                lines.add(rows.getString(1));
            }
            return String.join("\n", lines);
        } catch (SQLException e) {
            throw new IllegalStateException("failed: " + sql, e);
        }
    }

    private EmbeddedPostgres process() {
        return server.processes().getFirst();
    }

    static DatabaseConfig config(EmbeddedPostgres process, String name, int poolSize) {
        return new DatabaseConfig(process.getJdbcUrl(USER, name), USER, "", poolSize);
    }

    private static Server start() {
        try {
            EmbeddedPostgres process = EmbeddedPostgres.builder()
                    .setServerConfig("max_connections", "200")
                    .setServerConfig("timezone", "Asia/Kolkata")
                    .setPGStartupWait(STARTUP)
                    .start();
            Database database = new Database(config(process, NAME, 8), "tests");
            database.migrate();
            return new Server(List.of(process), List.of(database));
        } catch (IOException e) {
            throw new UncheckedIOException("no Postgres", e);
        }
    }
}
