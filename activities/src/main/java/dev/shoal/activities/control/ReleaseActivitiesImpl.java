package dev.shoal.activities.control;

import dev.shoal.activities.control.PointerWriter.Outcome;
import dev.shoal.activities.jobs.AuditLog;
import dev.shoal.activities.jobs.BuildStore;
import dev.shoal.activities.jobs.MachineStore;
import dev.shoal.activities.jobs.ReleaseStore;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseId;
import dev.shoal.model.ReleaseStatus;
import dev.shoal.model.gate.ReleaseGate;
import dev.shoal.model.job.Build;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.rollout.Rollout;
import dev.shoal.model.rollout.Rollout.Decision;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.ReleaseActivities;
import io.temporal.activity.Activity;
import io.temporal.activity.ActivityExecutionContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** See {@link ReleaseActivities}. Thread-safe. */
public final class ReleaseActivitiesImpl implements ReleaseActivities {
    /** Every machine of every named region at once. */
    private static final int ALL = 1000;

    private final ReleaseStore releases;
    private final BuildStore builds;
    private final MachineStore machines;
    private final PointerWriter pointers;
    private final AuditLog audit;
    private final Settings settings;
    private final Clock clock;

    /**
     * The release role's settings.
     *
     * @param pointerValidity from the signing of a pointer to its expiry
     * @param rolloutDeadline from the flip to the end of waiting for machines
     * @param machineLiveness a machine that was not heard of for so long is not waited for
     * @param pace how often machines are counted
     */
    public record Settings(Duration pointerValidity, Duration rolloutDeadline, Duration machineLiveness, Pace pace) {}

    public ReleaseActivitiesImpl(
            ReleaseStore releases,
            BuildStore builds,
            MachineStore machines,
            PointerWriter pointers,
            AuditLog audit,
            Settings settings,
            Clock clock) {
        this.releases = releases;
        this.builds = builds;
        this.machines = machines;
        this.pointers = pointers;
        this.audit = audit;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public Release loadRelease(ReleaseId id) {
        return releases.find(id).orElseThrow(() -> Failures.unknown("release " + id));
    }

    @Override
    public Release publishPointer(ReleaseId id) {
        Release release = loadRelease(id);
        if (release.status().isFinal()) {
            throw Failures.of(
                    FailureTypes.SUPERSEDED,
                    "release " + id + " has ended already: " + release.status().wire());
        }
        Build build = builds.find(release.build()).orElseThrow(() -> Failures.unknown("build " + release.build()));
        if (ReleaseGate.decide(Set.copyOf(release.regions()), build.replicas())
                instanceof ReleaseGate.Verdict.Closed closed) {
            throw Failures.of(
                    FailureTypes.NOT_REPLICATED, release.build() + " is not replicated: " + closed.describe());
        }
        return switch (pointers.publish(pointer(release, build, clock.instant()))) {
            case Outcome.Written written -> {
                Map<String, String> detail = new TreeMap<>(Map.of(
                        "app", release.app().value(),
                        "build", release.build().value(),
                        "seq", release.seq().toString()));
                written.replaced().ifPresent(reason -> detail.put("replaced", reason));
                audit.append(release.requestedBy(), "pointer.publish", "release/" + id, detail);
                yield releases.flipped(id);
            }
            case Outcome.AlreadyThere there -> releases.flipped(id);
            case Outcome.Superseded superseded -> throw Failures.of(FailureTypes.SUPERSEDED, superseded.by());
            case Outcome.Contended contended -> throw Failures.notYet(contended.detail());
        };
    }

    private Pointer pointer(Release release, Build build, Instant now) {
        return new Pointer(
                release.app(),
                release.build(),
                release.seq(),
                0,
                build.artifact(),
                build.activation(),
                release.regions().stream().collect(Collectors.toMap(Function.<RegionName>identity(), region -> ALL)),
                now,
                now.plus(settings.pointerValidity()));
    }

    @Override
    public Progress observe(ReleaseId id) {
        ActivityExecutionContext context = Activity.getExecutionContext();
        Pace.Walk walk = settings.pace().start();
        Progress first = look(id);
        Progress progress = first;
        while (!progress.done() && !walk.isOver(!progress.equals(first))) {
            context.heartbeat(progress);
            walk.rest();
            progress = look(id);
        }
        return progress;
    }

    private Progress look(ReleaseId id) {
        Release release = loadRelease(id);
        Progress progress = RolloutWatch.judge(release, releases.newest(release.app()), decide(release));
        if (progress.healthy() != release.machinesOk() || progress.total() != release.machinesTotal()) {
            releases.progress(id, progress.healthy(), progress.total());
        }
        return progress;
    }

    private Decision decide(Release release) {
        Instant now = clock.instant();
        Instant deadline = release.flippedAt().orElse(now).plus(settings.rolloutDeadline());
        return Rollout.decide(
                release.seq(),
                machines.observed(release.app(), release.regions(), settings.machineLiveness()),
                now,
                deadline);
    }

    @Override
    public Release finishRelease(ReleaseId id, ReleaseStatus status, Optional<String> reason) {
        Release before = loadRelease(id);
        if (before.status().isFinal()) {
            return before;
        }
        Map<String, String> missing = status == ReleaseStatus.INCOMPLETE ? missing(before) : Map.of();
        Release ended = releases.finish(id, status, missing, reason);
        audit.append(
                ended.requestedBy(),
                "release.finish",
                "release/" + id,
                Map.of("status", ended.status().wire(), "reason", reason.orElse("")));
        return ended;
    }

    /** The machines that do not run it now, each with what it last said. */
    private Map<String, String> missing(Release release) {
        Instant now = clock.instant();
        Decision decision = Rollout.decide(
                release.seq(),
                machines.observed(release.app(), release.regions(), settings.machineLiveness()),
                now,
                now);
        return decision instanceof Decision.Incomplete incomplete
                ? incomplete.missing().entrySet().stream()
                        .collect(Collectors.toMap(entry -> name(entry.getKey()), Map.Entry::getValue))
                : Map.of();
    }

    private static String name(MachineId machine) {
        return machine.toString();
    }
}
