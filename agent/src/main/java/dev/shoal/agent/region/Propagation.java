package dev.shoal.agent.region;

import dev.shoal.agent.consul.KvEntry;
import dev.shoal.model.AppName;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SignedPointer;
import dev.shoal.model.pointer.SignedPointer.Reading;
import dev.shoal.model.pointer.VerifyKey;
import java.util.List;
import java.util.Optional;

/** What to do about one app's pointer in this region: decided from the global value and the regional one. */
final class Propagation {
    private Propagation() {}

    /** What to do. */
    sealed interface Step {
        /** Nothing. */
        record Leave(String reason) implements Step {}

        /** Write the global bytes if the regional key's ModifyIndex still is {@code index} (0: does not exist). */
        record Write(byte[] value, long index, boolean repair) implements Step {}
    }

    /**
     * The region only ever moves forward: to a global value that is signed and newer. A regional value that nobody trusted has
     * signed is no value, and is overwritten.
     */
    static Step decide(AppName app, byte[] global, Optional<KvEntry> regional, List<VerifyKey> trusted) {
        if (!(SignedPointer.read(global, app, trusted) instanceof Reading.Authentic wanted)) {
            return new Step.Leave("the global value is not believed");
        }
        if (regional.isEmpty()) {
            return new Step.Write(global, 0, false);
        }
        KvEntry held = regional.get();
        return switch (SignedPointer.read(held.value(), app, trusted)) {
            case Reading.Refused refused -> new Step.Write(global, held.modifyIndex(), true);
            case Reading.Authentic known -> againstKnown(global, wanted.pointer(), known.pointer(), held.modifyIndex());
        };
    }

    private static Step againstKnown(byte[] global, Pointer wanted, Pointer known, long index) {
        return wanted.isNewerThan(known)
                ? new Step.Write(global, index, false)
                : new Step.Leave("the region holds seq " + known.seq() + " step " + known.step());
    }
}
