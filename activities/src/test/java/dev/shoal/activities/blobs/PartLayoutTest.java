package dev.shoal.activities.blobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.torrent.PieceLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartLayoutTest {
    private static final int WANTED = 16 << 20;

    @ParameterizedTest
    @ValueSource(longs = {1, WANTED - 1, WANTED, WANTED + 1, 10_000_000_000L, 5L << 40})
    void partsCoverTheFileInWholePiecesAndAreFewEnough(long size) {
        int piece = PieceLength.of(size);

        PartLayout layout = PartLayout.of(size, WANTED, piece);

        long end = 0;
        for (PartLayout.Part part : layout.parts()) {
            assertThat(part.offset()).isEqualTo(end);
            assertThat(part.offset() % piece).isZero();
            assertThat(part.length()).isPositive();
            end += part.length();
        }
        assertThat(end).isEqualTo(size);
        assertThat(layout.count()).isBetween(1, 10_000);
    }

    @Test
    void tenGigabytesHaveSixteenMebibyteParts() {
        PartLayout layout = PartLayout.of(10_000_000_000L, WANTED, PieceLength.of(10_000_000_000L));

        assertThat(layout.partLength()).isEqualTo(WANTED);
        assertThat(layout.count()).isEqualTo(597);
    }
}
