package dev.shoal.agent.swarm;

import java.nio.file.Path;

/**
 * Where a session listens and how big it is.
 *
 * @param host the one address it listens on and connects from
 * @param port TCP; 0 picks a free one
 * @param nativeDirectory where the native library is unpacked once; shared by processes
 * @param uploadSlots how many peers are served at a time
 */
public record SwarmConfig(String host, int port, Path nativeDirectory, int uploadSlots) {
    /** Enough to fill a link with 4 MiB pieces while each leecher still gets a useful share. */
    public static final int DEFAULT_UPLOAD_SLOTS = 8;

    public SwarmConfig {
        if (port < 0 || port > 65535 || uploadSlots < 1) {
            throw new IllegalArgumentException("torrent port " + port + ", upload slots " + uploadSlots);
        }
    }
}
