package dev.shoal.activities.control;

import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SignedPointer.Reading;
import java.util.Optional;

/** Promise 5: whether a pointer may be written over what lies at its key, decided from the two alone. */
sealed interface PointerDecision {
    /** What lies there is older, missing or not ours: write over it. */
    record Write(Optional<String> refused) implements PointerDecision {}

    /** It lies there already. */
    record AlreadyThere() implements PointerDecision {}

    /** Something newer lies there. */
    record Superseded(String by) implements PointerDecision {}

    /** Decides for {@code wanted}, given what was read; nothing was read if the key does not exist. */
    static PointerDecision of(Pointer wanted, Optional<Reading> current) {
        if (current.isEmpty()) {
            return new Write(Optional.empty());
        }
        return switch (current.get()) {
            case Reading.Refused refused -> new Write(Optional.of(refused.reason() + ": " + refused.detail()));
            case Reading.Authentic authentic -> ofAuthentic(wanted, authentic.pointer());
        };
    }

    private static PointerDecision ofAuthentic(Pointer wanted, Pointer current) {
        int bySeq = wanted.seq().compareTo(current.seq());
        if (bySeq < 0) {
            return new Superseded("seq " + current.seq() + " (" + current.build() + ") is published already");
        }
        if (bySeq == 0 && !wanted.build().equals(current.build())) {
            // Seqs were handed out twice, as after a restored database: machines would ignore the second one.
            return new Superseded("seq " + current.seq() + " is published already, for " + current.build());
        }
        return bySeq == 0 && wanted.step() <= current.step() ? new AlreadyThere() : new Write(Optional.empty());
    }
}
