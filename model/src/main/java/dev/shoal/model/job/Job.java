package dev.shoal.model.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.Completeness;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A row of {@code jobs}.
 *
 * @param attempt 0 while it was never claimed; the fencing token of every write about the job
 * @param reason why it failed, was stopped, or why its last attempt was lost
 * @param logTail the last lines of the log of a failed build
 * @param retryOf the failed or stopped job that this one repeats
 * @param policy how many of its regions it may go without
 * @param limits of its build; absent for none of its own
 */
public record Job(
        JobId id,
        @JsonProperty("job_name") AppName name,
        @JsonProperty("created_at") Instant createdAt,
        JobStatus status,
        JobStage stage,
        @JsonProperty("last_heart_beat") Optional<Instant> lastHeartBeat,
        int priority,
        int attempt,
        JobSource source,
        boolean release,
        List<RegionName> regions,
        @JsonProperty("host_id") Optional<HostId> host,
        @JsonProperty("workflow_id") Optional<String> workflowId,
        @JsonProperty("started_at") Optional<Instant> startedAt,
        @JsonProperty("finished_at") Optional<Instant> finishedAt,
        @JsonProperty("build_name") Optional<BuildName> build,
        @JsonProperty("cancel_requested") boolean cancelRequested,
        Optional<String> reason,
        @JsonProperty("log_tail") Optional<String> logTail,
        @JsonProperty("submitted_by") String submittedBy,
        @JsonProperty("retry_of") Optional<JobId> retryOf,
        Completeness policy,
        Optional<JobLimits> limits) {
    public Job {
        regions = List.copyOf(regions);
        policy = policy == null ? Completeness.ALL : policy;
    }
}
