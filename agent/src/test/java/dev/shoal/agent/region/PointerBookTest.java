package dev.shoal.agent.region;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.agent.consul.KvEntry;
import dev.shoal.agent.testkit.TestRelease;
import dev.shoal.model.AppName;
import dev.shoal.model.RegionName;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.SigningKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class PointerBookTest {
    private static final AppName HELLO = new AppName("hello");
    private static final RegionName EU = new RegionName("eu");
    private static final SigningKey KEY = TestRelease.newKey();
    private static final TestRelease A = TestRelease.ofRandomBytes(1000, 1);
    private static final TestRelease B = TestRelease.ofRandomBytes(1000, 2);
    private static final TestRelease C = TestRelease.ofRandomBytes(1000, 3);

    private final PointerBook book = new PointerBook(EU, List.of(KEY.verifyKey()));
    private long index;

    @Test
    void servesTheCurrentBuildAndTheOneBefore() {
        assertThat(update(A, 1)).isTrue();
        assertThat(update(B, 2)).isTrue();
        assertThat(update(C, 3)).isTrue();

        assertThat(book.served()).containsExactly(C.artifact(), B.artifact());
        assertThat(book.infoHashes())
                .containsExactlyInAnyOrder(B.artifact().infoHash(), C.artifact().infoHash());
    }

    @Test
    void servesABuildAgainThatWasRolledBackTo() {
        update(A, 1);
        update(B, 2);

        update(A, 3);

        assertThat(book.served()).containsExactly(A.artifact(), B.artifact());
    }

    @Test
    void doesNotForgetTheBuildBeforeOverANewPointerToTheSameOne() {
        update(A, 1);
        update(B, 2);

        assertThat(update(B, 3)).isFalse();

        assertThat(book.served()).containsExactly(B.artifact(), A.artifact());
    }

    @Test
    void ignoresOlderPointersAndForgedOnes() {
        update(B, 2);

        assertThat(update(A, 1)).isFalse();
        assertThat(book.update(List.of(
                        new KvEntry(Pointer.key(HELLO), C.signedPointer(HELLO, 9, EU, TestRelease.newKey()), ++index))))
                .isFalse();
        assertThat(book.served()).containsExactly(B.artifact());
    }

    @Test
    void servesNothingThatIsMeantForOtherRegions() {
        book.update(List.of(
                new KvEntry(Pointer.key(HELLO), A.signedPointer(HELLO, 1, new RegionName("us"), KEY), ++index)));

        assertThat(book.served()).isEmpty();
    }

    @Test
    void takesAMissingKeyAsNoNews() {
        update(A, 1);
        AppName other = new AppName("other");

        book.update(List.of(new KvEntry(Pointer.key(other), B.signedPointer(other, 1, EU, KEY), ++index)));

        assertThat(book.served()).containsExactlyInAnyOrder(A.artifact(), B.artifact());
    }

    private boolean update(TestRelease release, long seq) {
        return book.update(
                List.of(new KvEntry(Pointer.key(HELLO), release.signedPointer(HELLO, seq, EU, KEY), ++index)));
    }
}
