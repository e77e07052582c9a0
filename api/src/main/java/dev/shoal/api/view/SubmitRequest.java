package dev.shoal.api.view;

import dev.shoal.api.problem.ProblemException;
import dev.shoal.model.AppName;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.JobLimits;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The body of {@code POST /jobs}: a {@link JobRequest} of which only app and source must be said.
 *
 * @param policy {@code all} (the default), or {@code all-but-N}: the job goes on when all but N of its regions have the build
 */
public record SubmitRequest(
        @Nullable AppName app,
        @Nullable JobSource source,
        @Nullable Integer priority,
        @Nullable Boolean release,
        @Nullable List<RegionName> regions,
        @Nullable String policy,
        @Nullable LimitsRequest limits)
        implements StrictBody {

    /**
     * With defaults filled in.
     *
     * @param most what build hosts allow
     * @throws ProblemException 422 if something is missing or out of bounds, or names a region outside {@code known}
     */
    public JobRequest toJobRequest(Set<RegionName> known, JobLimits most) {
        if (app == null) {
            throw ProblemException.invalid("app: missing");
        }
        if (source == null) {
            throw ProblemException.invalid("source: missing");
        }
        WantedRegions wanted = WantedRegions.of(regions, policy, known);
        try {
            return new JobRequest(
                    app,
                    source,
                    priority == null ? JobRequest.DEFAULT_PRIORITY : priority,
                    release != null && release,
                    wanted.regions(),
                    Optional.of(wanted.policy()),
                    Optional.ofNullable(limits).map(LimitsRequest::toJobLimits).map(it -> it.within(most)));
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid(String.valueOf(e.getMessage()));
        }
    }
}
