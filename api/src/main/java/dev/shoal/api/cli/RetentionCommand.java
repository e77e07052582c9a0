package dev.shoal.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.api.view.RetentionView;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What is kept and what goes. */
@Command(
        name = "retention",
        mixinStandardHelpOptions = true,
        description = "What the retention policy deletes.",
        subcommands = {RetentionCommand.Plan.class})
final class RetentionCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do about retention");
    }

    /** {@code retention plan}. */
    @Command(name = "plan", description = "What would go now and why, and why the rest stays. Deletes nothing.")
    static final class Plan extends ApiCommand {
        @Option(names = "--app", paramLabel = "APP", description = "the builds of this app only")
        @Nullable
        String app;

        @Option(names = "--limit", paramLabel = "N", description = "how many builds, 1 to 500", defaultValue = "500")
        int limit;

        @Override
        int run(ApiConnection api, Console console) {
            JsonNode answer = api.get("/retention?limit=" + limit + (app == null ? "" : "&app=" + encoded(app)));
            if (target.json) {
                console.json(answer);
                return OK;
            }
            RetentionView plan = as(RetentionView.class, answer);
            console.line(head(plan));
            List<List<String>> rows = new ArrayList<>();
            plan.retire()
                    .forEach(build -> rows.add(List.of(
                            build.build().value(),
                            "goes",
                            Words.size(build.bytes()),
                            build.why()
                                    + build.sharedWith()
                                            .map(other -> "; its artifact stays with " + other)
                                            .orElse(""))));
            plan.keep().forEach(build -> rows.add(List.of(build.build().value(), "stays", "", build.why())));
            console.table(List.of("BUILD", "FATE", "BYTES", "WHY"), rows);
            console.line(sum(plan));
            plan.pending()
                    .forEach(each -> console.line("region " + each.region() + ": " + each.prefixes()
                            + " still to delete, since " + each.since()));
            return OK;
        }

        private static String head(RetentionView plan) {
            return plan.enabled()
                    ? "monitors delete by this policy; last round "
                            + plan.lastRound().map(Object::toString).orElse("never")
                    : "no monitor deletes anything; this is what the default policy would do";
        }

        private static String sum(RetentionView plan) {
            return plan.retireCount() + " builds go (" + Words.size(plan.retireBytes()) + "), " + plan.keepCount()
                    + " stay; logs of " + number(plan.logs()) + " jobs and rows of " + number(plan.jobs()) + " jobs go";
        }

        private static String number(RetentionView.Jobs jobs) {
            return jobs.count() + (jobs.more() ? " or more" : "");
        }
    }
}
