package dev.shoal.agent.swarm;

import java.nio.file.Path;

/**
 * Where a session listens and how big it is.
 *
 * @param host the one address it listens on and connects from
 * @param port TCP; 0 picks a free one
 * @param nativeDirectory where the native library is unpacked once; shared by processes
 * @param uploadSlots how many peers of one torrent are served at a time
 */
public record SwarmConfig(String host, int port, Path nativeDirectory, int uploadSlots) {
    /** All that a handout introduces it to: nobody waits while it has what they lack. Measured against 8 in ADR 11. */
    public static final int DEFAULT_UPLOAD_SLOTS = 20;

    public SwarmConfig {
        if (port < 0 || port > 65535 || uploadSlots < 1) {
            throw new IllegalArgumentException("torrent port " + port + ", upload slots " + uploadSlots);
        }
    }
}
