package dev.shoal.api.view;

import dev.shoal.activities.jobs.AuditLog;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import java.util.List;

/** The answers that hold many: objects, so that they can grow members. */
public final class Lists {
    private Lists() {}

    /** {@code GET /jobs}. */
    public record Jobs(List<Job> jobs) {}

    /** {@code GET /builds}. */
    public record Builds(List<Build> builds) {}

    /** {@code GET /releases}. */
    public record Releases(List<ReleaseView> releases) {}

    /** {@code GET /machines}. */
    public record Machines(List<MachineView> machines) {}

    /** {@code GET /audit}. */
    public record Audit(List<AuditLog.Entry> entries) {}
}
