package dev.shoal.simulation.bench.queue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.shoal.activities.jobs.DatabaseConfig;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** A Postgres of the benchmark's own, as the development stack runs it: durable. Thread-safe. */
final class BenchPostgres implements AutoCloseable {
    private static final String USER = "postgres";

    private final EmbeddedPostgres process;

    private BenchPostgres(EmbeddedPostgres process) {
        this.process = process;
    }

    static BenchPostgres start() throws IOException {
        return new BenchPostgres(EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("max_connections", "200")
                .setServerConfig("shared_buffers", "256MB")
                .setPGStartupWait(Duration.ofMinutes(1))
                .start());
    }

    DatabaseConfig config(int poolSize) {
        return new DatabaseConfig(process.getJdbcUrl(USER, USER), USER, "", poolSize);
    }

    /** A pool as an application would make it. */
    HikariDataSource pool(int size) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(process.getJdbcUrl(USER, USER));
        config.setUsername(USER);
        config.setMaximumPoolSize(size);
        return new HikariDataSource(config);
    }

    void execute(String sql) {
        try (Connection connection = process.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("failed: " + sql, e);
        }
    }

    long number(String sql) {
        try (Connection connection = process.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException("failed: " + sql, e);
        }
    }

    @Override
    public void close() throws IOException {
        process.close();
    }
}
