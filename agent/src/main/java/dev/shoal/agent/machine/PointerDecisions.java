package dev.shoal.agent.machine;

import dev.shoal.agent.consul.KvEntry;
import dev.shoal.model.AppName;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SignedPointer;
import dev.shoal.model.rollout.Cohort;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which values of the key-value store a machine believes and acts upon. Pure. */
final class PointerDecisions {
    /** The pointer is authentic and behind what the machine has seen. */
    static final String OLDER = "OLDER";

    /** The pointer is authentic, and too old to be acted upon. */
    static final String EXPIRED = "EXPIRED";

    /** What the machine wants has expired, and nobody renews it: somebody may be hiding news (TUF's indefinite freeze). */
    static final String FROZEN = "FROZEN";

    private final MachineIdentity identity;

    PointerDecisions(MachineIdentity identity) {
        this.identity = identity;
    }

    /** What a value is worth. */
    sealed interface Verdict {
        record News(Pointer pointer) implements Verdict {}

        /** Known, not ours, or refused before. */
        record NoNews() implements Verdict {}

        record Refused(String reason, String detail) implements Verdict {}
    }

    /** Which apps lack a fresh pointer at {@code now}; each is told once, and again after a renewal. */
    Decision freshness(MachineState state, Instant now) {
        Set<AppName> expired = state.apps().values().stream()
                .map(AppTrack::wanted)
                .filter(wanted -> !now.isBefore(wanted.expiresAt()))
                .map(Pointer::app)
                .collect(Collectors.toUnmodifiableSet());
        if (expired.equals(state.frozen())) {
            return Decision.of(state);
        }
        List<Step> alarms = expired.stream()
                .filter(app -> !state.frozen().contains(app))
                .sorted()
                .map(app -> (Step)
                        new Step.LogRefusal(Pointer.key(app), 0, FROZEN, "no renewal of a pointer that has expired"))
                .toList();
        return new Decision(state.frozen(expired, FROZEN), alarms);
    }

    Verdict judge(MachineState state, KvEntry value, Instant now) {
        Optional<AppName> app = Pointer.appOf(value.key()).filter(identity::runs);
        Long refusedAt = state.refusedAt().get(value.key());
        if (app.isEmpty() || (refusedAt != null && refusedAt == value.modifyIndex())) {
            return new Verdict.NoNews();
        }
        return switch (SignedPointer.read(value.value(), app.get(), identity.trusted())) {
            case SignedPointer.Reading.Refused refused ->
                new Verdict.Refused(refused.reason().name(), refused.detail());
            case SignedPointer.Reading.Authentic authentic ->
                judge(Optional.ofNullable(state.apps().get(app.get())), authentic.pointer(), now);
        };
    }

    private Verdict judge(Optional<AppTrack> track, Pointer pointer, Instant now) {
        Optional<Pointer> known = track.map(AppTrack::wanted);
        if (!Cohort.isTargeted(pointer, identity.region())
                || known.filter(pointer::equals).isPresent()) {
            return new Verdict.NoNews();
        } else if (known.filter(k -> !pointer.isNewerThan(k)).isPresent()) {
            return new Verdict.Refused(
                    OLDER,
                    "seq " + pointer.seq() + " step " + pointer.step() + ", have seen seq "
                            + known.get().seq() + " step " + known.get().step());
        } else if (!now.isBefore(pointer.expiresAt())) {
            return new Verdict.Refused(EXPIRED, "seq " + pointer.seq() + " expired at " + pointer.expiresAt());
        }
        return new Verdict.News(pointer);
    }
}
