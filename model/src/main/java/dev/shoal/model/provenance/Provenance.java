package dev.shoal.model.provenance;

import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.Digest;
import dev.shoal.model.HostId;
import dev.shoal.model.JobId;
import dev.shoal.model.job.JobSource;
import dev.shoal.model.provenance.Statement.Resource;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the control plane knows of a build's making.
 *
 * @param build the name of the statement's subject
 * @param command of {@code shoal.yaml}; absent if the host did not say
 * @param commit that the git ref resolved to; absent if the source is no git repository, or the host did not say
 * @param startedOn when the attempt was claimed
 * @param finishedOn when its artifact was recorded
 */
public record Provenance(
        BuildName build,
        AppName app,
        Digest artifact,
        JobSource source,
        Optional<String> command,
        Optional<String> commit,
        JobId job,
        int attempt,
        HostId host,
        String submittedBy,
        Instant startedOn,
        Instant finishedOn) {
    /** A source, and a command of its {@code shoal.yaml} run by {@code sh -c}. */
    static final String BUILD_TYPE = "https://shoal.dev/build-types/shoal-yaml/v1";

    private static final String COMMAND = "command";

    /** The statement to sign. */
    public Statement statement() {
        Map<String, Object> external = new HashMap<>();
        external.put("app", app.value());
        external.put("source", source(source));
        command.ifPresent(text -> external.put(COMMAND, text));
        return new Statement(
                Statement.TYPE,
                List.of(new Resource(build.value(), null, Map.of("sha256", artifact.value()))),
                Statement.PREDICATE_TYPE,
                new Statement.Predicate(
                        new Statement.BuildDefinition(
                                BUILD_TYPE,
                                external,
                                Map.of("job", job.value(), "attempt", attempt, "submittedBy", submittedBy),
                                dependency().stream().toList()),
                        new Statement.RunDetails(
                                new Statement.Builder(builder(host)),
                                new Statement.Metadata(invocation(job, attempt), startedOn, finishedOn))));
    }

    /** The builder's URI. */
    static String builder(HostId host) {
        return "urn:shoal:host:" + host;
    }

    private static String invocation(JobId job, int attempt) {
        return job + "/" + attempt;
    }

    private static Map<String, String> source(JobSource source) {
        return switch (source) {
            case JobSource.Git git -> Map.of("repository", git.url(), "ref", git.ref());
            case JobSource.Directory directory -> Map.of("directory", directory.path());
            case JobSource.Tarball tarball ->
                Map.of("tarball", "sha256:" + tarball.sha256().value());
        };
    }

    private Optional<Resource> dependency() {
        return switch (source) {
            case JobSource.Git git ->
                commit.map(id -> new Resource(null, "git+" + git.url() + "@" + git.ref(), Map.of("gitCommit", id)));
            case JobSource.Directory directory -> Optional.empty();
            case JobSource.Tarball tarball ->
                Optional.of(new Resource(
                        "source.tar.gz", null, Map.of("sha256", tarball.sha256().value())));
        };
    }
}
