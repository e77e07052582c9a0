package dev.shoal.agent.swarm;

/**
 * How far an artifact is.
 *
 * @param progressBytes verified piece by piece
 * @param leadingBytes verified from the start of the file on, without a gap
 * @param size of the artifact, in bytes
 * @param peers connected now
 * @param uploaded payload bytes since it was added
 * @param downloaded payload bytes since it was added, including those that were refused
 */
public record SwarmStatus(
        long progressBytes, long leadingBytes, long size, int peers, long uploaded, long downloaded, State state) {

    /** What the session is doing with an artifact. */
    public enum State {
        /** Reads what is on disk already. */
        CHECKING,
        DOWNLOADING,
        /** Has all of it. */
        SEEDING,
        /** Stopped by an error, which was told to the listener. */
        FAILED
    }
}
