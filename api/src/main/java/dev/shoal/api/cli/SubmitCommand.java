package dev.shoal.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.shoal.api.view.Uploaded;
import dev.shoal.model.AppName;
import dev.shoal.model.ByteSizes;
import dev.shoal.model.Durations;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.Completeness;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobLimits;
import dev.shoal.model.job.JobRequest;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.job.JobStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** {@code build submit}. */
@Command(name = "submit", description = "Ask for a build.")
final class SubmitCommand extends ApiCommand {
    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init") // picocli sets it before the command runs
    Source source;

    @Option(
            names = "--app",
            paramLabel = "NAME",
            description = "as in shoal.yaml, which is asked for a local directory")
    @Nullable
    String app;

    @Option(names = "--priority", paramLabel = "N", description = "0 to 1000, smaller is first", defaultValue = "100")
    int priority;

    @Option(names = "--release", description = "release it once it is replicated")
    boolean release;

    @Option(names = "--regions", paramLabel = "REGION", split = ",", description = "instead of every region")
    List<String> regions = List.of();

    @Option(
            names = "--all-but",
            paramLabel = "N",
            description = "go on without up to N regions that lack the build; they are left out of the release")
    @Nullable
    Integer allBut;

    @Option(
            names = "--time-limit",
            paramLabel = "TIME",
            description = "like 30m; the build is killed after it, or after the time_limit of shoal.yaml")
    @Nullable
    String timeLimit;

    @Option(names = "--memory", paramLabel = "SIZE", description = "like 2GiB, swap included")
    @Nullable
    String memory;

    @Option(names = "--pids", paramLabel = "N", description = "processes and threads, all together")
    @Nullable
    Integer pids;

    @Option(names = "--output", paramLabel = "SIZE", description = "like 16MiB: what is kept of its output")
    @Nullable
    String output;

    @Option(names = "--key", paramLabel = "KEY", description = "an idempotency key: the same again is the same job")
    @Nullable
    String key;

    @Option(names = "--wait", description = "until the job has ended; exit code 1 if without success")
    boolean wait;

    @Option(names = "--follow", description = "like --wait, and print the log")
    boolean follow;

    /** Exactly one of these. */
    static final class Source {
        @ArgGroup(exclusive = false)
        @Nullable
        GitSource git;

        @Option(
                names = "--local",
                paramLabel = "DIR",
                description = "a directory that build hosts see under the same path")
        @Nullable
        Path local;

        @Option(names = "--tarball", paramLabel = "FILE", description = "upload a gzipped tar")
        @Nullable
        Path tarball;

        @Option(names = "--upload", paramLabel = "DIR", description = "pack a directory and upload it")
        @Nullable
        Path upload;
    }

    /** A commit of a repository. */
    static final class GitSource {
        @Option(names = "--git", paramLabel = "URL", required = true, description = "a repository")
        String url = "";

        @Option(names = "--ref", paramLabel = "REF", required = true, description = "a branch, tag or commit of it")
        String ref = "";
    }

    @Override
    int run(ApiConnection api, Console console) {
        AppName name = appName();
        List<RegionName> wanted = regions.stream().map(RegionName::new).toList();
        Optional<Completeness> policy = Optional.ofNullable(allBut).map(Completeness::new);
        JobRequest request =
                new JobRequest(name, jobSource(api), priority, release, wanted, policy, Optional.of(limits()));
        JsonNode answer = api.post("/jobs", request, Optional.ofNullable(key));
        Job job = as(Job.class, answer);
        if (!wait && !follow) {
            if (target.json) {
                console.json(answer);
            } else {
                console.line("job " + job.id() + " is " + job.status().wire());
            }
            return OK;
        }
        return await(api, console, job);
    }

    private JobLimits limits() {
        return new JobLimits(
                Optional.ofNullable(timeLimit).map(Durations::parse).map(Duration::toSeconds),
                Optional.ofNullable(memory).map(ByteSizes::parse),
                Optional.ofNullable(pids),
                Optional.ofNullable(output).map(ByteSizes::parse));
    }

    private int await(ApiConnection api, Console console, Job submitted) {
        if (!target.json) {
            console.line("job " + submitted.id() + " is " + submitted.status().wire());
        }
        if (follow && !target.json) {
            new LogReading(api, submitted.id(), console).follow();
        }
        JsonNode answer = api.get("/jobs/" + submitted.id());
        Job job = as(Job.class, answer);
        String shown = "";
        while (!job.status().isFinal()) {
            String now = job.status().wire() + ", " + job.stage().wire();
            if (!target.json && !now.equals(shown)) {
                console.line("job " + job.id() + " is " + now);
                shown = now;
            }
            pause();
            answer = api.get("/jobs/" + submitted.id());
            job = as(Job.class, answer);
        }
        if (target.json) {
            console.json(answer);
        } else {
            console.line("job " + job.id() + " is " + job.status().wire()
                    + job.build().map(b -> ": build " + b).orElse(""));
        }
        if (job.status() != JobStatus.SUCCESS) {
            throw new CliException("job " + job.id() + " is " + job.status().wire()
                    + job.reason().map(r -> ": " + r).orElse(""));
        }
        return OK;
    }

    private JobSource jobSource(ApiConnection api) {
        if (source.git != null) {
            return new JobSource.Git(source.git.url, source.git.ref);
        } else if (source.local != null) {
            return new JobSource.Directory(directory(source.local).toString());
        } else if (source.tarball != null) {
            return uploaded(api, source.tarball);
        } else if (source.upload != null) {
            return packed(api, directory(source.upload));
        }
        throw new ParameterException(spec.commandLine(), "say where the source is");
    }

    private static JobSource uploaded(ApiConnection api, Path file) {
        return new JobSource.Tarball(
                as(Uploaded.class, api.upload("/sources", file)).sha256());
    }

    private static JobSource packed(ApiConnection api, Path directory) {
        try {
            Path file = Files.createTempFile("shoal-", ".tar.gz");
            try {
                SourcePack.write(directory, file);
                return uploaded(api, file);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new CliException("cannot pack " + directory + ": " + e.getMessage(), e);
        }
    }

    private AppName appName() {
        if (app != null) {
            return new AppName(app);
        }
        Path local = source.local != null ? source.local : source.upload;
        if (local == null) {
            throw new ParameterException(spec.commandLine(), "say --app for a source that is not a local directory");
        }
        return SourcePack.appOf(directory(local));
    }

    private static Path directory(Path path) {
        Path absolute = path.toAbsolutePath().normalize();
        if (!Files.isDirectory(absolute)) {
            throw new CliException("there is no directory " + absolute);
        }
        return absolute;
    }
}
