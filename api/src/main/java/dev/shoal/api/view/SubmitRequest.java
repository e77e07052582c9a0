package dev.shoal.api.view;

import dev.shoal.api.problem.ProblemException;
import dev.shoal.model.AppName;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /jobs}: a {@link JobRequest} of which only app and source must be said. */
public record SubmitRequest(
        @Nullable AppName app,
        @Nullable JobSource source,
        @Nullable Integer priority,
        @Nullable Boolean release,
        @Nullable List<RegionName> regions)
        implements StrictBody {

    /** With defaults filled in. @throws ProblemException 422 if something is missing, or names a region outside {@code known} */
    public JobRequest toJobRequest(Set<RegionName> known) {
        if (app == null) {
            throw ProblemException.invalid("app: missing");
        }
        if (source == null) {
            throw ProblemException.invalid("source: missing");
        }
        List<RegionName> wanted = regions == null ? List.of() : regions;
        for (RegionName region : wanted) {
            if (!known.contains(region)) {
                throw ProblemException.invalid("regions: there is no region '" + region + "'");
            }
        }
        try {
            return new JobRequest(
                    app,
                    source,
                    priority == null ? JobRequest.DEFAULT_PRIORITY : priority,
                    release != null && release,
                    wanted);
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid(String.valueOf(e.getMessage()));
        }
    }
}
