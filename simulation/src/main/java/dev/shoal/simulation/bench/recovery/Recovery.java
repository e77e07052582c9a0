package dev.shoal.simulation.bench.recovery;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * One lost host. Milliseconds since its loss.
 *
 * @param noticedMs until the row said that the attempt was lost
 * @param claimedMs until another host had claimed the job
 * @param outputMs until the first output of the next attempt's process, by that process's clock
 * @param problems what the host that came back must not have done; empty if all is well
 */
record Recovery(
        Loss loss,
        String host,
        @JsonProperty("noticed_ms") long noticedMs,
        @JsonProperty("claimed_ms") long claimedMs,
        @JsonProperty("output_ms") long outputMs,
        List<String> problems) {
    Recovery {
        problems = List.copyOf(problems);
    }
}
