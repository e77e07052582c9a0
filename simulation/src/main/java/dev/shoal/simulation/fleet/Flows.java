package dev.shoal.simulation.fleet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The transfers under way in a region, as columns. A removed one's place is taken by the last. */
final class Flows {
    /** So many are warmed at once: their lines fit into a core's first cache. */
    static final int BLOCK = 128;

    int count;
    /** Only so that the reads of {@link #warm} are not optimized away. */
    double warmed;

    final List<Torrent> torrent = new ArrayList<>();
    int[] source = new int[1024];
    int[] sink = new int[1024];
    int[] group = new int[1024];
    double[] since = new double[1024];
    double[] rate = new double[1024];

    /** Four a flow: the source's uplink, the sink's downlink, and the uplinks of the racks between, or -1. */
    int[] links = new int[4096];

    void add(Torrent of, int from, int to, int piece, double now) {
        if (count == source.length) {
            grow();
        }
        torrent.add(of);
        source[count] = from;
        sink[count] = to;
        group[count] = piece;
        since[count] = now;
        rate[count] = 0;
        count++;
    }

    void remove(int flow) {
        count--;
        torrent.set(flow, torrent.get(count));
        torrent.removeLast();
        source[flow] = source[count];
        sink[flow] = sink[count];
        group[flow] = group[count];
        since[flow] = since[count];
        rate[flow] = rate[count];
        System.arraycopy(links, 4 * count, links, 4 * flow, 4);
    }

    /**
     * Reads what moving the flows from {@code first} to {@code last} will read first, without waiting between: one by one each would
     * stop for a line that is in no near cache.
     */
    void warm(int first, int last) {
        double sum = 0;
        for (int f = first; f <= last; f++) {
            sum += torrent.get(f).available(source[f], sink[f], group[f]);
        }
        warmed = sum;
    }

    private void grow() {
        int length = count * 2;
        source = Arrays.copyOf(source, length);
        sink = Arrays.copyOf(sink, length);
        group = Arrays.copyOf(group, length);
        since = Arrays.copyOf(since, length);
        rate = Arrays.copyOf(rate, length);
        links = Arrays.copyOf(links, 4 * length);
    }
}
