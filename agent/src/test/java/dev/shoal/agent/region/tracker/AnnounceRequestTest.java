package dev.shoal.agent.region.tracker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.shoal.model.InfoHash;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnnounceRequestTest {
    private static final String HASH = "info_hash=%124Vx%9a%bc%de%f1%23Eg%89%ab%cd%ef%124Vx%9a";
    private static final String PEER = "peer_id=-LT2060-abcdefghijkl";
    private static final String REST = "port=6881&uploaded=0&downloaded=0&left=100&compact=1";
    private static final String WHOLE = HASH + "&" + PEER + "&" + REST;

    @Test
    void readsBinaryHashesFromEscapesAndPlainCharactersMixed() {
        AnnounceRequest request = AnnounceRequest.parse(WHOLE + "&event=started&numwant=30");

        assertThat(request.infoHash()).isEqualTo(new InfoHash("123456789abcdef123456789abcdef123456789a"));
        assertThat(request.peerId()).isEqualTo("2d4c54323036302d6162636465666768696a6b6c");
        assertThat(request.port()).isEqualTo(6881);
        assertThat(request.left()).isEqualTo(100);
        assertThat(request.event()).isEqualTo("started");
        assertThat(request.wanted()).isEqualTo(30);
    }

    @Test
    void readsEscapesOfEitherCaseAndOfEveryByte() {
        StringBuilder lower = new StringBuilder("info_hash=");
        StringBuilder upper = new StringBuilder("info_hash=");
        for (int b = 236; b < 256; b++) {
            lower.append("%%%02x".formatted(b));
            upper.append("%%%02X".formatted(b));
        }

        assertThat(AnnounceRequest.parse(lower + "&" + PEER + "&" + REST))
                .isEqualTo(AnnounceRequest.parse(upper + "&" + PEER + "&" + REST));
        assertThat(AnnounceRequest.parse("info_hash=" + "%00".repeat(20) + "&" + PEER + "&" + REST)
                        .infoHash()
                        .value())
                .isEqualTo("0".repeat(40));
    }

    @Test
    void asksForFiftyPeersUnlessItSaysOtherwiseAndNeverForMore() {
        assertThat(AnnounceRequest.parse(WHOLE).wanted()).isEqualTo(50);
        assertThat(AnnounceRequest.parse(WHOLE + "&numwant=200").wanted()).isEqualTo(50);
        assertThat(AnnounceRequest.parse(WHOLE + "&numwant=0").wanted()).isZero();
    }

    @Test
    void ignoresParametersItDoesNotKnow() {
        assertThat(AnnounceRequest.parse(WHOLE + "&key=1A2B&no_peer_id=1&supportcrypto=1&redundant=0&corrupt=0"))
                .isEqualTo(AnnounceRequest.parse(WHOLE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "&",
                "=",
                "%",
                PEER + "&" + REST,
                HASH + "&" + REST,
                HASH + "&" + PEER,
                HASH + "0&" + PEER + "&" + REST,
                "info_hash=short&" + PEER + "&" + REST,
                "info_hash=%1&" + PEER + "&" + REST,
                HASH + "&peer_id=%zz&" + REST,
                HASH + "&" + PEER + "&port=0&left=1",
                HASH + "&" + PEER + "&port=65536&left=1",
                HASH + "&" + PEER + "&port=-1&left=1",
                HASH + "&" + PEER + "&port=1e3&left=1",
                HASH + "&" + PEER + "&port=6881&left=-1",
                HASH + "&" + PEER + "&port=6881&left=99999999999999999999",
                HASH + "&" + PEER + "&port=6881",
                WHOLE + "&event=exploded",
                WHOLE + "&numwant=many",
                WHOLE + "&" + HASH,
                WHOLE + "&port=6882",
            })
    void refusesWhatIsNoAnnounceWithAReason(String query) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AnnounceRequest.parse(query))
                .withMessageMatching("[ -~]{5,80}");
    }

    @Test
    void refusesEndlessQueries() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AnnounceRequest.parse(WHOLE + "&x=" + "a".repeat(10_000)));
    }

    @Test
    void eitherReadsOrRefusesWhateverRandomEditsMakeOfAQuery() {
        Random random = new Random(7);
        int refused = 0;
        for (int round = 0; round < 20_000; round++) {
            StringBuilder query = new StringBuilder(WHOLE);
            for (int edit = 0; edit <= random.nextInt(5); edit++) {
                int at = random.nextInt(query.length());
                char c = (char) random.nextInt(random.nextBoolean() ? 128 : 65_536);
                switch (random.nextInt(3)) {
                    case 0 -> query.setCharAt(at, c);
                    case 1 -> query.insert(at, c);
                    default -> query.deleteCharAt(at);
                }
            }
            try {
                AnnounceRequest request = AnnounceRequest.parse(query.toString());
                assertThat(request.port()).isBetween(1, 65_535);
                assertThat(request.peerId()).hasSize(40);
                assertThat(request.left()).isNotNegative();
            } catch (IllegalArgumentException expected) {
                assertThat(expected.getMessage()).matches("[ -~]{5,80}");
                refused++;
            }
        }
        assertThat(refused).isGreaterThan(1000);
    }
}
