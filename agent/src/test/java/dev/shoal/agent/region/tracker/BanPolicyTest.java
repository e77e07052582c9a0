package dev.shoal.agent.region.tracker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.agent.ban.Accusation;
import dev.shoal.agent.ban.BanNotice;
import dev.shoal.agent.ban.PeerAddress;
import dev.shoal.model.InfoHash;
import dev.shoal.model.MachineId;
import java.net.Inet4Address;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BanPolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
    private static final PeerAddress BAD = peer(66);

    private final List<Testimony> heard = new ArrayList<>();

    @Test
    void oneLiarBansNobody() {
        say(1, BAD, NOW);

        assertThat(decide(Map.of(), NOW)).isEmpty();
    }

    @Test
    void twoMachinesBanTheOneThatBothAccuseForAnHour() {
        say(1, BAD, NOW.minusSeconds(30));
        say(2, BAD, NOW);
        say(2, peer(5), NOW);

        Map<PeerAddress, Ban> bans = decide(Map.of(), NOW);

        assertThat(bans.keySet()).containsExactly(BAD);
        assertThat(bans.get(BAD).until()).isEqualTo(NOW.plus(Duration.ofHours(1)));
        assertThat(bans.get(BAD).witnesses()).isEqualTo(Set.of(peer(1).ip(), peer(2).ip()));
    }

    @Test
    void testimoniesThatAreTenMinutesApartDoNotMeet() {
        say(1, BAD, NOW.minus(BanPolicy.WINDOW));
        say(2, BAD, NOW);

        assertThat(decide(Map.of(), NOW)).isEmpty();
    }

    @Test
    void aBanLastsWithoutNewTestimonyAndEndsByItself() {
        say(1, BAD, NOW);
        say(2, BAD, NOW);
        Map<PeerAddress, Ban> bans = decide(Map.of(), NOW);
        heard.clear();

        assertThat(decide(bans, NOW.plus(BanPolicy.TERM).minusSeconds(1))).isEqualTo(bans);
        assertThat(decide(bans, NOW.plus(BanPolicy.TERM))).isEmpty();
    }

    @Test
    void whoAccusesMoreThanThreeIsNotBelieved() {
        say(2, BAD, NOW);
        for (int i = 0; i < 3; i++) {
            say(1, peer(10 + i), NOW);
        }
        say(1, BAD, NOW);

        assertThat(decide(Map.of(), NOW)).isEmpty();

        say(3, BAD, NOW);
        assertThat(decide(Map.of(), NOW).keySet()).containsExactly(BAD);
    }

    @Test
    void aBanIsLiftedWhenItsWitnessTurnsOutToAccuseEverybody() {
        say(1, BAD, NOW);
        say(2, BAD, NOW);
        Map<PeerAddress, Ban> bans = decide(Map.of(), NOW);
        for (int i = 0; i < 3; i++) {
            say(1, peer(10 + i), NOW);
        }

        assertThat(decide(bans, NOW)).isEmpty();
    }

    @Test
    void theBannedAreNoWitnesses() {
        say(1, BAD, NOW);
        say(2, BAD, NOW);
        say(66, peer(1), NOW.plusSeconds(1));
        say(3, peer(1), NOW.plusSeconds(1));

        assertThat(decide(decide(Map.of(), NOW), NOW.plusSeconds(1)).keySet()).containsExactly(BAD);
    }

    @Test
    void aNoticeIsReadAsItWasWritten() {
        BanNotice notice = new BanNotice(NOW, "eu-1", "2 machines got wrong bytes: a, b");

        assertThat(BanNotice.parse(notice.toString())).contains(notice);
        assertThat(BanNotice.parse("unknown torrent")).isEmpty();
        assertThat(BanNotice.parse("banned until tomorrow by eu-1: x")).isEmpty();
    }

    @Test
    void addressesAreReadWithoutAskingAnybody() {
        assertThat(new PeerAddress("10.1.2.3:9301")).hasToString("10.1.2.3:9301");
        for (String wrong : List.of("", "localhost:1", "10.1.2.3", "10.1.2.256:1", "10.1.2.3:0", "10.1.2.3:65536")) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> new PeerAddress(wrong))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void whoIsOnlyDistrustedBesideAWorsePeerIsSpared() {
        for (int witness = 1; witness <= 2; witness++) {
            say(witness, BAD, 2, NOW);
            for (int neighbour = 10; neighbour < 16; neighbour++) {
                say(witness, peer(neighbour), 1, NOW);
            }
        }

        assertThat(decide(Map.of(), NOW).keySet()).containsExactly(BAD);
    }

    private Map<PeerAddress, Ban> decide(Map<PeerAddress, Ban> standing, Instant now) {
        return BanPolicy.decide(standing, heard, now);
    }

    private void say(int witness, PeerAddress accused, Instant at) {
        say(witness, accused, 1, at);
    }

    private void say(int witness, PeerAddress accused, int times, Instant at) {
        Inet4Address from = peer(witness).ip();
        heard.add(new Testimony(
                from,
                new MachineId("m-" + witness),
                accused,
                new Accusation(new InfoHash("ab".repeat(20)), accused, true, List.of(3), times),
                at));
    }

    private static PeerAddress peer(int number) {
        return new PeerAddress("10.0.0." + number + ":9301");
    }
}
