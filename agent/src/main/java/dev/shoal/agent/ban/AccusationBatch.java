package dev.shoal.agent.ban;

import static java.util.Objects.requireNonNull;

import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import java.util.List;

/**
 * All that a machine holds against others: the body of {@code POST /v1/accusations}, sent to every region agent.
 *
 * @param machine for people: the address that it comes from is what counts
 * @param accusations at most 32
 */
public record AccusationBatch(MachineId machine, RegionName region, List<Accusation> accusations) {
    /** Who has more to accuse is at fault itself. */
    public static final int MOST = 32;

    public AccusationBatch {
        requireNonNull(machine, "machine is missing");
        requireNonNull(region, "region is missing");
        accusations = List.copyOf(accusations);
        if (accusations.size() > MOST) {
            throw new IllegalArgumentException("more than " + MOST + " accusations");
        }
    }
}
