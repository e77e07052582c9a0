package dev.shoal.agent.machine;

import dev.shoal.model.BuildName;
import dev.shoal.model.Seq;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.report.AppReport;
import dev.shoal.model.report.AppState;
import java.time.Instant;
import java.util.Optional;

/**
 * How far a machine is with one app.
 *
 * @param wanted the highest pointer believed; {@code state} is about it
 * @param active what was last found healthy
 * @param previous what was healthy before that
 * @param switching the seq whose hooks run at this moment; at most one activation or recovery of an app runs at a time
 * @param rejected whether {@code wanted} was switched to and failed: only a newer seq is tried after that
 * @param failures attempts at {@code wanted} that failed in a row
 */
record AppTrack(
        Pointer wanted,
        AppState state,
        Optional<Pointer> active,
        Optional<Pointer> previous,
        Optional<Seq> switching,
        boolean rejected,
        int failures,
        long bytes,
        Optional<BuildName> running,
        Optional<String> detail,
        Instant changedAt) {

    static AppTrack seen(Pointer wanted, Instant now) {
        return new AppTrack(
                wanted,
                AppState.SEEN,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                0,
                0,
                Optional.empty(),
                Optional.empty(),
                now);
    }

    /** The same machine on the way to another pointer. */
    AppTrack towards(Pointer pointer, Instant now) {
        return new AppTrack(
                pointer, AppState.SEEN, active, previous, switching, false, 0, 0, running, Optional.empty(), now);
    }

    /** The same work under a pointer that only opens more machines or is valid longer. */
    AppTrack withWanted(Pointer pointer) {
        return new AppTrack(
                pointer, state, active, previous, switching, rejected, failures, bytes, running, detail, changedAt);
    }

    AppTrack in(AppState next, Instant now) {
        long done = next == AppState.SEEN || next == AppState.DOWNLOADING || next == AppState.FAILED
                ? bytes
                : wanted.artifact().size();
        return new AppTrack(
                wanted, next, active, previous, switching, rejected, failures, done, running, Optional.empty(), now);
    }

    AppTrack failed(String reason, boolean reject, Instant now) {
        return new AppTrack(
                wanted,
                AppState.FAILED,
                active,
                previous,
                switching,
                reject,
                failures + 1,
                bytes,
                running,
                Optional.of(reason),
                now);
    }

    AppTrack withBytes(long downloaded) {
        return new AppTrack(
                wanted, state, active, previous, switching, rejected, failures, downloaded, running, detail, changedAt);
    }

    AppTrack switching(Optional<Seq> seq) {
        return new AppTrack(
                wanted, state, active, previous, seq, rejected, failures, bytes, running, detail, changedAt);
    }

    AppTrack running(Optional<BuildName> build) {
        return new AppTrack(
                wanted, state, active, previous, switching, rejected, failures, bytes, build, detail, changedAt);
    }

    /** {@code pointer} is healthy; what was active before, if it is another release, becomes the previous one. */
    AppTrack activated(Pointer pointer) {
        Optional<Pointer> before = active.filter(a -> !a.seq().equals(pointer.seq()));
        return new AppTrack(
                wanted,
                state,
                Optional.of(pointer),
                before.isPresent() ? before : previous,
                Optional.empty(),
                rejected,
                0,
                bytes,
                Optional.of(pointer.build()),
                detail,
                changedAt);
    }

    /** Whether {@code wanted} is what runs. */
    boolean isActive() {
        return active.filter(a -> a.seq().equals(wanted.seq())).isPresent();
    }

    /** Whether bytes of {@code wanted} are still on their way. */
    boolean isFetching() {
        return state == AppState.SEEN || state == AppState.DOWNLOADING;
    }

    DurableState.App durable() {
        return new DurableState.App(wanted, active, previous, rejected);
    }

    AppReport report() {
        return new AppReport(
                wanted.app(),
                wanted.build(),
                wanted.seq(),
                state,
                running,
                bytes,
                wanted.artifact().size(),
                detail,
                changedAt);
    }
}
