package dev.shoal.simulation.fleet;

import dev.shoal.agent.region.tracker.AnnounceRequest;
import dev.shoal.agent.region.tracker.SwarmTable;
import dev.shoal.model.InfoHash;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;

/** Who is connected to whom: what the region's real tracker hands out, within each node's bound of connections. */
final class Neighbours {
    /** As the tracker answers: soon again without neighbours or with few, else calmly. */
    private static final double LONELY = 2;

    private static final double FEW = 5;
    private static final double CALM = 30;
    private static final int FEW_NEIGHBOURS = 10;

    private static final InfoHash HASH = new InfoHash("0".repeat(40));
    private static final int PORT = 6881;

    private final SwarmTable tracker;
    private final int most;
    private final int wanted;
    private final String[] racks;
    private final int[] table;
    private final int[] degree;
    private final double[] nextAnnounce;
    private final long size;
    private long announces;

    Neighbours(int nodes, Scenario scenario, long size, SplittableRandom dice) {
        SplittableRandom own = dice.split();
        tracker = new SwarmTable(() -> own);
        most = scenario.connections();
        wanted = scenario.wanted();
        racks = new String[nodes];
        for (int node = 0; node < nodes; node++) {
            boolean told = scenario.rackAware() && node < nodes - scenario.origins();
            racks[node] = told ? "r" + node / scenario.rackSize() : "";
        }
        table = new int[nodes * most];
        degree = new int[nodes];
        nextAnnounce = new double[nodes];
        this.size = size;
    }

    boolean isDue(int node, double now) {
        return nextAnnounce[node] <= now;
    }

    /** Announces and connects to those handed out who have room. */
    void announce(int node, double done, boolean first, double now) {
        long left = done >= 1 ? 0 : Math.max(1, Math.round(size * (1 - done)));
        AnnounceRequest request = new AnnounceRequest(
                HASH, Integer.toString(node), PORT, left, first ? "started" : "", racks[node], wanted);
        List<SwarmTable.Address> handout = tracker.announce(
                        request, address(node), Instant.EPOCH.plusMillis(Math.round(now * 1000)))
                .peers();
        announces++;
        for (SwarmTable.Address peer : handout) {
            connect(node, node(peer.ip()));
        }
        nextAnnounce[node] = now + (degree[node] == 0 ? LONELY : degree[node] < FEW_NEIGHBOURS ? FEW : CALM);
    }

    /** Nobody answered. */
    void unanswered(int node, double now) {
        nextAnnounce[node] = now + FEW;
    }

    private void connect(int a, int b) {
        if (degree[a] >= most || degree[b] >= most || a == b) {
            return;
        }
        for (int i = 0; i < degree[a]; i++) {
            if (table[a * most + i] == b) {
                return;
            }
        }
        table[a * most + degree[a]++] = b;
        table[b * most + degree[b]++] = a;
    }

    /** A connection that broke: both have room again. */
    void disconnect(int a, int b) {
        forget(a, b);
        forget(b, a);
    }

    private void forget(int a, int b) {
        for (int i = 0; i < degree[a]; i++) {
            if (table[a * most + i] == b) {
                table[a * most + i] = table[a * most + --degree[a]];
                return;
            }
        }
    }

    int degree(int node) {
        return degree[node];
    }

    int at(int node, int place) {
        return table[node * most + place];
    }

    long announces() {
        return announces;
    }

    private static Inet4Address address(int node) {
        try {
            return (Inet4Address)
                    InetAddress.getByAddress(new byte[] {10, (byte) (node >> 16), (byte) (node >> 8), (byte) node});
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    private static int node(Inet4Address address) {
        byte[] b = address.getAddress();
        return (b[1] & 0xff) << 16 | (b[2] & 0xff) << 8 | (b[3] & 0xff);
    }
}
