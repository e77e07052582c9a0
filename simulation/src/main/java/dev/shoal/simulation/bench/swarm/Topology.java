package dev.shoal.simulation.bench.swarm;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How the hosts are joined: each by a link of its own to the core, or to the switch of its rack, which an uplink joins to the core.
 * Origins are at the core.
 *
 * @param links each host's rate in bits a second, either way; the origins first
 * @param racks of each host, counted from 0; {@link #CORE} where it is in none
 * @param uplink of each rack in bits a second, either way; 0 where there are no racks
 */
record Topology(List<Long> links, List<Integer> racks, long uplink) {
    static final int CORE = -1;

    /** Of the case {@link Case#RACKS}. */
    static final int RACKS = 4;

    /** What the machines of a rack could send together, over its uplink: common in data centres. */
    static final int OVERSUBSCRIPTION = 4;

    private static final int SLOW_DIVISOR = 4;

    Topology {
        if (links.size() != racks.size()) {
            throw new IllegalArgumentException(links.size() + " links of " + racks.size() + " hosts");
        }
        links = List.copyOf(links);
        racks = List.copyOf(racks);
    }

    /** So many origins and machines, joined as the case wants it by links of so many bits a second. */
    static Topology of(Case scene, int origins, int agents, long bits) {
        List<Long> links = new ArrayList<>(Collections.nCopies(origins, bits));
        List<Integer> racks = new ArrayList<>(Collections.nCopies(origins, CORE));
        for (int i = 0; i < agents; i++) {
            links.add(scene == Case.SLOW && scene.touches(i, agents) ? bits / SLOW_DIVISOR : bits);
            racks.add(scene == Case.RACKS ? i % RACKS : CORE);
        }
        if (scene != Case.RACKS) {
            return new Topology(links, racks, 0);
        }
        // With fewer an uplink would be narrower than a link, and the bound another one.
        if (agents % RACKS != 0 || agents < RACKS * OVERSUBSCRIPTION) {
            throw new IllegalArgumentException("the case racks needs a multiple of %d machines, %d at least, got %d"
                    .formatted(RACKS, RACKS * OVERSUBSCRIPTION, agents));
        }
        return new Topology(links, racks, bits * (agents / RACKS) / OVERSUBSCRIPTION);
    }

    int rackCount() {
        return 1 + racks.stream().mapToInt(Integer::intValue).max().orElse(CORE);
    }

    /** What the machines could send together, over the greatest rate of a link. */
    double sending(int origins) {
        long fastest = links.stream().mapToLong(Long::longValue).max().orElseThrow();
        return links.stream().skip(origins).mapToLong(Long::longValue).sum() / (double) fastest;
    }

    /** The share of the other machines that stand in a machine's rack: what chance would bring it from there. */
    double ownRackByChance(int origins) {
        int machines = racks.size() - origins;
        return uplink == 0 ? Double.NaN : (machines / (double) rackCount() - 1) / (machines - 1);
    }
}
