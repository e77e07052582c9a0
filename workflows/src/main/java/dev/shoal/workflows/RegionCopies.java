package dev.shoal.workflows;

import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.workflows.JobActivities.RecordedBuild;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.TemporalFailure;
import io.temporal.workflow.Async;
import io.temporal.workflow.CancellationScope;
import io.temporal.workflow.Promise;
import io.temporal.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Copies a build to every other region and waits for the gate of each, in parallel. What the job's policy does not wait for goes on
 * behind the job's back. Owned by one workflow.
 */
final class RegionCopies {
    /** A region that holds other bytes after so many copies has a fault that copies do not mend. */
    private static final int MOST_COPIES = 3;

    private final TicketBoard board;

    /** Those of regions that the job went on without. */
    private final List<Promise<Optional<String>>> late = new ArrayList<>();

    /** Why there is nothing to copy. */
    private Optional<String> homeBad = Optional.empty();

    RegionCopies(TicketBoard board) {
        this.board = board;
    }

    /**
     * Returns when every region has an answer, or when so many are verified that the job may go without the others, which had
     * {@link ActivityPolicies#STRAGGLERS_HAVE} since then: those that gave up, each with its reason.
     *
     * @param mayLack so many regions, never the home region
     * @throws TemporalFailure if the job was cancelled or lost meanwhile, once every region has noticed
     */
    Map<RegionName, String> run(RecordedBuild build, int mayLack) {
        RegionName home = build.regions().get(0);
        List<Promise<Optional<String>>> branches = new ArrayList<>();
        CancellationScope ticket = CancellationScope.current();
        homeBad = Optional.empty();
        Workflow.newCancellationScope(copies -> {
                    for (RegionName region : build.regions()) {
                        Scopes scopes = new Scopes(ticket, copies);
                        branches.add(Async.function(() -> bring(build.name(), region, home.equals(region), scopes)));
                    }
                })
                .run();
        if (mayLack > 0 && mayGoWithout()) {
            awaitEnough(branches, mayLack);
        }
        Map<RegionName, String> gaveUp = new TreeMap<>();
        Optional<TemporalFailure> stop = Optional.empty();
        for (int i = 0; i < branches.size(); i++) {
            RegionName region = build.regions().get(i);
            if (late.contains(branches.get(i))) {
                continue;
            }
            try {
                branches.get(i).get().ifPresent(reason -> gaveUp.put(region, reason));
            } catch (TemporalFailure failure) {
                stop = Optional.of(failure);
            }
        }
        if (stop.isPresent()) {
            throw stop.get();
        }
        homeBad.ifPresent(reason -> gaveUp.put(home, reason));
        return gaveUp;
    }

    /** Returns when every region that was left behind has an answer, whatever it is. */
    void awaitLate() {
        for (Promise<Optional<String>> branch : late) {
            RuntimeException failure = branch.getFailure();
            if (failure != null) {
                board.note("a region that was left behind stays so: " + failure.getMessage());
            }
        }
    }

    private void awaitEnough(List<Promise<Optional<String>>> branches, int mayLack) {
        Workflow.await(() -> allAnswered(branches) || isEnough(branches, mayLack));
        if (!allAnswered(branches)) {
            boolean all = Workflow.await(ActivityPolicies.STRAGGLERS_HAVE, () -> allAnswered(branches));
            if (!all) {
                branches.stream().filter(branch -> !branch.isCompleted()).forEach(late::add);
                board.note("going on without " + late.size() + " of " + branches.size()
                        + " regions, as the policy allows");
            }
        }
    }

    private static boolean allAnswered(List<Promise<Optional<String>>> branches) {
        return branches.stream().allMatch(Promise::isCompleted);
    }

    /** The first branch is the home region's, from which the others have it. */
    private static boolean isEnough(List<Promise<Optional<String>>> branches, int mayLack) {
        long lacking = branches.stream().filter(branch -> !isVerified(branch)).count();
        return isVerified(branches.getFirst()) && lacking <= mayLack;
    }

    private static boolean isVerified(Promise<Optional<String>> branch) {
        return branch.isCompleted()
                && branch.getFailure() == null
                && branch.get().isEmpty();
    }

    /** What a user cancels, and what is cancelled if there is nothing to copy. */
    private record Scopes(CancellationScope ticket, CancellationScope copies) {}

    private Optional<String> bring(BuildName build, RegionName region, boolean home, Scopes scopes) {
        for (int round = 1; ; round++) {
            try {
                copyAndVerify(build, region, home);
                return Optional.empty();
            } catch (TemporalFailure failure) {
                Mishap mishap = Mishap.of(failure);
                if (is(FailureTypes.HOME_BAD, failure) && mayStopCopies()) {
                    homeBad = Optional.of(mishap.reason());
                    // Else a region that is away would learn of it in hours.
                    scopes.copies().cancel("the home region does not hold the build");
                } else if (mishap instanceof Mishap.Stopped
                        && homeBad.isPresent()
                        && !scopes.ticket().isCancelRequested()) {
                    mishap = new Mishap.Broken("the home region does not hold it: " + homeBad.get());
                } else if (mishap instanceof Mishap.Stopped || mishap instanceof Mishap.Disowned) {
                    throw failure;
                }
                if (!home && is(FailureTypes.REPLICA_BAD, failure) && round < MOST_COPIES && mayCopyAgain()) {
                    board.region(region, "copying again: " + mishap.reason());
                    continue;
                }
                board.region(region, "gave up: " + mishap.reason());
                giveUp(build, region, mishap.reason());
                return Optional.of(mishap.reason());
            }
        }
    }

    /** Also where the copies were cancelled. */
    private void giveUp(BuildName build, RegionName region, String reason) {
        ReplicationActivities activities = stub(ActivityPolicies.replicationFailed(build, region));
        if (homeBad.isPresent()) {
            Workflow.newDetachedCancellationScope(() -> activities.replicationFailed(build, region, reason))
                    .run();
        } else {
            activities.replicationFailed(build, region, reason);
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

    private static boolean is(String type, TemporalFailure failure) {
        return failure.getCause() instanceof ApplicationFailure cause && type.equals(cause.getType());
    }

    private static boolean mayCopyAgain() {
        return Workflow.getVersion("copy-again", Workflow.DEFAULT_VERSION, 1) >= 1;
    }

    private static boolean mayStopCopies() {
        return Workflow.getVersion("home-bad", Workflow.DEFAULT_VERSION, 1) >= 1;
    }

    /** A ticket that an older version waited in for every region goes on so. */
    private static boolean mayGoWithout() {
        return Workflow.getVersion("may-lack", Workflow.DEFAULT_VERSION, 1) >= 1;
    }

    private static ReplicationActivities stub(io.temporal.activity.ActivityOptions options) {
        return Workflow.newActivityStub(ReplicationActivities.class, options);
    }
}
