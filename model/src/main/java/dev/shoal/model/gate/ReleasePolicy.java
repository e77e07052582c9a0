package dev.shoal.model.gate;

import dev.shoal.model.RegionName;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which regions a release needs. The default is all of them.
 *
 * @param regions the ones it names; empty means every region of the build
 * @param mayLack so many of those may be without verified bytes; they are left out of the release
 */
public record ReleasePolicy(Set<RegionName> regions, int mayLack) {
    /** Every region of the build. */
    public static final ReleasePolicy ALL = new ReleasePolicy(Set.of(), 0);

    private static final String EVERY = "all";
    private static final Pattern ALL_BUT = Pattern.compile("all-but-([1-9][0-9]{0,2})");

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

    /** {@code all} or {@code all-but-2}; the named regions are not part of it. */
    public String wire() {
        return mayLack == 0 ? EVERY : EVERY + "-but-" + mayLack;
    }

    /** Reads {@link #wire}. @throws IllegalArgumentException if it is none */
    public static ReleasePolicy ofWire(Set<RegionName> regions, String wire) {
        if (wire.equals(EVERY)) {
            return named(regions);
        }
        Matcher matcher = ALL_BUT.matcher(wire);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a policy is 'all' or like 'all-but-1', not '" + wire + "'");
        }
        return new ReleasePolicy(regions, Integer.parseInt(matcher.group(1)));
    }
}
