package dev.shoal.agent.swarm;

import dev.shoal.model.torrent.Metainfo;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * An artifact to download or serve.
 *
 * @param directory holds the file, which is named after the artifact's digest; it must exist
 * @param trackers all are announced to, so that each one alone suffices
 * @param seedMode trust that the file is complete and correct, for whoever has just made or checked it
 * @param resumeData the file that remembers which pieces are verified; written while downloading, may be missing
 */
public record SwarmTorrent(Metainfo metainfo, Path directory, List<URI> trackers, boolean seedMode, Path resumeData) {
    public SwarmTorrent {
        trackers = List.copyOf(trackers);
        directory = directory.toAbsolutePath();
        resumeData = resumeData.toAbsolutePath();
    }

    /** Where the bytes are. */
    public Path file() {
        return directory.resolve(metainfo.digest().value());
    }
}
