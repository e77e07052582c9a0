package dev.shoal.agent.machine;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.pointer.Pointer;
import java.util.List;
import java.util.Optional;

/**
 * What a machine must not forget: the content of {@code state.json}.
 *
 * @param reportNumberBound every report so far has a smaller number
 */
public record DurableState(
        List<App> apps, @JsonProperty("report_number_bound") long reportNumberBound) {
    public DurableState {
        apps = List.copyOf(apps);
    }

    /** A machine that has seen nothing. */
    public static final DurableState EMPTY = new DurableState(List.of(), 0);

    /**
     * One app.
     *
     * @param wanted the highest pointer believed
     * @param active what was last found healthy and is to run
     * @param previous what ran healthy before that
     * @param rejected whether {@code wanted} was switched to and failed
     */
    public record App(Pointer wanted, Optional<Pointer> active, Optional<Pointer> previous, boolean rejected) {}
}
