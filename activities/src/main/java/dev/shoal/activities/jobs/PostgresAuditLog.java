package dev.shoal.activities.jobs;

import dev.shoal.model.json.Json;
import java.util.List;
import java.util.Map;

/** The audit log on Postgres. Thread-safe. */
public final class PostgresAuditLog implements AuditLog {
    private final Database database;

    public PostgresAuditLog(Database database) {
        this.database = database;
    }

    @Override
    public void append(String actor, String action, String subject, Map<String, String> detail) {
        database.inTransaction(
                "audit of " + action + " " + subject,
                h -> h.createUpdate("""
                        INSERT INTO audit_log (actor, action, subject, detail)
                        VALUES (:actor, :action, :subject, CAST(:detail AS jsonb))""")
                        .bind("actor", actor)
                        .bind("action", action)
                        .bind("subject", PostgresText.of(subject))
                        .bind("detail", PostgresText.json(detail))
                        .execute());
    }

    @Override
    public List<Entry> list(int limit) {
        return database.inTransaction(
                "list of the audit log",
                h -> h.createQuery("SELECT * FROM audit_log ORDER BY id DESC LIMIT :limit")
                        .bind("limit", limit)
                        .map((row, context) -> new Entry(
                                row.getLong("id"),
                                Rows.instant(row, "at").orElseThrow(),
                                row.getString("actor"),
                                row.getString("action"),
                                row.getString("subject"),
                                Json.readStrings(row.getString("detail"))))
                        .list());
    }
}
