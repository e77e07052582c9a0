package dev.shoal.activities.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.activities.jobs.AuditLog.Entry;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The audit log on a real Postgres. */
@Timeout(60)
final class PostgresAuditLogTest {
    @RegisterExtension
    static final PostgresExtension POSTGRES = new PostgresExtension();

    @Test
    void listsWhatWasAppendedNewestFirst() {
        AuditLog audit = new PostgresAuditLog(POSTGRES.database());
        audit.append("ann", "release.create", "release/1", Map.of("app", "web", "seq", "1"));
        audit.append("bob", "job.cancel", "job/2", Map.of());
        audit.append("bob", "job.cancel", "job/3\0", Map.of("why", "\0"));

        assertThat(audit.list(2)).extracting(Entry::subject).last().isEqualTo("job/2");
        Entry first = audit.list(10).getLast();
        assertThat(first.actor()).isEqualTo("ann");
        assertThat(first.action()).isEqualTo("release.create");
        assertThat(first.detail()).isEqualTo(Map.of("app", "web", "seq", "1"));
        assertThat(audit.list(10)).hasSize(3);
    }
}
