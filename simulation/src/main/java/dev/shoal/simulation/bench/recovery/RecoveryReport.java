package dev.shoal.simulation.bench.recovery;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.simulation.load.Percentiles;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/** What all lost hosts together came to. */
record RecoveryReport(
        @JsonProperty("limit_ms") long limitMs,
        Map<Loss, Percentiles> output,
        Percentiles noticed,
        Percentiles claimed,
        List<Recovery> recoveries) {
    /** What is promised at default settings. */
    static final long LIMIT_MS = 45_000;

    static RecoveryReport of(List<Recovery> recoveries) {
        Map<Loss, Percentiles> output = new EnumMap<>(Loss.class);
        for (Loss loss : Loss.values()) {
            List<Recovery> ofLoss =
                    recoveries.stream().filter(r -> r.loss() == loss).toList();
            if (!ofLoss.isEmpty()) {
                output.put(loss, percentiles(ofLoss, Recovery::outputMs));
            }
        }
        return new RecoveryReport(
                LIMIT_MS,
                output,
                percentiles(recoveries, Recovery::noticedMs),
                percentiles(recoveries, r -> r.claimedMs() - r.noticedMs()),
                List.copyOf(recoveries));
    }

    private static Percentiles percentiles(List<Recovery> recoveries, ToLongFunction<Recovery> figure) {
        return Percentiles.of(recoveries.stream().map(figure::applyAsLong).toList());
    }

    List<String> problems() {
        return recoveries.stream().flatMap(r -> r.problems().stream()).toList();
    }

    /** Whether each job ran again in time and no lost host changed anything. */
    boolean isGood() {
        return problems().isEmpty() && recoveries.stream().allMatch(r -> r.outputMs() < LIMIT_MS);
    }

    String text() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format("%-44s %4s %8s %8s %8s", "from the loss of the host (ms)", "n", "p50", "p99", "max"));
        lines.add(line("noticed", noticed));
        lines.add(line("claimed by another host, from then on", claimed));
        output.forEach((loss, p) -> lines.add(line("next attempt's first output after " + loss, p)));
        lines.add("promised: less than " + LIMIT_MS + " ms: " + (isGood() ? "kept" : "BROKEN"));
        problems().forEach(problem -> lines.add("- " + problem));
        return String.join("\n", lines) + "\n";
    }

    private static String line(String what, Percentiles p) {
        return String.format("%-44s %4d %8d %8d %8d", what, p.count(), p.p50(), p.p99(), p.max());
    }
}
