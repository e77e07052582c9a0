package dev.shoal.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.api.view.Lists;
import dev.shoal.model.BuildName;
import dev.shoal.model.JobId;
import dev.shoal.model.job.Build;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobStatus;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Builds and the jobs that make them. */
@Command(
        name = "build",
        mixinStandardHelpOptions = true,
        description = "Submit builds and follow them.",
        subcommands = {
            SubmitCommand.class,
            BuildCommand.Listing.class,
            BuildCommand.Show.class,
            BuildCommand.Logs.class,
            VerifyCommand.class,
            BuildCommand.Cancel.class,
            BuildCommand.Retry.class
        })
final class BuildCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "say what to do with builds");
    }

    /** {@code build list}. */
    @Command(name = "list", description = "Jobs, newest first.")
    static final class Listing extends ApiCommand {
        @Option(names = "--app", paramLabel = "NAME", description = "of this app only")
        @Nullable
        String app;

        @Option(
                names = "--status",
                paramLabel = "STATUS",
                description = "in this status only: ${COMPLETION-CANDIDATES}")
        @Nullable
        JobStatus status;

        @Option(names = "--limit", paramLabel = "N", description = "how many, 1 to 500", defaultValue = "20")
        int limit;

        @Override
        int run(ApiConnection api, Console console) {
            String query = "?limit=" + limit
                    + (app == null ? "" : "&app=" + encoded(app))
                    + (status == null ? "" : "&status=" + status.wire());
            JsonNode answer = api.get("/jobs" + query);
            if (target.json) {
                console.json(answer);
                return OK;
            }
            Instant now = Instant.now();
            console.table(
                    List.of("JOB", "APP", "STATUS", "STAGE", "SUBMITTED", "BUILD", "HOST", "BY"),
                    as(Lists.Jobs.class, answer).jobs().stream()
                            .map(job -> row(job, now))
                            .toList());
            return OK;
        }

        private static List<String> row(Job job, Instant now) {
            return List.of(
                    job.id().toString(),
                    job.name().toString(),
                    job.status().wire(),
                    job.stage().wire(),
                    Words.ago(job.createdAt(), now),
                    Words.orDash(job.build()),
                    Words.orDash(job.host()),
                    job.submittedBy());
        }
    }

    /** {@code build show}. */
    @Command(name = "show", description = "A job by its number, or a build by its name.")
    static final class Show extends ApiCommand {
        @Parameters(paramLabel = "JOB|BUILD")
        String subject = "";

        @Override
        int run(ApiConnection api, Console console) {
            if (!isNumber(subject)) {
                JsonNode answer = api.get("/builds/" + encoded(subject));
                if (target.json) {
                    console.json(answer);
                } else {
                    Descriptions.build(as(Build.class, answer), console);
                }
                return OK;
            }
            JsonNode answer = api.get("/jobs/" + subject);
            if (target.json) {
                console.json(answer);
                return OK;
            }
            Job job = as(Job.class, answer);
            Descriptions.job(job, console);
            job.build().map(BuildName::value).ifPresent(name -> {
                console.line("");
                Descriptions.build(as(Build.class, api.get("/builds/" + name)), console);
            });
            return OK;
        }

        private static boolean isNumber(String text) {
            return !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9');
        }
    }

    /** {@code build logs}. */
    @Command(name = "logs", description = "The log of a job.")
    static final class Logs extends ApiCommand {
        @Parameters(paramLabel = "JOB")
        long job;

        @Option(
                names = {"-f", "--follow"},
                description = "go on until the build ends")
        boolean follow;

        @Override
        int run(ApiConnection api, Console console) {
            LogReading reading = new LogReading(api, new JobId(job), console);
            if (follow) {
                reading.follow();
            } else {
                reading.read();
            }
            return OK;
        }
    }

    /** {@code build cancel}. */
    @Command(name = "cancel", description = "Stop a job.")
    static final class Cancel extends ApiCommand {
        @Parameters(paramLabel = "JOB")
        long job;

        @Override
        int run(ApiConnection api, Console console) {
            JsonNode answer = api.post("/jobs/" + job + "/cancel", java.util.Map.of(), java.util.Optional.empty());
            if (target.json) {
                console.json(answer);
            } else {
                Job cancelled = as(Job.class, answer);
                console.line("job " + cancelled.id()
                        + (cancelled.status().isFinal()
                                ? " is " + cancelled.status().wire()
                                : " is asked to stop"));
            }
            return OK;
        }
    }

    /** {@code build retry}. */
    @Command(name = "retry", description = "Submit a failed or stopped job again, as a new job.")
    static final class Retry extends ApiCommand {
        @Parameters(paramLabel = "JOB")
        long job;

        @Override
        int run(ApiConnection api, Console console) {
            JsonNode answer = api.post("/jobs/" + job + "/retry", java.util.Map.of(), java.util.Optional.empty());
            if (target.json) {
                console.json(answer);
            } else {
                Job retry = as(Job.class, answer);
                console.line("job " + retry.id() + " retries job " + job + " and is "
                        + retry.status().wire());
            }
            return OK;
        }
    }
}
