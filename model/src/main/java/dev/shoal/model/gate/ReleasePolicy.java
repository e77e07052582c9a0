package dev.shoal.model.gate;

import dev.shoal.model.RegionName;
import java.util.Set;

/**
 * Which regions a release needs. The default is all of them.
 *
 * @param regions the ones it names; empty means every region of the build
 * @param mayLack so many of those may be without verified bytes; they are left out of the release
 */
public record ReleasePolicy(Set<RegionName> regions, int mayLack) {
    /** Every region of the build. */
    public static final ReleasePolicy ALL = new ReleasePolicy(Set.of(), 0);

    /** @throws IllegalArgumentException if {@code mayLack} is negative */
    public ReleasePolicy {
        regions = Set.copyOf(regions);
        if (mayLack < 0) {
            throw new IllegalArgumentException("a release cannot lack " + mayLack + " regions");
        }
    }

    /** All of these. */
    public static ReleasePolicy named(Set<RegionName> regions) {
        return new ReleasePolicy(regions, 0);
    }

    /** As many of these as {@code policy} says. */
    public static ReleasePolicy of(Set<RegionName> regions, Completeness policy) {
        return new ReleasePolicy(regions, policy.mayLack());
    }

    /** {@code all} or {@code all-but-2}; the named regions are not part of it. */
    public String wire() {
        return new Completeness(mayLack).wire();
    }

    /** Reads {@link #wire}. @throws IllegalArgumentException if it is none */
    public static ReleasePolicy ofWire(Set<RegionName> regions, String wire) {
        return of(regions, Completeness.ofWire(wire));
    }
}
