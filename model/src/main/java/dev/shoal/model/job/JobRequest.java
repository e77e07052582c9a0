package dev.shoal.model.job;

import dev.shoal.model.AppName;
import dev.shoal.model.RegionName;
import java.util.List;

/**
 * What somebody asks to be built.
 *
 * @param app the app that the source's {@code shoal.yaml} must name; also the job's name
 * @param priority smaller is served first
 * @param release whether the build is released once it is replicated
 * @param regions the regions to replicate and release to; empty means all
 */
public record JobRequest(AppName app, JobSource source, int priority, boolean release, List<RegionName> regions) {
    public static final int DEFAULT_PRIORITY = 100;

    public JobRequest {
        regions = regions.stream().sorted().distinct().toList();
        if (priority < 0 || priority > 1000) {
            throw new IllegalArgumentException("priority must be within 0..1000, got " + priority);
        }
    }
}
