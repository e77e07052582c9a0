package dev.shoal.model.retention;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What exists of an app, as far as retention needs to know.
 *
 * @param builds that are not retired, newest first
 * @param releases newest first
 * @param onMachines builds that a machine which is still heard of runs, or is about to run
 */
public record AppFacts(AppName app, List<BuildFacts> builds, List<ReleaseFacts> releases, Set<BuildName> onMachines) {
    public AppFacts {
        builds = List.copyOf(builds);
        releases = List.copyOf(releases);
        onMachines = Set.copyOf(onMachines);
    }

    /**
     * A build.
     *
     * @param bytes of its artifact
     * @param finished whether its job has ended: until then it may still be copied to regions and released
     */
    public record BuildFacts(BuildName name, Digest digest, long bytes, Instant createdAt, boolean finished) {}

    /**
     * A release.
     *
     * @param open has not ended
     * @param flipped its pointer was written
     */
    public record ReleaseFacts(Seq seq, BuildName build, boolean open, boolean flipped, Set<RegionName> regions) {
        public ReleaseFacts {
            regions = Set.copyOf(regions);
        }
    }
}
