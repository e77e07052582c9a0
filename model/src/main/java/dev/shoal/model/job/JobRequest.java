package dev.shoal.model.job;

import dev.shoal.model.AppName;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.Completeness;
import java.util.List;
import java.util.Optional;

/**
 * What somebody asks to be built.
 *
 * @param app the app that the source's {@code shoal.yaml} must name; also the job's name
 * @param priority smaller is served first
 * @param release whether the build is released once it is replicated
 * @param regions the regions to replicate and release to; empty means all
 * @param policy how many of those it may go without; absent for none, so that requests from before it was there read the same
 * @param limits of the build; absent for none of its own
 */
public record JobRequest(
        AppName app,
        JobSource source,
        int priority,
        boolean release,
        List<RegionName> regions,
        Optional<Completeness> policy,
        Optional<JobLimits> limits) {
    public static final int DEFAULT_PRIORITY = 100;

    /** In every one of its regions, without limits of its own. */
    public JobRequest(AppName app, JobSource source, int priority, boolean release, List<RegionName> regions) {
        this(app, source, priority, release, regions, Optional.empty(), Optional.empty());
    }

    public JobRequest {
        policy = policy.filter(it -> it.mayLack() > 0);
        limits = limits.filter(it -> !it.limitsNothing());
        regions = regions.stream().sorted().distinct().toList();
        if (priority < 0 || priority > 1000) {
            throw new IllegalArgumentException("priority must be within 0..1000, got " + priority);
        }
    }
}
