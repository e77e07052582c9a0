package dev.shoal.workflows;

import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workflows.BuildAttempts.Result;
import dev.shoal.workflows.JobActivities.RecordedBuild;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.CompletablePromise;
import io.temporal.workflow.Workflow;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/** See {@link BuildAndReleaseWorkflow}. Whatever happens, the job's row becomes final before the ticket ends. */
public final class BuildAndReleaseWorkflowImpl implements BuildAndReleaseWorkflow {
    private static final Logger LOG = Workflow.getLogger(BuildAndReleaseWorkflowImpl.class);

    private final JobActivities jobs = Workflow.newActivityStub(JobActivities.class, ActivityPolicies.jobs());
    private final TicketBoard board = new TicketBoard();
    private final HostSlots slots = new HostSlots();

    @Override
    public TicketOutcome run() {
        board.waiting();
        TicketOutcome outcome = switch (new BuildAttempts(slots, board).run()) {
            case Result.Nothing nothing -> spare();
            case Result.Ended ended -> end(ended.job(), Optional.empty(), ended.why());
            case Result.Built built -> deliver(built);
        };
        slots.await();
        return outcome;
    }

    private TicketOutcome spare() {
        board.ended("no job was left in the queue");
        return TicketOutcome.spare();
    }

    private TicketOutcome deliver(Result.Built built) {
        ClaimedJob job = built.job();
        RecordedBuild build;
        try {
            build = jobs.recordBuild(job, built.artifact(), built.output().activation());
        } catch (TemporalFailure failure) {
            slots.release(job);
            return end(job, Optional.empty(), Mishap.of(failure));
        }
        slots.release(job);
        try {
            board.replicating(build);
            Map<RegionName, String> gaveUp = new RegionCopies(board).run(build);
            if (!gaveUp.isEmpty()) {
                return end(job, Optional.of(build.name()), new Mishap.Broken(describe(build.name(), gaveUp)));
            }
            jobs.succeedJob(job.lease());
        } catch (TemporalFailure failure) {
            return end(job, Optional.of(build.name()), Mishap.of(failure));
        }
        if (job.release()) {
            release(job, build.name());
        } else {
            board.ended("success");
        }
        return new TicketOutcome(Optional.of(job.id()), Optional.of(JobStatus.SUCCESS), Optional.of(build.name()));
    }

    /** The job has succeeded; what becomes of its release is in the release's row. */
    private void release(ClaimedJob job, BuildName build) {
        try {
            ReleaseId id = jobs.createRelease(job, build);
            board.releasing(build, id);
            Release release = Workflow.newChildWorkflowStub(ReleaseWorkflow.class, ActivityPolicies.releaseWorkflow(id))
                    .run(id);
            board.ended("success; release " + id + ": " + release.status().wire());
        } catch (TemporalFailure failure) {
            LOG.warn("the release of {} is not this ticket's any more", build, failure);
            board.ended("success; no longer following the release: "
                    + Mishap.of(failure).reason());
        }
    }

    /** Makes the row final, also after a cancel. */
    private TicketOutcome end(ClaimedJob job, Optional<BuildName> build, Mishap mishap) {
        CompletablePromise<Optional<JobStatus>> written = Workflow.newPromise();
        Workflow.newDetachedCancellationScope(() -> written.complete(write(job, mishap)))
                .run();
        Optional<JobStatus> status = written.get();
        board.ended(status.map(JobStatus::wire).orElse("not ours any more") + ": " + mishap.reason());
        return new TicketOutcome(Optional.of(job.id()), status, build);
    }

    private Optional<JobStatus> write(ClaimedJob job, Mishap mishap) {
        try {
            return switch (mishap) {
                case Mishap.Disowned disowned -> Optional.empty();
                case Mishap.Stopped stopped -> {
                    jobs.stopJob(job.lease(), stopped.reason());
                    yield Optional.of(JobStatus.STOPPED);
                }
                case Mishap.BuildFailed failed -> {
                    jobs.failJob(job.lease(), failed.reason(), failed.logTail());
                    yield Optional.of(JobStatus.FAILED);
                }
                case Mishap.Lost lost -> fail(job, lost.reason());
                case Mishap.Broken broken -> fail(job, broken.reason());
            };
        } catch (TemporalFailure failure) {
            if (Mishap.of(failure) instanceof Mishap.Disowned) {
                return Optional.empty();
            }
            throw failure;
        }
    }

    private Optional<JobStatus> fail(ClaimedJob job, String reason) {
        jobs.failJob(job.lease(), reason, Optional.empty());
        return Optional.of(JobStatus.FAILED);
    }

    private static String describe(BuildName build, Map<RegionName, String> gaveUp) {
        return build + " was not replicated: "
                + gaveUp.entrySet().stream()
                        .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
                        .collect(Collectors.joining(", "));
    }
}
