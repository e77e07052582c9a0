package dev.shoal.api.view;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.activities.jobs.MachineStore.RegionCount;
import dev.shoal.activities.jobs.MachineStore.Tally;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import java.net.URI;
import java.time.Instant;
import java.util.List;

/**
 * All that the dashboard shows, in one answer.
 *
 * @param running every running job, oldest first
 * @param recent the newest jobs in any status
 * @param tally live machines by region, app, seq and state
 */
public record Overview(
        Instant at,
        @JsonProperty("home_region") RegionName homeRegion,
        TemporalLink temporal,
        Queue queue,
        List<Job> running,
        List<Job> recent,
        List<Build> builds,
        List<ReleaseView> releases,
        List<RegionCount> regions,
        List<Tally> tally) {

    /** Where the Web UI shows runs. */
    public record TemporalLink(@JsonProperty("web_ui") URI webUi, String namespace) {}

    /** The depth of the queue; the age is 0 if nothing is queued. */
    public record Queue(
            int queued,
            int running,
            @JsonProperty("oldest_queued_ms") long oldestQueuedMs) {}
}
