package dev.shoal.activities.control;

import dev.shoal.activities.kv.KeyValue;
import dev.shoal.model.AppName;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SignedPointer;
import dev.shoal.model.pointer.SignedPointer.Reading;
import dev.shoal.model.pointer.SigningKey;
import dev.shoal.model.pointer.VerifyKey;
import java.util.List;
import java.util.Optional;

/**
 * The one writer of {@code shoal/apps/<app>/version} in the global Consul: signs, writes by compare-and-set, reads back.
 * Thread-safe; throws {@link KeyValue.KeyValueException} if Consul is away.
 */
public final class PointerWriter {
    /** Lost races against other writers of the same key before the caller is asked to come again. */
    private static final int MOST_RACES = 5;

    private final KeyValue global;
    private final SigningKey key;
    private final List<VerifyKey> trusted;

    public PointerWriter(KeyValue global, SigningKey key) {
        this.global = global;
        this.key = key;
        this.trusted = List.of(key.verifyKey());
    }

    /** What became of a write. */
    public sealed interface Outcome {
        /**
         * It is current now.
         *
         * @param replaced why what lay there was not believed, if it was not
         */
        record Written(Optional<String> replaced) implements Outcome {}

        record AlreadyThere() implements Outcome {}

        record Superseded(String by) implements Outcome {}

        /** Others write this key all the time. */
        record Contended(String detail) implements Outcome {}
    }

    /** A believed pointer and the index it was read at. */
    public record Current(Pointer pointer, long index) {}

    /** Makes {@code pointer} the current one, unless something newer is. */
    public Outcome publish(Pointer pointer) {
        String name = Pointer.key(pointer.app());
        byte[] value = SignedPointer.sign(pointer, key);
        Optional<String> replaced = Optional.empty();
        for (int race = 0; race < MOST_RACES; race++) {
            Optional<KeyValue.Entry> entry = global.read(name);
            switch (PointerDecision.of(pointer, entry.map(e -> read(e, pointer.app())))) {
                case PointerDecision.Superseded superseded -> {
                    return new Outcome.Superseded(superseded.by());
                }
                case PointerDecision.AlreadyThere there -> {
                    // On the second turn this is our own write, read back.
                    return race == 0 ? new Outcome.AlreadyThere() : new Outcome.Written(replaced);
                }
                case PointerDecision.Write write -> {
                    replaced = write.refused();
                    long index = entry.map(KeyValue.Entry::index).orElse(0L);
                    if (global.compareAndSet(name, value, index) && isCurrent(pointer)) {
                        return new Outcome.Written(replaced);
                    }
                }
            }
        }
        return new Outcome.Contended(name + " changed " + MOST_RACES + " times while it was written");
    }

    /** What machines believe now; empty if the key is missing or not signed by us. */
    public Optional<Current> current(AppName app) {
        return global.read(Pointer.key(app))
                .flatMap(entry -> read(entry, app) instanceof Reading.Authentic(Pointer pointer)
                        ? Optional.of(new Current(pointer, entry.index()))
                        : Optional.empty());
    }

    /** Writes {@code renewed} if the key has not changed since {@code current} was read; whether it was written. */
    public boolean renew(Current current, Pointer renewed) {
        return global.compareAndSet(Pointer.key(renewed.app()), SignedPointer.sign(renewed, key), current.index());
    }

    private boolean isCurrent(Pointer pointer) {
        return current(pointer.app())
                .filter(now -> now.pointer().seq().equals(pointer.seq())
                        && now.pointer().build().equals(pointer.build()))
                .isPresent();
    }

    private Reading read(KeyValue.Entry entry, AppName app) {
        return SignedPointer.read(entry.value(), app, trusted);
    }
}
