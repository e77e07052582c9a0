package dev.shoal.api.resources;

import dev.shoal.activities.jobs.MachineStore;
import dev.shoal.api.view.ReleaseView;
import dev.shoal.model.Release;
import java.util.List;
import java.util.Optional;

/** Adds to releases when machines followed. Thread-safe. */
public final class ReleaseViews {
    private final MachineStore machines;

    public ReleaseViews(MachineStore machines) {
        this.machines = machines;
    }

    /** One release. */
    ReleaseView of(Release release) {
        return ReleaseView.of(
                release,
                release.flippedAt().isPresent()
                        ? machines.healthySince(release.app(), release.seq())
                        : Optional.empty());
    }

    /** Many releases. */
    List<ReleaseView> of(List<Release> releases) {
        return releases.stream().map(this::of).toList();
    }
}
