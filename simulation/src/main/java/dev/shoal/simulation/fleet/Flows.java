package dev.shoal.simulation.fleet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The transfers under way in a region, as columns. A removed one's place is taken by the last. */
final class Flows {
    int count;
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
