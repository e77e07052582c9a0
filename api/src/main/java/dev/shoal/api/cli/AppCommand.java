package dev.shoal.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.api.view.LimitRequest;
import dev.shoal.model.AppName;
import dev.shoal.model.job.AppLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Settings of apps. */
@Command(
        name = "app",
        mixinStandardHelpOptions = true,
        description = "How many jobs of an app may run at once.",
        subcommands = {AppCommand.Limit.class})
final class AppCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with apps");
    }

    /** {@code app limit}. */
    @Command(name = "limit", description = "Set, take away or show limits.")
    static final class Limit extends ApiCommand {
        private static final String EVERY = "default";
        private static final String NONE = "none";

        @Parameters(
                paramLabel = "APP",
                arity = "0..1",
                description = "'" + EVERY + "' is every app without its own; without it, all limits are shown")
        @Nullable
        String app;

        @Parameters(paramLabel = "N", arity = "0..1", description = "how many may run at once, or '" + NONE + "'")
        @Nullable
        String max;

        @Override
        int run(ApiConnection api, Console console) {
            JsonNode answer = app == null || max == null
                    ? api.get("/limits")
                    : api.put(
                            app.equals(EVERY) ? "/limits" : "/apps/" + encoded(new AppName(app).value()) + "/limit",
                            new LimitRequest(number(max)));
            if (target.json) {
                console.json(answer);
                return OK;
            }
            AppLimits limits = as(AppLimits.class, answer);
            List<List<String>> rows = new ArrayList<>();
            new TreeMap<>(limits.apps()).forEach((name, limit) -> rows.add(List.of(name.value(), "" + limit)));
            rows.add(List.of(
                    "(" + EVERY + ")", limits.byDefault().map(String::valueOf).orElse(NONE)));
            console.table(List.of("APP", "MAX RUNNING"), rows);
            return OK;
        }

        private static Optional<Integer> number(String text) {
            try {
                return text.equals(NONE) ? Optional.empty() : Optional.of(Integer.parseInt(text));
            } catch (NumberFormatException e) {
                throw new CliException("a limit is a number or '" + NONE + "', got '" + text + "'", e);
            }
        }
    }
}
