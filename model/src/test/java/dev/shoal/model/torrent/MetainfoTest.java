package dev.shoal.model.torrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.model.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class MetainfoTest {
    private static final Digest DIGEST = new Digest("ab".repeat(32));

    @Test
    void readsBackWhatItWrote() {
        Metainfo metainfo = new Metainfo(DIGEST, 600_000, 262_144, new byte[60]);

        assertThat(Metainfo.parse(metainfo.encode())).isEqualTo(metainfo);
        assertThat(metainfo.pieceCount()).isEqualTo(3);
        assertThat(metainfo.pieceSize(2)).isEqualTo(600_000 - 2 * 262_144);
    }

    /** The info hash was computed by another implementation (python: hashlib.sha1 over the same dictionary). */
    @Test
    void hasTheInfoHashThatOtherClientsCompute() {
        Metainfo metainfo = new Metainfo(DIGEST, 600_000, 262_144, new byte[60]);

        assertThat(metainfo.infoHash().value()).isEqualTo("6229dd86974238bd4ba684a512fba4e56dbeaa5d");
    }

    @Test
    void needsAHashPerPiece() {
        assertThatThrownBy(() -> new Metainfo(DIGEST, 600_000, 262_144, new byte[40]))
                .hasMessageContaining("needs 60 bytes");
    }

    @Test
    void refusesOtherTorrents() {
        byte[] multiFile = Bencode.encode(Map.of("info", Map.of("files", List.of(), "name", "x")));

        assertThatThrownBy(() -> Metainfo.parse(multiFile)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void neverFailsOnGarbageButByRefusingIt() {
        byte[] good = new Metainfo(DIGEST, 600_000, 262_144, new byte[60]).encode();
        Random random = new Random(42);
        for (int i = 0; i < 20_000; i++) {
            byte[] bad = Arrays.copyOf(good, 1 + random.nextInt(good.length));
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            try {
                Metainfo.parse(bad);
            } catch (IllegalArgumentException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void decodesStrictly() {
        for (String bad :
                List.of("", "i01e", "i-0e", "i1", "5:abc", "l", "d1:ae", "i1ei2e", "d1:ai1e1:ai2ee", "-1:a")) {
            assertThatThrownBy(() -> Bdecoder.decode(bad.getBytes(StandardCharsets.US_ASCII)))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Bdecoder.decode("l".repeat(100_000).getBytes(StandardCharsets.US_ASCII)))
                .hasMessageContaining("too deep");
    }

    @Test
    void choosesPiecesThatKeepThePipelineShortAndTheMetainfoSmall() {
        assertThat(PieceLength.of(1)).isEqualTo(64 << 10);
        assertThat(PieceLength.of(256L << 20)).isEqualTo(64 << 10);
        assertThat(PieceLength.of(1L << 30)).isEqualTo(256 << 10);
        assertThat(PieceLength.of(4L << 30)).isEqualTo(1 << 20);
        assertThat(PieceLength.of(10L << 30)).isEqualTo(4 << 20);
        assertThat(PieceLength.of(1L << 40)).isEqualTo(4 << 20);
    }
}
