package dev.shoal.agent.machine;

import dev.shoal.agent.consul.KvEntry;
import dev.shoal.model.AppName;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SignedPointer;
import dev.shoal.model.rollout.Cohort;
import java.time.Instant;
import java.util.Optional;

/** Which values of the key-value store a machine believes and acts upon. Pure. */
final class PointerDecisions {
    /** The pointer is authentic and behind what the machine has seen. */
    static final String OLDER = "OLDER";

    /** The pointer is authentic, and too old to be acted upon. */
    static final String EXPIRED = "EXPIRED";

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
