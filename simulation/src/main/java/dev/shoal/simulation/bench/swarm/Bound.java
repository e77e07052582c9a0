package dev.shoal.simulation.bench.swarm;

/**
 * The least time in which a file can be at all of {@code leechers}: the fluid bound of Kumar and Ross (HotWeb 2006), times the
 * pipeline of pieces of Mundinger, Weber and Weiss (Journal of Scheduling 2008).
 *
 * @param bytes of the file
 * @param pieces it is cut into
 * @param leechers how many want it
 * @param originUp what all origins together send, bytes a second
 * @param slowestDown what the slowest leecher receives
 * @param allUp what all leechers together send
 */
record Bound(long bytes, int pieces, int leechers, double originUp, double slowestDown, double allUp) {
    Bound {
        if (bytes < 1 || pieces < 1 || leechers < 1 || originUp <= 0 || slowestDown <= 0 || allUp < 0) {
            throw new IllegalArgumentException("no bound for %d bytes in %d pieces to %d leechers at %s, %s, %s"
                    .formatted(bytes, pieces, leechers, originUp, slowestDown, allUp));
        }
    }

    double seconds() {
        double fluid = Math.max(
                Math.max(bytes / originUp, bytes / slowestDown), (double) leechers * bytes / (originUp + allUp));
        int log2 = 31 - Integer.numberOfLeadingZeros(leechers);
        return fluid * (1 + (double) log2 / pieces);
    }
}
