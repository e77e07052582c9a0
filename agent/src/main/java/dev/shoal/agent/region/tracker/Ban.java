package dev.shoal.agent.region.tracker;

import dev.shoal.agent.ban.PeerAddress;
import java.net.Inet4Address;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A peer that nobody is told of, and that is told nothing.
 *
 * @param until when it ends, by itself
 * @param testimonies that brought it about, one a witness
 */
record Ban(PeerAddress peer, Instant until, List<Testimony> testimonies) {
    Ban {
        testimonies = List.copyOf(testimonies);
    }

    Set<Inet4Address> witnesses() {
        return testimonies.stream().map(Testimony::witness).collect(Collectors.toSet());
    }

    /** Why, in a line. */
    String reason() {
        String machines = testimonies.stream()
                .map(t -> t.machine() + " at " + t.witness().getHostAddress())
                .sorted()
                .limit(4)
                .collect(Collectors.joining(", "));
        String pieces = testimonies.stream()
                .flatMap(t -> t.accusation().pieces().stream())
                .collect(Collectors.toCollection(TreeSet::new))
                .stream()
                .limit(8)
                .map(String::valueOf)
                .collect(Collectors.joining(", "));
        return witnesses().size() + " machines (" + machines + ") got wrong bytes from " + peer + ", of torrent "
                + torrents().limit(2).collect(Collectors.joining(", "))
                + (pieces.isEmpty() ? "" : ", pieces " + pieces);
    }

    private Stream<String> torrents() {
        return testimonies.stream()
                .map(t -> t.accusation().infoHash().value())
                .distinct()
                .sorted();
    }
}
