package dev.shoal.api.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.api.view.ReleaseRequest;
import dev.shoal.api.view.RollbackRequest;
import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.Release;
import dev.shoal.model.ReleaseStatus;
import dev.shoal.model.gate.Completeness;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Releases. */
@Command(
        name = "release",
        mixinStandardHelpOptions = true,
        description = "Release builds and go back.",
        subcommands = {
            ReleaseCommand.Start.class,
            ReleaseCommand.Listing.class,
            ReleaseCommand.Show.class,
            ReleaseCommand.Rollback.class
        })
final class ReleaseCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with releases");
    }

    private record Releases(List<Release> releases) {}

    private record Times(
            @Nullable Map<String, String> excluded,
            @JsonProperty("flip_to_first_ms") Optional<Long> first,
            @JsonProperty("flip_to_last_ms") Optional<Long> last) {}

    private static void printExcluded(Times times, Console console) {
        if (times.excluded() != null) {
            times.excluded()
                    .forEach((region, status) -> console.line("without " + region + ", where the build was " + status));
        }
    }

    /** What starting commands share: a key, and waiting for the end. */
    static final class Following {
        @Option(
                names = "--key",
                paramLabel = "KEY",
                description = "an idempotency key: the same again is the same release")
        @Nullable
        String key;

        @Option(names = "--wait", description = "until the release has ended; exit code 1 if without success")
        boolean wait;

        int follow(ApiConnection api, Console console, JsonNode answer, boolean json) {
            Release release = ApiCommand.as(Release.class, answer);
            if (!json) {
                printExcluded(ApiCommand.as(Times.class, answer), console);
            }
            JsonNode last = answer;
            int shown = -1;
            while (wait && !release.status().isFinal()) {
                if (!json && release.machinesOk() != shown) {
                    console.line(summary(release));
                    shown = release.machinesOk();
                }
                ApiCommand.pause();
                last = api.get("/releases/" + release.id());
                release = ApiCommand.as(Release.class, last);
            }
            if (json) {
                console.json(last);
            } else {
                console.line(summary(release));
            }
            if (wait && release.status() != ReleaseStatus.SUCCESS) {
                throw new CliException(
                        "release " + release.id() + " is " + release.status().wire()
                                + release.reason().map(r -> ": " + r).orElse(""));
            }
            return ApiCommand.OK;
        }

        private static String summary(Release release) {
            return "release " + release.id() + " of " + release.build() + " (seq " + release.seq() + ") is "
                    + release.status().wire() + ", " + release.machinesOk() + " of " + release.machinesTotal()
                    + " machines";
        }
    }

    /** {@code release start}. */
    @Command(name = "start", description = "Release a build.")
    static final class Start extends ApiCommand {
        @Parameters(paramLabel = "BUILD")
        String build = "";

        @Option(names = "--regions", paramLabel = "REGION", split = ",", description = "instead of every region")
        List<String> regions = List.of();

        @Option(
                names = "--all-but",
                paramLabel = "N",
                description = "go without up to N regions that do not have the build yet; they are left out")
        @Nullable
        Integer allBut;

        @Mixin
        final Following following = new Following();

        @Override
        int run(ApiConnection api, Console console) {
            ReleaseRequest request = new ReleaseRequest(
                    new BuildName(build),
                    regions.stream().map(RegionName::new).toList(),
                    allBut == null ? null : new Completeness(allBut).wire());
            JsonNode answer = api.post("/releases", request, Optional.ofNullable(following.key));
            return following.follow(api, console, answer, target.json);
        }
    }

    /** {@code release rollback}. */
    @Command(name = "rollback", description = "Go back to the build before, or to another.")
    static final class Rollback extends ApiCommand {
        @Parameters(paramLabel = "APP")
        String app = "";

        @Option(names = "--to", paramLabel = "BUILD", description = "a build that was released before")
        @Nullable
        String to;

        @Mixin
        final Following following = new Following();

        @Override
        int run(ApiConnection api, Console console) {
            RollbackRequest request =
                    new RollbackRequest(Optional.ofNullable(to).map(BuildName::new));
            JsonNode answer =
                    api.post("/apps/" + encoded(app) + "/rollback", request, Optional.ofNullable(following.key));
            return following.follow(api, console, answer, target.json);
        }
    }

    /** {@code release list}. */
    @Command(name = "list", description = "Releases, newest first.")
    static final class Listing extends ApiCommand {
        @Option(names = "--app", paramLabel = "NAME", description = "of this app only")
        @Nullable
        String app;

        @Option(names = "--limit", paramLabel = "N", description = "how many, 1 to 500", defaultValue = "20")
        int limit;

        @Override
        int run(ApiConnection api, Console console) {
            JsonNode answer = api.get("/releases?limit=" + limit + (app == null ? "" : "&app=" + encoded(app)));
            if (target.json) {
                console.json(answer);
                return OK;
            }
            Instant now = Instant.now();
            console.table(
                    List.of("RELEASE", "APP", "SEQ", "BUILD", "STATUS", "MACHINES", "REQUESTED", "BY"),
                    as(Releases.class, answer).releases().stream()
                            .map(r -> List.of(
                                    r.id().toString(),
                                    r.app().toString(),
                                    r.seq().toString(),
                                    r.build().toString(),
                                    r.status().wire(),
                                    r.machinesOk() + "/" + r.machinesTotal(),
                                    Words.ago(r.createdAt(), now),
                                    r.requestedBy()))
                            .toList());
            return OK;
        }
    }

    /** {@code release show}. */
    @Command(name = "show", description = "A release and who does not run it.")
    static final class Show extends ApiCommand {
        @Parameters(paramLabel = "RELEASE")
        long release;

        @Override
        int run(ApiConnection api, Console console) {
            JsonNode answer = api.get("/releases/" + release);
            if (target.json) {
                console.json(answer);
            } else {
                Times times = as(Times.class, answer);
                Descriptions.release(as(Release.class, answer), times.first(), times.last(), console);
                printExcluded(times, console);
            }
            return OK;
        }
    }
}
