package dev.shoal.activities.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.activities.kv.KeyValue.Entry;
import dev.shoal.activities.kv.KeyValue.KeyValueException;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every {@link KeyValue} must do. */
abstract class KeyValueContract {
    private final String key = "shoal/apps/" + UUID.randomUUID() + "/version";

    abstract KeyValue store();

    @Test
    void aKeyThatNobodyWroteIsAbsent() {
        assertThat(store().read(key)).isEmpty();
    }

    @Test
    void readsTheBytesThatWereWritten() {
        byte[] value = new byte[4096];
        new Random(1).nextBytes(value);

        boolean written = store().compareAndSet(key, value, 0);

        assertThat(written).isTrue();
        assertThat(store().read(key).orElseThrow().value()).isEqualTo(value);
        assertThat(store().read(key).orElseThrow().index()).isPositive();
    }

    @Test
    void indexZeroWritesOnlyWhereNothingIs() {
        store().compareAndSet(key, new byte[] {1}, 0);

        assertThat(store().compareAndSet(key, new byte[] {2}, 0)).isFalse();
        assertThat(store().read(key).orElseThrow().value()).containsExactly(1);
    }

    @Test
    void writesOnlyIfNobodyWroteSinceTheRead() {
        store().compareAndSet(key, new byte[] {1}, 0);
        Entry read = store().read(key).orElseThrow();

        assertThat(store().compareAndSet(key, new byte[] {2}, read.index())).isTrue();
        assertThat(store().compareAndSet(key, new byte[] {3}, read.index())).isFalse();

        assertThat(store().read(key).orElseThrow().value()).containsExactly(2);
    }

    @Test
    void exactlyOneOfManyWritersWins() {
        List<CompletableFuture<Boolean>> writers = IntStream.range(0, 8)
                .mapToObj(i ->
                        CompletableFuture.supplyAsync(() -> store().compareAndSet(key, new byte[] {(byte) i}, 0)))
                .toList();

        assertThat(writers.stream().filter(CompletableFuture::join)).hasSize(1);
    }

    @Test
    void anEmptyValueIsThereAndEmpty() {
        store().compareAndSet(key, new byte[0], 0);

        assertThat(store().read(key).orElseThrow().value()).isEmpty();
    }

    @Test
    void aValueThatIsTooLargeIsAFailureThatNamesTheKey() {
        assertThatThrownBy(() -> store().compareAndSet(key, new byte[600_000], 0))
                .isInstanceOf(KeyValueException.class)
                .hasMessageContaining(key);

        assertThat(store().read(key)).isEmpty();
    }
}
