package dev.shoal.api.resources;

import dev.shoal.activities.jobs.MachineStore;
import dev.shoal.activities.jobs.ReleaseStore;
import dev.shoal.api.view.ReleaseView;
import dev.shoal.model.Release;
import java.util.List;
import java.util.Optional;

/** Adds to releases when machines followed, and which regions were left out. Thread-safe. */
public final class ReleaseViews {
    private final ReleaseStore releases;
    private final MachineStore machines;

    public ReleaseViews(ReleaseStore releases, MachineStore machines) {
        this.releases = releases;
        this.machines = machines;
    }

    /** One release. */
    ReleaseView of(Release release) {
        return ReleaseView.of(
                release,
                releases.policy(release.id()),
                releases.excluded(release.id()),
                release.flippedAt().isPresent()
                        ? machines.healthySince(release.app(), release.seq())
                        : Optional.empty());
    }

    /** Many releases. */
    List<ReleaseView> of(List<Release> releases) {
        return releases.stream().map(this::of).toList();
    }
}
