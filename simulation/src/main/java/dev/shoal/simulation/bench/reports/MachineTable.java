package dev.shoal.simulation.bench.reports;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A look at the central tables from outside. Not thread-safe. */
final class MachineTable implements AutoCloseable {
    private final Connection connection;

    private MachineTable(Connection connection) {
        this.connection = connection;
    }

    /** Of the stack in this directory, with the login of its API. */
    static MachineTable of(Path dir) throws IOException, SQLException {
        JsonNode database = new ObjectMapper(new YAMLFactory())
                .readTree(Files.readAllBytes(dir.resolve("conf").resolve("api.yaml")))
                .required("database");
        return new MachineTable(DriverManager.getConnection(
                database.required("url").asText(),
                database.required("user").asText(),
                database.path("password").asText("")));
    }

    /** The number of the machine's newest report, 0 if it never reported. */
    long number(String machine) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT report_number FROM machines WHERE machine_id = ?")) {
            query.setString(1, machine);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    /** How many machines' reports have at least this number, and say of the app that it is in this state. */
    long arrived(String app, long number, String state) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT count(*) FROM machines m JOIN machine_apps a USING (machine_id)
                WHERE a.app = ? AND m.report_number >= ? AND a.report->>'state' = ?""")) {
            query.setString(1, app);
            query.setLong(2, number);
            query.setString(3, state);
            return one(query);
        }
    }

    /** A counter of both tables since the server's start. */
    long counter(String name) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT sum(" + name + ") FROM pg_stat_user_tables WHERE relname IN ('machines', 'machine_apps')")) {
            return one(query);
        }
    }

    private static long one(PreparedStatement query) throws SQLException {
        try (ResultSet row = query.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
