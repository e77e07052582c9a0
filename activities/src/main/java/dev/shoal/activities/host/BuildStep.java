package dev.shoal.activities.host;

import dev.shoal.activities.sandbox.BuildFault;
import dev.shoal.activities.sandbox.BuildLimits;
import dev.shoal.activities.sandbox.OutputFile;
import dev.shoal.activities.sandbox.Sandbox;
import dev.shoal.activities.sandbox.SourceCheckout;
import dev.shoal.activities.sandbox.SpecReader;
import dev.shoal.model.job.BuildSpec;
import dev.shoal.model.job.JobLimits;
import dev.shoal.model.job.JobSource;
import dev.shoal.workflows.BuildOrigin;
import dev.shoal.workflows.ClaimedJob;
import dev.shoal.workflows.HostActivities.BuildOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** From source to artifact, in a workspace. Thread-safe. */
final class BuildStep {
    private static final int LAST_SIGNAL = 64;

    private final SourceCheckout checkout;
    private final Sandbox sandbox;
    private final BuildLimits limits;

    BuildStep(SourceCheckout checkout, Sandbox sandbox, BuildLimits limits) {
        this.checkout = checkout;
        this.sandbox = sandbox;
        this.limits = limits;
    }

    BuildOutput run(ClaimedJob job, Workspace workspace, OutputFile log, GivenSecrets secrets, Sandbox.Watch watch)
            throws BuildFault, IOException, InterruptedException {
        log.line("attempt " + job.attempt() + " of job " + job.id() + " on " + job.host() + ", source " + job.source());
        checkout.checkOut(job.source(), workspace.source(), watch);
        // Before the command runs, which may rewrite it.
        Optional<String> commit = commit(job.source(), workspace.source());
        BuildSpec spec = SpecReader.read(workspace.source());
        if (!spec.app().equals(job.app())) {
            throw new BuildFault(
                    "the job is for app '" + job.app() + "', but " + SpecReader.FILE + " names '" + spec.app() + "'");
        }
        JobLimits own = job.limits().orElse(JobLimits.NONE);
        BuildLimits effective = limits.atMost(own);
        Duration longest = own.time(spec.timeLimit());
        say(own, effective, log);
        log.line("$ " + spec.command());
        Sandbox.Command command = new Sandbox.Command(
                List.of("sh", "-c", spec.command()),
                workspace.source(),
                Optional.of(workspace.dir()),
                environment(job, spec, workspace, secrets),
                longest,
                effective);
        return switch (sandbox.run(command, log, watch)) {
            case Sandbox.Ending.TimedOut late ->
                throw new BuildFault(
                        "the command exceeded its time limit of " + longest.toSeconds() + " s and was killed");
            case Sandbox.Ending.LimitExceeded exceeded -> throw new BuildFault(exceeded.limit());
            case Sandbox.Ending.Exited exited -> {
                requireSuccess(exited.code());
                // The command's text becomes provenance, which everybody may read.
                BuildOrigin origin = new BuildOrigin(secrets.mask().mask(spec.command()), commit);
                yield new BuiltFile(workspace).take(spec, origin);
            }
        };
    }

    private void say(JobLimits own, BuildLimits effective, OutputFile log) throws IOException {
        if (!own.limitsNothing()) {
            log.line("the job's own limits: " + own.describe());
        }
        if (!effective.isNone()) {
            log.line(sandbox.unenforced(effective)
                    .map(missing -> "this host cannot limit: " + missing)
                    .orElse("limits: " + effective));
        }
    }

    /** A checkout is detached, so that its HEAD holds the commit itself. */
    private static Optional<String> commit(JobSource source, Path checkout) throws IOException {
        if (!(source instanceof JobSource.Git)) {
            return Optional.empty();
        }
        return Optional.of(Files.readString(checkout.resolve(".git/HEAD")).strip())
                .filter(head -> head.matches("[0-9a-f]{40,64}"));
    }

    private static void requireSuccess(int code) throws BuildFault {
        if (code != 0) {
            // A shell's own code for a killed child looks the same as being killed.
            String signal = code > 128 && code <= 128 + LAST_SIGNAL ? " (signal " + (code - 128) + ")" : "";
            throw new BuildFault("the command failed with exit code " + code + signal);
        }
    }

    private static Map<String, String> environment(
            ClaimedJob job, BuildSpec spec, Workspace workspace, GivenSecrets secrets) {
        Map<String, String> env = new HashMap<>();
        env.put("PATH", Optional.ofNullable(System.getenv("PATH")).orElse("/usr/local/bin:/usr/bin:/bin"));
        env.put("HOME", workspace.home().toString());
        env.put("TMPDIR", workspace.tmp().toString());
        env.put("LANG", "C.UTF-8");
        env.putAll(spec.env());
        env.putAll(secrets.env());
        env.put("SHOAL_JOB_ID", job.id().toString());
        env.put("SHOAL_ATTEMPT", Integer.toString(job.attempt()));
        env.put("SHOAL_APP", job.app().value());
        return env;
    }
}
