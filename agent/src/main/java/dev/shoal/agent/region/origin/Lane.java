package dev.shoal.agent.region.origin;

/**
 * Which runs of an artifact's pieces an origin gives first, of so many origins that share the work: every {@code of}-th, so that
 * the file grows from its start whoever gives, and none of them twice.
 *
 * @param number from 0
 * @param of how many lanes there are
 */
public record Lane(int number, int of) {
    /** Of the only origin of a region. */
    public static final Lane ALONE = new Lane(0, 1);

    private static final int RUN_BYTES = 8 << 20;

    /** @throws IllegalArgumentException if there is no such lane */
    public Lane {
        if (number < 0 || number >= of) {
            throw new IllegalArgumentException("there is no lane %d of %d: they count from 0".formatted(number, of));
        }
    }

    /** How many pieces follow each other in a lane: what is read of S3 at a time. */
    static int run(int pieceLength) {
        return Math.max(1, RUN_BYTES / pieceLength);
    }
}
