package dev.shoal.simulation.fleet;

import java.util.Arrays;

/** Columns that grow: when machines saw a flip and had its bytes, in seconds since the flip; NaN for never. */
final class Times {
    private double[] seen = new double[1024];
    private double[] downloaded = new double[1024];
    private int count;

    void add(RegionSwarm.Delivery delivery) {
        Flip flip = delivery.flip();
        int machines = delivery.machines();
        reserve(machines);
        for (int node = 0; node < machines; node++) {
            seen[count] = flip.seenAt()[node] - flip.at();
            downloaded[count++] = delivery.completeAt()[node] - flip.at();
        }
    }

    void addAll(Times others) {
        reserve(others.count);
        System.arraycopy(others.seen, 0, seen, count, others.count);
        System.arraycopy(others.downloaded, 0, downloaded, count, others.count);
        count += others.count;
    }

    private void reserve(int more) {
        if (count + more > seen.length) {
            int length = Math.max(count + more, 2 * seen.length);
            seen = Arrays.copyOf(seen, length);
            downloaded = Arrays.copyOf(downloaded, length);
        }
    }

    double[] seen() {
        return Arrays.copyOf(seen, count);
    }

    double[] downloaded() {
        return Arrays.copyOf(downloaded, count);
    }
}
