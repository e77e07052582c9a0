package dev.shoal.agent.machine;

import dev.shoal.agent.ban.Accusation;
import dev.shoal.agent.ban.AccusationBatch;
import dev.shoal.agent.ban.PeerAddress;
import dev.shoal.agent.swarm.SwarmEvent;
import dev.shoal.model.InfoHash;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The peers that a machine has caught sending wrong bytes. Confined to whoever owns it. */
final class Suspects {
    /** How long the machine goes on saying it; afterwards somebody else would have seen it too. */
    static final Duration MEMORY = Duration.ofMinutes(10);

    private static final int MOST_TORRENTS = 64;

    private record Suspect(InfoHash infoHash, PeerAddress peer) {}

    private record Offence(boolean wholePiece, int times, Instant last) {}

    private final Map<Suspect, Offence> offences = new LinkedHashMap<>();
    private final Map<InfoHash, Deque<Integer>> failed = new HashMap<>();

    void failed(SwarmEvent.PieceFailed event) {
        if (!failed.containsKey(event.infoHash()) && failed.size() >= MOST_TORRENTS) {
            failed.clear();
        }
        Deque<Integer> pieces = failed.computeIfAbsent(event.infoHash(), h -> new ArrayDeque<>());
        pieces.remove(event.piece());
        pieces.addLast(event.piece());
        if (pieces.size() > Accusation.MOST_PIECES) {
            pieces.removeFirst();
        }
    }

    void caught(SwarmEvent.PeerCaught event, Instant now) {
        Suspect suspect = new Suspect(event.infoHash(), event.peer());
        Offence before = offences.remove(suspect);
        offences.put(
                suspect,
                before == null
                        ? new Offence(event.wholePiece(), 1, now)
                        : new Offence(before.wholePiece() || event.wholePiece(), before.times() + 1, now));
    }

    /** What is to be said now, the newest last. */
    List<Accusation> accusations(Instant now) {
        offences.values().removeIf(offence -> !now.isBefore(offence.last().plus(MEMORY)));
        while (offences.size() > AccusationBatch.MOST) {
            offences.remove(offences.keySet().iterator().next());
        }
        return offences.entrySet().stream()
                .map(e -> accusation(e.getKey(), e.getValue()))
                .toList();
    }

    private Accusation accusation(Suspect suspect, Offence offence) {
        List<Integer> pieces = List.copyOf(failed.getOrDefault(suspect.infoHash(), new ArrayDeque<>()));
        return new Accusation(suspect.infoHash(), suspect.peer(), offence.wholePiece(), pieces, offence.times());
    }
}
