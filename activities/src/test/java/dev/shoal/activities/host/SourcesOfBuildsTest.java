package dev.shoal.activities.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.activities.testkit.GitRepository;
import dev.shoal.activities.testkit.Tarballs;
import dev.shoal.model.Digest;
import dev.shoal.model.job.JobSource;
import dev.shoal.workflows.FailureTypes;
import dev.shoal.workflows.HostActivities.BuildOutput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where sources come from, and what is refused with which words. */
class SourcesOfBuildsTest {
    private static final String SPEC = """
            app: hello
            build:
              command: "mkdir -p out && cat text > out/hello.txt"
              artifact: out/hello.txt
              time_limit: 30s
            """;

    @TempDir
    private Path directory;

    private BuildHost host;

    @BeforeEach
    void start() throws IOException {
        host = new BuildHost(directory.resolve("host"));
    }

    @AfterEach
    void stop() {
        host.close();
    }

    @Test
    void buildsABranchATagAndACommitOfAGitRepository() throws IOException {
        GitRepository repository = repository("first");
        String first = repository.git("rev-parse", "HEAD").strip();
        repository.git("tag", "-a", "-m", "one", "v1");
        repository.git("checkout", "-q", "-b", "feature/two");
        repository.write("text", "second").commit("second");

        assertThat(built(new JobSource.Git(repository.url(), "main"))).isEqualTo("first");
        assertThat(built(new JobSource.Git(repository.url(), "v1"))).isEqualTo("first");
        assertThat(built(new JobSource.Git(repository.url(), first))).isEqualTo("first");
        assertThat(built(new JobSource.Git(repository.url(), "feature/two"))).isEqualTo("second");
    }

    @Test
    void seesWhatWasPushedToABranchSinceTheLastBuild() throws IOException {
        GitRepository repository = repository("before");
        built(new JobSource.Git(repository.url(), "main"));

        repository.write("text", "after").commit("after");

        assertThat(built(new JobSource.Git(repository.url(), "main"))).isEqualTo("after");
    }

    @Test
    void seesABranchThatWasRewritten() throws IOException {
        GitRepository repository = repository("before");
        built(new JobSource.Git(repository.url(), "main"));

        repository.write("text", "rewritten");
        repository.git("add", "-A");
        repository.git("commit", "-q", "--amend", "-m", "other");

        assertThat(built(new JobSource.Git(repository.url(), "main"))).isEqualTo("rewritten");
    }

    @Test
    void refusesARefThatDoesNotExistInOneLine() throws IOException {
        GitRepository repository = repository("text");

        host.expectFailure(new JobSource.Git(repository.url(), "no-such-branch"), FailureTypes.BUILD_FAILED)
                .hasOneLineWith("no-such-branch");
    }

    @Test
    void refusesARepositoryThatDoesNotExistInOneLine() {
        String nowhere = directory.resolve("nowhere").toString();

        host.expectFailure(new JobSource.Git(nowhere, "main"), FailureTypes.BUILD_FAILED)
                .hasOneLineWith(nowhere);
    }

    @Test
    void neverRunsTheCommandOfAnExtUrl() {
        Path proof = directory.resolve("proof");

        host.expectFailure(new JobSource.Git("ext::sh -c touch% " + proof, "main"), FailureTypes.BUILD_FAILED);

        assertThat(proof).doesNotExist();
    }

    @Test
    void copiesADirectoryAndLeavesItAsItWas() throws IOException {
        Path source = source("plain");

        assertThat(built(new JobSource.Directory(source.toString()))).isEqualTo("plain");
        assertThat(source.resolve("out")).doesNotExist();
    }

    @Test
    void keepsExecutableBitsAndRelativeLinksOfADirectory() throws IOException {
        Path source = source("linked");
        Files.move(source.resolve("text"), source.resolve("real"));
        Files.createSymbolicLink(source.resolve("text"), Path.of("real"));
        Path script =
                Files.writeString(source.resolve("build.sh"), "#!/bin/sh\nmkdir out && cat text > out/hello.txt\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        Files.writeString(
                source.resolve("shoal.yaml"),
                "app: hello\nbuild: {command: ./build.sh, artifact: out/hello.txt, time_limit: 30s}\n");

        assertThat(built(new JobSource.Directory(source.toString()))).isEqualTo("linked");
    }

    @Test
    void doesNotFollowALinkOutOfASourceDirectory() throws IOException {
        Path secret = Files.writeString(directory.resolve("secret"), "secret");
        Path source = source("unused");
        Files.delete(source.resolve("text"));
        Files.createSymbolicLink(source.resolve("text"), secret);

        host.expectFailure(new JobSource.Directory(source.toString()), FailureTypes.BUILD_FAILED)
                .hasOneLineWith("text");
    }

    @Test
    void refusesADirectoryThatDoesNotExist() {
        String nowhere = directory.resolve("nowhere").toString();

        host.expectFailure(new JobSource.Directory(nowhere), FailureTypes.BUILD_FAILED)
                .hasOneLineWith(nowhere);
    }

    @Test
    void buildsATarball() throws IOException {
        byte[] tarball =
                new Tarballs().file("shoal.yaml", SPEC).file("text", "packed").bytes();

        assertThat(built(host.upload(tarball))).isEqualTo("packed");
    }

    @Test
    void refusesATarballThatNobodyUploaded() {
        Digest unknown = Tarballs.digest(new byte[] {1});

        host.expectFailure(new JobSource.Tarball(unknown), FailureTypes.BUILD_FAILED)
                .hasOneLineWith(unknown.value());
    }

    @Test
    void refusesATarballWhoseEntriesLeaveTheTree() throws IOException {
        Path outside = directory.resolve("outside");

        refused(new Tarballs().file("shoal.yaml", SPEC).file("../../escaped", "x"), "../../escaped");
        refused(new Tarballs().file("shoal.yaml", SPEC).file(outside.toString(), "x"), outside.toString());
        refused(new Tarballs().file("shoal.yaml", SPEC).symlink("link", "/etc/passwd"), "link");
        refused(new Tarballs().file("shoal.yaml", SPEC).symlink("link", "../../.."), "link");
        refused(new Tarballs().file("shoal.yaml", SPEC).hardlink("link", "/etc/passwd"), "link");
        refused(new Tarballs().file("shoal.yaml", SPEC).hardlink("link", "../../../etc/passwd"), "link");
        refused(
                new Tarballs()
                        .file("shoal.yaml", SPEC)
                        .symlink("a", ".")
                        .symlink("a/b", "..")
                        .file("b/escaped", "x"),
                "b");

        assertThat(outside).doesNotExist();
    }

    @Test
    void refusesATarballWithDevicesOrPipes() throws IOException {
        refused(new Tarballs().file("shoal.yaml", SPEC).device("null"), "null");
        refused(new Tarballs().file("shoal.yaml", SPEC).fifo("pipe"), "pipe");
    }

    @Test
    void doesNotWriteThroughALinkThatItUnpackedItself() throws IOException {
        byte[] tarball = new Tarballs()
                .file("shoal.yaml", SPEC)
                .file("real", "real")
                .symlink("text", "real")
                .file("text", "replaced")
                .bytes();

        assertThat(built(host.upload(tarball))).isEqualTo("replaced");
    }

    @Test
    void refusesATarballThatIsNone() {
        host.expectFailure(
                        host.upload("not a tarball".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                        FailureTypes.BUILD_FAILED)
                .hasOneLineWith("tar");
    }

    @Test
    void refusesASourceWithoutASpec() throws IOException {
        Path source = source("text");
        Files.delete(source.resolve("shoal.yaml"));

        host.expectFailure(new JobSource.Directory(source.toString()), FailureTypes.BUILD_FAILED)
                .hasOneLineWith("shoal.yaml");
    }

    @Test
    void refusesASpecOfAnotherApp() throws IOException {
        Path source = source("text");
        Files.writeString(source.resolve("shoal.yaml"), SPEC.replace("app: hello", "app: other"));

        host.expectFailure(new JobSource.Directory(source.toString()), FailureTypes.BUILD_FAILED)
                .hasOneLineWith("other", "hello");
    }

    @Test
    void refusesASpecWithAnUnknownKeyAndNamesIt() throws IOException {
        Path source = source("text");
        Files.writeString(source.resolve("shoal.yaml"), SPEC + "  comand: x\n");

        host.expectFailure(new JobSource.Directory(source.toString()), FailureTypes.BUILD_FAILED)
                .hasOneLineWith("comand");
    }

    @Test
    void refusesASpecThatIsALinkOutOfTheSource() throws IOException {
        Path elsewhere = Files.writeString(directory.resolve("elsewhere.yaml"), SPEC);
        Path source = source("text");
        Files.delete(source.resolve("shoal.yaml"));
        Files.createSymbolicLink(source.resolve("shoal.yaml"), elsewhere);

        host.expectFailure(new JobSource.Directory(source.toString()), FailureTypes.BUILD_FAILED)
                .hasOneLineWith("shoal.yaml");
    }

    private void refused(Tarballs tarball, String entry) throws IOException {
        host.expectFailure(host.upload(tarball.bytes()), FailureTypes.BUILD_FAILED)
                .hasOneLineWith(entry);
    }

    private String built(JobSource source) throws IOException {
        BuildOutput output = host.build(host.claim(source));
        Path artifact = Path.of(output.path());
        assertThat(output.size()).isEqualTo(Files.size(artifact));
        return Files.readString(artifact);
    }

    private GitRepository repository(String text) throws IOException {
        GitRepository repository = GitRepository.init(directory.resolve("repository"));
        repository.write("shoal.yaml", SPEC).write("text", text).commit("first");
        return repository;
    }

    private Path source(String text) throws IOException {
        Path source = Files.createDirectories(directory.resolve("source"));
        Files.writeString(source.resolve("shoal.yaml"), SPEC);
        Files.writeString(source.resolve("text"), text);
        return source;
    }
}
