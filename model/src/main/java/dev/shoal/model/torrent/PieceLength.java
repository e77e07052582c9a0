package dev.shoal.model.torrent;

/** The piece length of an artifact's torrent. */
public final class PieceLength {
    private static final int SMALLEST = 64 << 10;
    private static final int LARGEST = 4 << 20;
    private static final int WANTED_PIECES = 4096;

    private PieceLength() {}

    /**
     * A power of two between 64 KiB and 4 MiB that gives at most about 4096 pieces until 4 MiB is reached. With M pieces the
     * makespan bound has the factor 1 + floor(log2 N)/M (Mundinger, Weber and Weiss 2008), and a swarm needs the time of some twenty
     * pieces until all links are full (ADR 11); 4 MiB keeps the metainfo of 10 GB at 48 KB (Kraken's size).
     *
     * @param size of the artifact, in bytes
     */
    public static int of(long size) {
        long length = SMALLEST;
        while (length < LARGEST && length * WANTED_PIECES < size) {
            length <<= 1;
        }
        return (int) length;
    }
}
