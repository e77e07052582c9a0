package dev.shoal.agent.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.agent.ban.Accusation;
import dev.shoal.agent.ban.AccusationBatch;
import dev.shoal.agent.ban.PeerAddress;
import dev.shoal.agent.swarm.SwarmEvent;
import dev.shoal.model.InfoHash;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.json.Json;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuspectsTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final InfoHash TORRENT = new InfoHash("ab".repeat(20));
    private static final PeerAddress BAD = new PeerAddress("10.0.0.66:9301");

    private final Suspects suspects = new Suspects();

    @Test
    void anAccusationSaysWhichPiecesFailedAndHowOftenThePeerWasCaught() {
        suspects.caught(new SwarmEvent.PeerCaught(TORRENT, BAD, false), NOW);
        suspects.failed(new SwarmEvent.PieceFailed(TORRENT, 7));
        suspects.failed(new SwarmEvent.PieceFailed(TORRENT, 3));
        suspects.caught(new SwarmEvent.PeerCaught(TORRENT, BAD, true), NOW);
        suspects.failed(new SwarmEvent.PieceFailed(TORRENT, 7));

        List<Accusation> said = suspects.accusations(NOW);

        assertThat(said).containsExactly(new Accusation(TORRENT, BAD, true, List.of(3, 7), 2));
        AccusationBatch batch = new AccusationBatch(new MachineId("eu-m1"), new RegionName("eu"), said);
        assertThat(Json.read(Json.bytes(batch), AccusationBatch.class)).isEqualTo(batch);
    }

    @Test
    void whatIsTenMinutesOldIsNoLongerSaid() {
        suspects.caught(new SwarmEvent.PeerCaught(TORRENT, BAD, true), NOW);

        assertThat(suspects.accusations(NOW.plus(Suspects.MEMORY).minusMillis(1)))
                .hasSize(1);
        assertThat(suspects.accusations(NOW.plus(Suspects.MEMORY))).isEmpty();
    }

    @Test
    void aFloodOfSuspectsStaysWithinTheBounds() {
        for (int i = 0; i < 200; i++) {
            suspects.failed(new SwarmEvent.PieceFailed(TORRENT, i));
            suspects.caught(new SwarmEvent.PeerCaught(TORRENT, new PeerAddress("10.0.0." + i + ":9301"), true), NOW);
        }

        List<Accusation> said = suspects.accusations(NOW);

        assertThat(said).hasSize(AccusationBatch.MOST);
        assertThat(said.getLast().pieces()).hasSize(Accusation.MOST_PIECES).endsWith(199);
    }
}
