package dev.shoal.simulation.queue;

import dev.shoal.activities.host.OwnershipWatch;
import dev.shoal.activities.host.RunningSteps;
import dev.shoal.activities.jobs.StoreException;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.JobStage;
import dev.shoal.simulation.queue.ActivityTask.Outcome;
import dev.shoal.simulation.queue.SimulatedTemporal.Wanted;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.HostActivities.BuildOutput;
import dev.shoal.workflows.Lease;
import dev.shoal.workflows.TicketEvent;
import io.temporal.failure.ApplicationFailure;
import io.temporal.failure.CanceledFailure;
import io.temporal.failure.TemporalFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** A build or an upload at work on a host, with the production's {@link OwnershipWatch} asking whether it may go on. */
final class HostStep {
    private static final Duration HEART_BEAT = Duration.ofSeconds(15);
    private static final Duration LONGEST_CONFIRMATION = Duration.ofSeconds(10);
    private static final Duration TICK = Duration.ofMillis(900);
    private static final Duration LONG_TICK = Duration.ofSeconds(5);
    private static final Duration LONGEST_KILL = Duration.ofSeconds(5);

    private final World world;
    private final SimulatedHost host;
    private final ActivityTask task;
    private final int attempt;
    private final Lease lease;
    private final JobStage stage;
    private final Duration length;
    private final Supplier<Outcome> result;
    private final long confirmBy;
    private Optional<RunningSteps.Step> running = Optional.empty();
    private OwnershipWatch watch;
    private Optional<OwnershipWatch.Answer> answer = Optional.empty();
    private Wanted wanted = Wanted.YES;
    private Optional<Long> doneAt = Optional.empty();
    private boolean ended;

    private HostStep(
            World world,
            SimulatedHost host,
            ActivityTask task,
            int attempt,
            Lease lease,
            JobStage stage,
            Duration length,
            Supplier<Outcome> result) {
        this.world = world;
        this.host = host;
        this.task = task;
        this.attempt = attempt;
        this.lease = lease;
        this.stage = stage;
        this.length = length;
        this.result = result;
        this.confirmBy = host.nanos() + LONGEST_CONFIRMATION.toNanos();
        this.watch = OwnershipWatch.begin(HEART_BEAT, host.nanos());
    }

    static HostStep build(World world, SimulatedHost host, ActivityTask task, int attempt, ClaimedJob job) {
        Deed.Submit plan = world.plan(job.id());
        return new HostStep(world, host, task, attempt, job.lease(), JobStage.BUILDING, plan.build(), () -> {
            if (plan.fails()) {
                return failed(ApplicationFailure.newNonRetryableFailure(
                        Promises.OWN_FAULT, FailureTypes.BUILD_FAILED, "the log's tail"));
            }
            host.workspaces().put(job.lease(), true);
            return new Outcome.Completed(
                    new TicketEvent.Built(new BuildOutput("/jobs/" + job.lease(), 1, Activation.ofFile("app.bin"))));
        });
    }

    static HostStep upload(
            World world, SimulatedHost host, ActivityTask task, int attempt, ClaimedJob job, BuildOutput output) {
        Duration length = world.plan(job.id()).upload();
        return new HostStep(
                world,
                host,
                task,
                attempt,
                job.lease(),
                JobStage.UPLOADING,
                length,
                () -> world.network().loses()
                        ? failed(ApplicationFailure.newFailure("S3 is away", "BlobStoreException"))
                        : new Outcome.Completed(new TicketEvent.Uploaded(Builds.artifact(job.lease()))));
    }

    void begin() {
        try {
            running = Optional.of(host.steps().begin(lease));
        } catch (IllegalStateException atWorkAlready) {
            answer(failed(ApplicationFailure.newFailure(atWorkAlready.getMessage(), "IllegalState")));
            return;
        } catch (ApplicationFailure refused) {
            answer(failed(refused));
            return;
        }
        host.atWork().put(lease, this);
        world.trace().say(host.id().value(), () -> stage.wire() + " " + lease);
        tick();
    }

    private void tick() {
        if (ended) {
            return;
        }
        // The last moments of a build or an upload ask nobody: a host that was stopped may wake up in them.
        if (isDone() && world.dice().chance(500)) {
            end(result.get());
            return;
        }
        OwnershipWatch.Turn turn =
                watch.turn(host.nanos(), running.orElseThrow().revoked(), host.isDraining(), answer);
        answer = Optional.empty();
        if (turn.ending().isPresent()) {
            OwnershipWatch.Ending why = turn.ending().get();
            kill(ApplicationFailure.newNonRetryableFailure(why.reason(), why.type()));
            return;
        }
        if (turn.beat() && wanted != Wanted.YES) {
            kill(new CanceledFailure("Temporal no longer wants the step"));
            return;
        }
        watch = turn.next();
        if (turn.write()) {
            ask();
        }
        if (turn.beat()) {
            beat();
        }
        if (doneAt.isEmpty() && (watch.answered() || host.nanos() >= confirmBy) && !start()) {
            return;
        }
        if (isDone()) {
            end(result.get());
        } else {
            host.later(doneAt.isEmpty() ? TICK : world.dice().between(TICK, LONG_TICK), this::tick);
        }
    }

    private boolean isDone() {
        return doneAt.isPresent() && host.nanos() >= doneAt.get();
    }

    /** The first effect. Whether there is something to work on. */
    private boolean start() {
        doneAt = Optional.of(host.nanos() + length.toNanos());
        if (stage == JobStage.BUILDING) {
            host.workspaces().put(lease, false);
        } else if (!host.workspaces().getOrDefault(lease, false)) {
            kill(ApplicationFailure.newNonRetryableFailure(
                    "the host no longer has the artifact", FailureTypes.ARTIFACT_LOST));
            return false;
        }
        return true;
    }

    private void ask() {
        int process = host.incarnation();
        world.timeline().after(world.network().latency(), () -> {
            OwnershipWatch.Answer said;
            try {
                said = new OwnershipWatch.Answer(Optional.of(host.jobs().heartbeat(lease, stage)));
            } catch (StoreException away) {
                said = new OwnershipWatch.Answer(Optional.empty());
            }
            OwnershipWatch.Answer heard = said;
            world.timeline()
                    .after(world.network().latency(), () -> host.run(process, () -> answer = Optional.of(heard)));
        });
    }

    private void beat() {
        if (!world.temporal().isAway()) {
            int process = host.incarnation();
            world.network().send(() -> {
                if (!world.temporal().isAway()) {
                    Wanted said = world.temporal().heartbeat(task, attempt);
                    world.network().send(() -> host.run(process, () -> wanted = said == Wanted.YES ? wanted : said));
                }
            });
        }
    }

    private void kill(TemporalFailure why) {
        ended = true;
        world.trace().say(host.id().value(), () -> "kills " + lease + ": " + why.getMessage());
        host.later(world.dice().between(Duration.ZERO, LONGEST_KILL), () -> finish(failed(why)));
    }

    private void end(Outcome outcome) {
        ended = true;
        world.trace().say(host.id().value(), () -> "is done with " + stage.wire() + " " + lease);
        finish(outcome);
    }

    private void finish(Outcome outcome) {
        host.atWork().remove(lease);
        running.ifPresent(RunningSteps.Step::close);
        answer(outcome);
    }

    private void answer(Outcome outcome) {
        host.answer(task, attempt, outcome, () -> {});
    }

    private static Outcome failed(TemporalFailure failure) {
        return new Outcome.Failed(failure);
    }
}
