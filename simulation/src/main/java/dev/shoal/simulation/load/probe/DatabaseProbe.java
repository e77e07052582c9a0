package dev.shoal.simulation.load.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/** One connection to a stack's database, made again when it breaks. Not thread-safe. */
public final class DatabaseProbe implements AutoCloseable {
    private static final String STATE = """
            SELECT (SELECT count(*) FROM jobs WHERE status = 'queued') AS queued,
                   (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)
                      FROM jobs WHERE status = 'queued') AS age,
                   (SELECT count(*) FROM jobs WHERE status = 'running') AS running,
                   (SELECT count(*) FROM jobs WHERE status IN ('failed', 'stopped', 'success')) AS ended,
                   (SELECT count(*) FROM releases WHERE status IN ('pending', 'rolling')) AS releasing,
                   (SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()) AS commits,
                   (SELECT tup_inserted + tup_updated + tup_deleted FROM pg_stat_database
                     WHERE datname = current_database()) AS written,
                   (SELECT n_dead_tup FROM pg_stat_user_tables WHERE relname = 'jobs') AS dead,
                   pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') AS wal,
                   (SELECT coalesce(sum(attempt), 0) FROM jobs WHERE started_at > now() - interval '1 day') AS claims
            """;

    private final String url;
    private final Properties login = new Properties();
    private @Nullable Connection connection;

    private DatabaseProbe(String url, String user, String password) {
        this.url = url;
        login.setProperty("user", user);
        login.setProperty("password", password);
        login.setProperty("ApplicationName", "shoal-load");
        login.setProperty("connectTimeout", "3");
        login.setProperty("socketTimeout", "10");
    }

    /** With the login of a release host's configuration in the stack's directory. */
    public static DatabaseProbe of(Path dir) {
        try {
            JsonNode database = new ObjectMapper(new YAMLFactory())
                    .readTree(Files.readAllBytes(dir.resolve("conf").resolve("release-1.yaml")))
                    .required("database");
            return new DatabaseProbe(
                    database.required("url").asText(),
                    database.required("user").asText(),
                    database.path("password").asText(""));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the database of the stack in " + dir, e);
        }
    }

    /**
     * The queue and the server's counters, which only grow.
     *
     * @param queueAge seconds
     * @param written rows inserted, updated or deleted
     * @param wal bytes of write-ahead log ever written
     * @param claims of the jobs of a day
     */
    public record State(
            int queued,
            double queueAge,
            int running,
            int ended,
            int releasing,
            long commits,
            long written,
            long deadRows,
            long wal,
            long claims) {
        /** Whether nothing is under way. */
        public boolean isIdle() {
            return queued + running + releasing == 0;
        }
    }

    /** Empty while the database does not answer. */
    public Optional<State> look() {
        try (Statement statement = connected().createStatement();
                ResultSet row = statement.executeQuery(STATE)) {
            row.next();
            return Optional.of(new State(
                    row.getInt("queued"),
                    row.getDouble("age"),
                    row.getInt("running"),
                    row.getInt("ended"),
                    row.getInt("releasing"),
                    row.getLong("commits"),
                    row.getLong("written"),
                    row.getLong("dead"),
                    row.getLong("wal"),
                    row.getLong("claims")));
        } catch (SQLException away) {
            close();
            return Optional.empty();
        }
    }

    private Connection connected() throws SQLException {
        if (connection == null) {
            connection = DriverManager.getConnection(url, login);
        }
        return connection;
    }

    @Override
    public void close() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException gone) {
                // It is given up either way.
            }
            connection = null;
        }
    }
}
