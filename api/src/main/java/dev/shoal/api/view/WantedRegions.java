package dev.shoal.api.view;

import dev.shoal.api.problem.ProblemException;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.Completeness;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which regions a request wants, and how many of them it may go without.
 *
 * @param regions none means every region
 */
public record WantedRegions(List<RegionName> regions, Completeness policy) {
    public WantedRegions {
        regions = List.copyOf(regions);
    }

    /** As asked for. @throws ProblemException 422 if a region is not among {@code known}, or the policy is none or leaves no region */
    public static WantedRegions of(@Nullable List<RegionName> regions, @Nullable String policy, Set<RegionName> known) {
        List<RegionName> wanted =
                regions == null ? List.of() : regions.stream().distinct().toList();
        for (RegionName region : wanted) {
            if (!known.contains(region)) {
                throw ProblemException.invalid("regions: there is no region '" + region + "'");
            }
        }
        try {
            Completeness asked = policy == null ? Completeness.ALL : Completeness.ofWire(policy);
            return new WantedRegions(wanted, asked.of(wanted.isEmpty() ? known.size() : wanted.size()));
        } catch (IllegalArgumentException e) {
            throw ProblemException.invalid("policy: " + e.getMessage());
        }
    }
}
