package dev.shoal.simulation.calibrate;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What {@code ./shoal bench swarm --json} says.
 *
 * @param tcpBytesPerSecond what one TCP transfer reached through the same links
 * @param startSeconds the median machine's time for a build so small that no link counts
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Measured(
        int agents,
        int origins,
        long size,
        @JsonProperty("piece_length") int pieceLength,
        @JsonProperty("tcp_bytes_per_second") double tcpBytesPerSecond,
        @JsonProperty("start_seconds") double startSeconds,
        List<Round> releases) {

    /**
     * One release.
     *
     * @param seconds from the flip until each machine had verified the build, ascending
     * @param originShare bytes that the origins sent, over the build's
     * @param idle share of this computer
     * @param nice share of it that went to programs that give way to these
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Round(
            List<Double> seconds,
            @JsonProperty("origin_share") double originShare,
            double idle,
            double nice) {
        Round {
            seconds = seconds.stream().sorted().toList();
        }

        double quantile(double share) {
            return seconds.get(Math.max(0, (int) Math.ceil(share * seconds.size()) - 1));
        }
    }

    static Measured read(Path file) throws IOException {
        return Json.read(Files.readAllBytes(file), Measured.class);
    }

    /** The mean over the rounds of what a quantile of the machines needed; 1 is the slowest. */
    double seconds(double share) {
        return releases.stream().mapToDouble(r -> r.quantile(share)).average().orElse(Double.NaN);
    }

    /** The mean over the rounds. */
    double originShare() {
        return releases.stream().mapToDouble(Round::originShare).average().orElse(Double.NaN);
    }

    /** What of this computer the busiest round left, be it that programs which give way took it. */
    double idle() {
        return releases.stream().mapToDouble(r -> r.idle() + r.nice()).min().orElse(Double.NaN);
    }
}
