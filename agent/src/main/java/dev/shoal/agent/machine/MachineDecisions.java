package dev.shoal.agent.machine;

import dev.shoal.agent.consul.KvEntry;
import dev.shoal.model.AppName;
import dev.shoal.model.Seq;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.report.AppState;
import dev.shoal.model.rollout.Cohort;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a machine does when something happens: pure functions of its state, the event and the time. */
final class MachineDecisions {
    private final MachineIdentity identity;
    private final int versionsKept;
    private final PointerDecisions pointers;

    /** {@code versionsKept} of the newest versions of an app stay on disk, besides the active and the previous one. */
    MachineDecisions(MachineIdentity identity, int versionsKept) {
        this.versionsKept = versionsKept;
        this.identity = identity;
        this.pointers = new PointerDecisions(identity);
    }

    /** The state after {@code event} at {@code now}, and what is to be done. */
    Decision decide(MachineState state, MachineEvent event, Instant now) {
        return switch (event) {
            case MachineEvent.PointersSeen e ->
                Decision.forEach(state, e.values(), (s, value) -> onPointer(s, value, now));
            case MachineEvent.Ticked tick -> pointers.freshness(state, now);
            case MachineEvent.MetainfoFetched e -> onMetainfo(state, e, now);
            case MachineEvent.Progressed e ->
                Decision.forEach(
                        state,
                        state.wanting(e.infoHash(), t -> t.state() == AppState.DOWNLOADING),
                        (s, t) -> Decision.of(s.with(t.withBytes(e.bytes()))));
            case MachineEvent.Downloaded e -> DownloadDecisions.downloaded(state, e.infoHash(), now);
            case MachineEvent.DownloadFailed e ->
                Decision.forEach(
                        state,
                        state.wanting(e.infoHash(), AppTrack::isFetching),
                        (s, t) -> Decision.of(s, new Step.CancelDownload(t.wanted()))
                                .then(after -> fail(after, t, e.diskFull(), e.reason(), now)));
            case MachineEvent.Verified e ->
                onWanted(
                        state,
                        e.app(),
                        e.seq(),
                        AppState.VERIFYING,
                        t -> Decision.of(state, new Step.Stage(t.wanted())));
            case MachineEvent.Staged e ->
                onWanted(
                        state,
                        e.app(),
                        e.seq(),
                        AppState.VERIFYING,
                        t -> activateIfOpen(state.with(t.in(AppState.STAGED, now)), e.app(), now));
            case MachineEvent.AttemptFailed e ->
                track(state, e.app(), e.seq())
                        .filter(t -> t.state() != AppState.HEALTHY && !t.rejected())
                        .map(t -> fail(state, t, e.diskFull(), e.reason(), now))
                        .orElse(Decision.of(state));
            case MachineEvent.RetryDue e ->
                onWanted(state, e.app(), e.seq(), AppState.FAILED, t -> retry(state, t, now));
            case MachineEvent.Activated e -> onActivated(state, e.pointer(), now);
            case MachineEvent.ActivationFailed e -> onActivationFailed(state, e, now);
            case MachineEvent.Recovered e -> onRecovered(state, e.pointer(), Optional.empty(), now);
            case MachineEvent.RecoveryFailed e -> onRecovered(state, e.pointer(), Optional.of(e.reason()), now);
        };
    }

    private Decision onPointer(MachineState state, KvEntry value, Instant now) {
        return switch (pointers.judge(state, value, now)) {
            case PointerDecisions.Verdict.NoNews none -> Decision.of(state);
            case PointerDecisions.Verdict.Refused refused ->
                Decision.of(
                        state.refusing(value.key(), value.modifyIndex(), refused.reason()),
                        new Step.LogRefusal(value.key(), value.modifyIndex(), refused.reason(), refused.detail()));
            case PointerDecisions.Verdict.News news -> accept(state, news.pointer(), now);
        };
    }

    private Decision accept(MachineState state, Pointer pointer, Instant now) {
        AppTrack known = state.apps().get(pointer.app());
        if (known != null && isSameWork(known.wanted(), pointer)) {
            AppTrack renewed = known.withWanted(pointer);
            Decision persisted = Decision.of(state.with(renewed), new Step.Persist());
            boolean stuck = renewed.state() == AppState.FAILED && !renewed.rejected();
            return persisted.then(s -> stuck ? retry(s, renewed, now) : activateIfOpen(s, pointer.app(), now));
        }
        MachineState next = state.with(known == null ? AppTrack.seen(pointer, now) : known.towards(pointer, now));
        List<Step> steps = new ArrayList<>();
        steps.add(new Step.Persist());
        if (known != null
                && known.isFetching()
                && !next.neededArtifacts().contains(known.wanted().artifact().digest())) {
            steps.add(new Step.CancelDownload(known.wanted()));
        }
        steps.add(new Step.FetchMetainfo(pointer));
        return new Decision(next, steps);
    }

    private static boolean isSameWork(Pointer known, Pointer pointer) {
        return known.seq().equals(pointer.seq())
                && known.build().equals(pointer.build())
                && known.artifact().equals(pointer.artifact())
                && known.activation().equals(pointer.activation());
    }

    private Decision onMetainfo(MachineState state, MachineEvent.MetainfoFetched e, Instant now) {
        Pointer pointer = e.pointer();
        return onWanted(state, pointer.app(), pointer.seq(), AppState.SEEN, t -> {
            Optional<String> mismatch = DownloadDecisions.mismatch(pointer, e.metainfo());
            return mismatch.isPresent()
                    ? fail(state, t, false, mismatch.get(), now)
                    : Decision.of(
                            state.with(t.in(AppState.DOWNLOADING, now)), new Step.Download(t.wanted(), e.metainfo()));
        });
    }

    private Decision fail(MachineState state, AppTrack track, boolean diskFull, String reason, Instant now) {
        AppTrack failed = track.failed(reason, false, now);
        MachineState next = state.with(failed);
        Step retry = new Step.RetryLater(failed.wanted().app(), failed.wanted().seq(), failed.failures());
        return diskFull ? Decision.of(next, clean(next, 0), retry) : Decision.of(next, retry);
    }

    private Decision retry(MachineState state, AppTrack track, Instant now) {
        if (track.rejected()) {
            return Decision.of(state);
        } else if (track.isActive()) {
            return recover(state, track, now);
        } else if (isExpired(track.wanted(), now)) {
            return expire(state, track, now);
        }
        return Decision.of(state.with(track.in(AppState.SEEN, now)), new Step.FetchMetainfo(track.wanted()));
    }

    private Decision recover(MachineState state, AppTrack track, Instant now) {
        Pointer active = track.active().orElseThrow();
        if (track.switching().isPresent()) {
            return Decision.of(state);
        }
        AppTrack next = track.switching(Optional.of(active.seq()));
        return Decision.of(
                state.with(track.isActive() ? next.in(AppState.ACTIVATING, now) : next), new Step.Recover(active));
    }

    private static boolean isExpired(Pointer pointer, Instant now) {
        return !now.isBefore(pointer.expiresAt());
    }

    private static Decision expire(MachineState state, AppTrack track, Instant now) {
        String reason = "the pointer expired at " + track.wanted().expiresAt() + " before it was activated";
        return Decision.of(state.with(track.failed(reason, false, now)));
    }

    private Decision activateIfOpen(MachineState state, AppName app, Instant now) {
        AppTrack track = state.apps().get(app);
        if (track == null
                || track.state() != AppState.STAGED
                || !Cohort.isOpen(track.wanted(), identity.region(), identity.id())) {
            return Decision.of(state);
        } else if (isExpired(track.wanted(), now)) {
            return expire(state, track, now);
        } else if (track.switching().isPresent()) {
            return Decision.of(state, new Step.HurryActivation(app));
        }
        Pointer wanted = track.wanted();
        AppTrack next = track.in(AppState.ACTIVATING, now).switching(Optional.of(wanted.seq()));
        return Decision.of(
                state.with(next),
                new Step.Activate(wanted, track.active().stream().toList()));
    }

    private Decision onActivated(MachineState state, Pointer pointer, Instant now) {
        AppTrack track = state.apps().get(pointer.app());
        if (track == null) {
            return Decision.of(state);
        }
        AppTrack activated = track.activated(pointer);
        boolean arrived = pointer.seq().equals(track.wanted().seq());
        MachineState next = state.with(arrived ? activated.in(AppState.HEALTHY, now) : activated);
        return Decision.of(next, new Step.Persist(), clean(next, versionsKept))
                .then(s -> activateIfOpen(s, pointer.app(), now));
    }

    private Decision onActivationFailed(MachineState state, MachineEvent.ActivationFailed e, Instant now) {
        AppTrack track = state.apps().get(e.pointer().app());
        if (track == null) {
            return Decision.of(state);
        }
        AppTrack idle = track.switching(Optional.empty()).running(e.running());
        if (!e.pointer().seq().equals(track.wanted().seq())) {
            return activateIfOpen(state.with(idle), e.pointer().app(), now);
        }
        return Decision.of(state.with(idle.failed(e.reason(), true, now)), new Step.Persist());
    }

    private Decision onRecovered(MachineState state, Pointer pointer, Optional<String> reason, Instant now) {
        AppTrack track = state.apps().get(pointer.app());
        if (track == null) {
            return Decision.of(state);
        }
        AppTrack idle = track.switching(Optional.empty()).running(Optional.of(pointer.build()));
        if (!idle.isActive()) {
            return activateIfOpen(state.with(idle), pointer.app(), now);
        } else if (reason.isPresent()) {
            return fail(state, idle, false, reason.get(), now);
        }
        return Decision.of(state.with(idle.in(AppState.HEALTHY, now)));
    }

    /** How a machine goes on after a restart. {@code staged} tells whether a pointer's version is ready on disk. */
    Decision resume(DurableState durable, Function<Pointer, Boolean> staged, Instant now) {
        return Decision.forEach(MachineState.EMPTY, durable.apps(), (state, app) -> {
            AppTrack track = new AppTrack(
                    app.wanted(),
                    app.rejected() ? AppState.FAILED : AppState.SEEN,
                    app.active(),
                    app.previous(),
                    Optional.empty(),
                    app.rejected(),
                    0,
                    0,
                    app.active().map(Pointer::build),
                    app.rejected()
                            ? Optional.of("did not become healthy before the agent restarted")
                            : Optional.empty(),
                    now);
            Decision seeding = new Decision(
                    state.with(track),
                    MachineState.needed(track)
                            .distinct()
                            .map(p -> (Step) new Step.Seed(p))
                            .toList());
            return seeding.then(s -> resumePipeline(s, track, staged.apply(app.wanted()), now))
                    .then(s -> resumeRunning(s, app.wanted().app(), now));
        });
    }

    private Decision resumePipeline(MachineState state, AppTrack track, boolean staged, Instant now) {
        if (track.isActive() || track.rejected()) {
            return Decision.of(state);
        } else if (staged) {
            return activateIfOpen(
                    state.with(track.in(AppState.STAGED, now)), track.wanted().app(), now);
        }
        return retry(state, track, now);
    }

    private Decision resumeRunning(MachineState state, AppName app, Instant now) {
        AppTrack track = state.apps().get(app);
        return track == null || track.active().isEmpty() ? Decision.of(state) : recover(state, track, now);
    }

    private static Step.Clean clean(MachineState state, int versionsKept) {
        List<Pointer> needed = state.apps().values().stream()
                .flatMap(MachineState::needed)
                .distinct()
                .toList();
        return new Step.Clean(needed, state.neededArtifacts(), versionsKept);
    }

    private static Optional<AppTrack> track(MachineState state, AppName app, Seq seq) {
        return Optional.ofNullable(state.apps().get(app))
                .filter(t -> t.wanted().seq().equals(seq));
    }

    private static Decision onWanted(
            MachineState state, AppName app, Seq seq, AppState expected, Function<AppTrack, Decision> decide) {
        return track(state, app, seq)
                .filter(t -> t.state() == expected)
                .map(decide)
                .orElse(Decision.of(state));
    }
}
