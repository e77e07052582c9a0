package dev.shoal.agent.region.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.Digest;
import dev.shoal.model.InfoHash;
import dev.shoal.model.job.Artifact;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class OriginShelfTest {
    private static final Instant START = Instant.parse("2026-11-22T21:00:00Z");

    @Test
    void keepsAllThatFits() {
        assertThat(OriginShelf.choose(List.of(artifact(1, 40), artifact(2, 60)), 100)
                        .values())
                .containsExactly(artifact(1, 40), artifact(2, 60));
    }

    @Test
    void keepsTheNewestWhereNotAllFit() {
        assertThat(OriginShelf.choose(List.of(artifact(1, 60), artifact(2, 60), artifact(3, 30)), 100)
                        .values())
                .containsExactly(artifact(1, 60), artifact(3, 30));
    }

    @Test
    void countsAnArtifactOnceThatTwoAppsShare() {
        assertThat(OriginShelf.choose(List.of(artifact(1, 60), artifact(1, 60), artifact(2, 40)), 100)
                        .values())
                .containsExactly(artifact(1, 60), artifact(2, 40));
    }

    @Test
    void triesAgainLaterAfterEachFailureUntilItIsForgotten() {
        Attempts attempts = new Attempts();
        Digest digest = artifact(1, 1).digest();

        assertThat(attempts.isDue(digest, START)).isTrue();
        attempts.failed(digest, START);
        assertThat(attempts.isDue(digest, START)).isFalse();
        assertThat(attempts.isDue(digest, START.plus(Attempts.FIRST_PAUSE))).isTrue();
        for (int i = 0; i < 100; i++) {
            attempts.failed(digest, START);
        }
        assertThat(attempts.isDue(digest, START.plus(Attempts.LONGEST_PAUSE).minus(Duration.ofMillis(1))))
                .isFalse();
        assertThat(attempts.isDue(digest, START.plus(Attempts.LONGEST_PAUSE))).isTrue();
        attempts.forget(digest);
        assertThat(attempts.isDue(digest, START)).isTrue();
    }

    private static Artifact artifact(int number, long size) {
        return new Artifact(
                new Digest("%064x".formatted(number)), size, new InfoHash("%040x".formatted(number)), 256 << 10);
    }
}
