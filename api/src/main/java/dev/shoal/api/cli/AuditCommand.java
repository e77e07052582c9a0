package dev.shoal.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.api.view.Lists;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code audit}. */
@Command(name = "audit", description = "Who asked for what.")
final class AuditCommand extends ApiCommand {
    @Option(names = "--limit", paramLabel = "N", description = "how many, 1 to 500", defaultValue = "50")
    int limit;

    @Override
    int run(ApiConnection api, Console console) {
        JsonNode answer = api.get("/audit?limit=" + limit);
        if (target.json) {
            console.json(answer);
            return OK;
        }
        console.table(
                List.of("AT", "WHO", "WHAT", "SUBJECT", "DETAIL"),
                as(Lists.Audit.class, answer).entries().stream()
                        .map(e -> List.of(e.at().toString(), e.actor(), e.action(), e.subject(), detail(e.detail())))
                        .toList());
        return OK;
    }

    private static String detail(Map<String, String> detail) {
        return new TreeMap<>(detail)
                .entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).collect(Collectors.joining(" "));
    }
}
