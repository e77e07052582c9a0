package dev.shoal.workflows;

import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.workflows.JobActivities.RecordedBuild;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Copies a build to every other region and waits for the gate of each, in parallel. Owned by one workflow. */
final class RegionCopies {
    /** A region that holds other bytes after so many copies has a fault that copies do not mend. */
    private static final int MOST_COPIES = 3;

    private final TicketBoard board;

    RegionCopies(TicketBoard board) {
        this.board = board;
    }

    /**
     * Returns when every region has an answer: those that gave up, each with its reason.
     *
     * @throws TemporalFailure if the job was cancelled or lost meanwhile, once every region has noticed
     */
    Map<RegionName, String> run(RecordedBuild build) {
        RegionName home = build.regions().get(0);
        List<Promise<Optional<String>>> branches = new ArrayList<>();
        for (RegionName region : build.regions()) {
            branches.add(Async.function(this::bring, build.name(), region, home.equals(region)));
        }
        Map<RegionName, String> gaveUp = new TreeMap<>();
        Optional<TemporalFailure> stop = Optional.empty();
        for (int i = 0; i < branches.size(); i++) {
            RegionName region = build.regions().get(i);
            try {
                branches.get(i).get().ifPresent(reason -> gaveUp.put(region, reason));
            } catch (TemporalFailure failure) {
                stop = Optional.of(failure);
            }
        }
        if (stop.isPresent()) {
            throw stop.get();
        }
        return gaveUp;
    }

    private Optional<String> bring(BuildName build, RegionName region, boolean home) {
        for (int round = 1; ; round++) {
            try {
                copyAndVerify(build, region, home);
                return Optional.empty();
            } catch (TemporalFailure failure) {
                Mishap mishap = Mishap.of(failure);
                if (mishap instanceof Mishap.Stopped || mishap instanceof Mishap.Disowned) {
                    throw failure;
                }
                if (!home && isBad(failure) && round < MOST_COPIES && mayCopyAgain()) {
                    board.region(region, "copying again: " + mishap.reason());
                    continue;
                }
                board.region(region, "gave up: " + mishap.reason());
                stub(ActivityPolicies.replicationFailed(build, region))
                        .replicationFailed(build, region, mishap.reason());
                return Optional.of(mishap.reason());
            }
        }
    }

    private void copyAndVerify(BuildName build, RegionName region, boolean home) {
        if (!home) {
            board.region(region, "copying");
            stub(ActivityPolicies.replicate(build, region)).replicate(build, region);
        }
        board.region(region, "verifying");
        stub(ActivityPolicies.awaitReplication(build, region)).awaitReplication(build, region);
        board.region(region, "verified");
    }

    /** Whether the region holds other bytes than the build's: a copy replaces them. */
    private static boolean isBad(TemporalFailure failure) {
        return failure.getCause() instanceof ApplicationFailure cause
                && FailureTypes.REPLICA_BAD.equals(cause.getType());
    }

    private static boolean mayCopyAgain() {
        return Workflow.getVersion("copy-again", Workflow.DEFAULT_VERSION, 1) >= 1;
    }

    private static ReplicationActivities stub(io.temporal.activity.ActivityOptions options) {
        return Workflow.newActivityStub(ReplicationActivities.class, options);
    }
}
