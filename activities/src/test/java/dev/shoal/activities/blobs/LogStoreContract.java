package dev.shoal.activities.blobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.activities.blobs.LogStore.Chunk;
import dev.shoal.model.JobId;
import dev.shoal.workflows.Lease;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What every {@link LogStore} must do. */
abstract class LogStoreContract {
    static final Lease LEASE = new Lease(new JobId(7), 1);

    abstract LogStore store();

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Reads the whole log in small steps, as a follower does. */
    String follow(int step) {
        StringBuilder all = new StringBuilder();
        Chunk chunk = store().read(LEASE, 0, step);
        while (!chunk.complete() && chunk.bytes().length > 0) {
            all.append(new String(chunk.bytes(), StandardCharsets.UTF_8));
            chunk = store().read(LEASE, chunk.next(), step);
        }
        return all.append(new String(chunk.bytes(), StandardCharsets.UTF_8)).toString();
    }

    void append(String... segments) {
        long offset = 0;
        for (String segment : segments) {
            store().append(LEASE, offset, utf8(segment));
            offset += segment.length();
        }
    }

    @Test
    void aLogThatNobodyWroteIsEmptyAndOpen() {
        Chunk chunk = store().read(LEASE, 0, 10);

        assertThat(chunk.bytes()).isEmpty();
        assertThat(chunk.next()).isZero();
        assertThat(chunk.complete()).isFalse();
    }

    @Test
    void readsAcrossSegments() {
        append("one ", "two ", "three");

        Chunk chunk = store().read(LEASE, 2, 8);

        assertThat(chunk.bytes()).isEqualTo(utf8("e two th"));
        assertThat(chunk.next()).isEqualTo(10);
        assertThat(chunk.complete()).isFalse();
    }

    @Test
    void isCompleteOnlyAtItsEnd() {
        append("one ", "two ");
        store().finish(LEASE, 8);

        assertThat(store().read(LEASE, 0, 4).complete()).isFalse();
        assertThat(store().read(LEASE, 4, 4).complete()).isTrue();
        assertThat(store().read(LEASE, 8, 4).complete()).isTrue();
        assertThat(follow(3)).isEqualTo("one two ");
    }

    @Test
    void theSameSegmentAgainIsTheSame() {
        append("one ", "two ");
        append("one ", "two ");

        assertThat(follow(100)).isEqualTo("one two ");
    }

    @Test
    void finishingTwiceIsTheSame() {
        append("one ", "two ");

        store().finish(LEASE, 8);
        store().finish(LEASE, 8);

        assertThat(follow(100)).isEqualTo("one two ");
    }

    @Test
    void anEmptyLogCanBeComplete() {
        store().finish(LEASE, 0);

        assertThat(store().read(LEASE, 0, 10).complete()).isTrue();
        assertThat(store().newestAttempt(LEASE.job())).contains(1);
    }

    @Test
    void attemptsAndJobsDoNotMix() {
        append("first attempt");
        store().append(new Lease(new JobId(7), 2), 0, utf8("second attempt"));
        store().append(new Lease(new JobId(7), 10), 0, utf8("tenth attempt"));
        store().append(new Lease(new JobId(77), 11), 0, utf8("another job"));

        assertThat(follow(100)).isEqualTo("first attempt");
        assertThat(store().newestAttempt(new JobId(7))).contains(10);
        assertThat(store().newestAttempt(new JobId(1))).isEmpty();
    }

    @Test
    void readsStopAtAGapUntilItIsFilled() {
        store().append(LEASE, 0, utf8("one "));
        store().append(LEASE, 8, utf8("three"));
        assertThat(follow(100)).isEqualTo("one ");

        store().append(LEASE, 4, utf8("two "));

        assertThat(follow(100)).isEqualTo("one two three");
    }

    @Test
    void aLogWithAGapCannotBeComplete() {
        store().append(LEASE, 0, utf8("one "));
        store().append(LEASE, 8, utf8("three"));

        assertThatThrownBy(() -> store().finish(LEASE, 13))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("has 4 bytes");
        assertThat(store().read(LEASE, 4, 10).complete()).isFalse();
    }
}
