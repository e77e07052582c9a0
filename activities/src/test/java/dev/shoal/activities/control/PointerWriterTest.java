package dev.shoal.activities.control;

import static dev.shoal.activities.control.Pointers.APP;
import static dev.shoal.activities.control.Pointers.pointer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.activities.control.PointerWriter.Outcome;
import dev.shoal.model.Seq;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SignedPointer;
import dev.shoal.model.pointer.SigningKey;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PointerWriterTest {
    private static final String NAME = Pointer.key(APP);

    private final SigningKey key = Pointers.key();
    private final MemoryKeyValue consul = new MemoryKeyValue();
    private final PointerWriter pointers = new PointerWriter(consul, key);

    @Test
    void writesTheFirstPointerOfAnApp() {
        assertThat(pointers.publish(pointer(1, "hello-1"))).isEqualTo(new Outcome.Written(Optional.empty()));
        assertThat(current()).isEqualTo(pointer(1, "hello-1"));
    }

    @Test
    void aHigherSeqReplacesALowerOne() {
        pointers.publish(pointer(1, "hello-1"));

        assertThat(pointers.publish(pointer(2, "hello-2"))).isInstanceOf(Outcome.Written.class);
        assertThat(current().seq()).isEqualTo(new Seq(2));
    }

    @Test
    void aRollbackIsAHigherSeqThatNamesAnOlderBuild() {
        pointers.publish(pointer(1, "hello-1"));
        pointers.publish(pointer(2, "hello-2"));

        assertThat(pointers.publish(pointer(3, "hello-1"))).isInstanceOf(Outcome.Written.class);
        assertThat(current().build().value()).isEqualTo("hello-1");
    }

    @Test
    void anOlderSeqIsSupersededAndChangesNothing() {
        pointers.publish(pointer(3, "hello-3"));

        assertThat(pointers.publish(pointer(2, "hello-2")))
                .isEqualTo(new Outcome.Superseded("seq 3 (hello-3) is published already"));
        assertThat(current().seq()).isEqualTo(new Seq(3));
    }

    @Test
    void theSameAgainIsThereAlready() {
        pointers.publish(pointer(3, "hello-3"));
        long index = consul.read(NAME).orElseThrow().index();

        assertThat(pointers.publish(pointer(3, "hello-3"))).isEqualTo(new Outcome.AlreadyThere());
        assertThat(consul.read(NAME).orElseThrow().index()).isEqualTo(index);
    }

    @Test
    void theSameSeqForAnotherBuildIsRefused() {
        pointers.publish(pointer(3, "hello-3"));

        assertThat(pointers.publish(pointer(3, "hello-9"))).isInstanceOf(Outcome.Superseded.class);
        assertThat(current().build().value()).isEqualTo("hello-3");
    }

    @Test
    void aStepBackWithinASeqChangesNothing() {
        pointers.publish(pointer(3, "hello-3", 2));

        assertThat(pointers.publish(pointer(3, "hello-3", 1))).isEqualTo(new Outcome.AlreadyThere());
        assertThat(current().step()).isEqualTo(2);
    }

    @Test
    void aPointerOfAForeignKeyIsReplacedHoweverHighItsSeq() {
        consul.put(NAME, SignedPointer.sign(pointer(99, "evil-1"), Pointers.key()));

        Outcome outcome = pointers.publish(pointer(2, "hello-2"));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        Outcome.Written.class,
                        written -> assertThat(written.replaced())
                                .hasValueSatisfying(reason -> assertThat(reason).startsWith("UNSIGNED")));
        assertThat(current().build().value()).isEqualTo("hello-2");
    }

    @Test
    void garbageIsReplaced() {
        consul.put(NAME, "v1.2.3".getBytes(StandardCharsets.UTF_8));

        assertThat(pointers.publish(pointer(2, "hello-2"))).isInstanceOf(Outcome.Written.class);
        assertThat(current().seq()).isEqualTo(new Seq(2));
    }

    @Test
    void aRaceAgainstANewerReleaseIsLost() {
        pointers.publish(pointer(1, "hello-1"));
        consul.beforeNextWrite(() -> consul.put(NAME, SignedPointer.sign(pointer(3, "hello-3"), key)));

        assertThat(pointers.publish(pointer(2, "hello-2"))).isInstanceOf(Outcome.Superseded.class);
        assertThat(current().seq()).isEqualTo(new Seq(3));
    }

    @Test
    void aRaceAgainstAnOlderReleaseIsWon() {
        consul.beforeNextWrite(() -> consul.put(NAME, SignedPointer.sign(pointer(1, "hello-1"), key)));

        assertThat(pointers.publish(pointer(2, "hello-2"))).isInstanceOf(Outcome.Written.class);
        assertThat(current().seq()).isEqualTo(new Seq(2));
    }

    @Test
    void aRenewalThatRacesAReleaseIsDropped() {
        pointers.publish(pointer(1, "hello-1"));
        PointerWriter.Current before = pointers.current(APP).orElseThrow();
        pointers.publish(pointer(2, "hello-2"));

        assertThat(pointers.renew(before, pointer(1, "hello-1"))).isFalse();
        assertThat(current().seq()).isEqualTo(new Seq(2));
    }

    private Pointer current() {
        return pointers.current(APP).orElseThrow().pointer();
    }
}
