package dev.shoal.activities.jobs;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Who did what, appended only. Thread-safe. */
public interface AuditLog {
    /** Appends. */
    void append(String actor, String action, String subject, Map<String, String> detail);

    /** Newest first. */
    List<Entry> list(int limit);

    /** A row of {@code audit_log}. */
    record Entry(
            long id,
            @JsonProperty("at") Instant at,
            String actor,
            String action,
            String subject,
            Map<String, String> detail) {
        public Entry {
            detail = Map.copyOf(detail);
        }
    }
}
