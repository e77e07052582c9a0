package dev.shoal.agent.region.origin;

import dev.shoal.model.Digest;
import dev.shoal.model.job.Artifact;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which artifacts an origin keeps on its disk. */
final class OriginShelf {
    private OriginShelf() {}

    /**
     * The first ones that fit, so that the newest releases push the oldest out.
     *
     * @param wanted newest first
     * @param capacity bytes in all
     */
    static Map<Digest, Artifact> choose(List<Artifact> wanted, long capacity) {
        Map<Digest, Artifact> chosen = new LinkedHashMap<>();
        long free = capacity;
        for (Artifact artifact : wanted) {
            if (artifact.size() <= free && chosen.putIfAbsent(artifact.digest(), artifact) == null) {
                free -= artifact.size();
            }
        }
        return chosen;
    }
}
