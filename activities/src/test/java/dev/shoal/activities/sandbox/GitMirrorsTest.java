package dev.shoal.activities.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.shoal.activities.testkit.GitRepository;
import dev.shoal.model.job.JobSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The mirrors that a host keeps: what they save, and that they do no harm. */
class GitMirrorsTest {
    @TempDir
    private Path directory;

    private Sandbox sandbox;
    private Path mirrors;
    private int number;

    @BeforeEach
    void start() throws IOException {
        sandbox = new Sandbox(Files.createDirectory(directory.resolve("work")));
        mirrors = directory.resolve("mirrors");
    }

    @AfterEach
    void stop() {
        sandbox.close();
    }

    @Test
    void aCommitThatIsThereNeedsNoRepository() throws Exception {
        GitRepository repository = repository("app", 1);
        String commit = repository.git("rev-parse", "HEAD").strip();
        GitCheckout git = new GitCheckout(sandbox, mirrors, Long.MAX_VALUE);
        var unused = checkOut(git, repository, "main");
        Files.move(repository.directory(), directory.resolve("away"));

        assertThat(checkOut(git, repository, commit).resolve("file")).hasContent("version 1");
    }

    @Test
    void theSecondCheckoutSharesItsObjectsWithTheFirst() throws Exception {
        GitRepository repository = repository("app", 1);
        GitCheckout git = new GitCheckout(sandbox, mirrors, Long.MAX_VALUE);

        Path first = checkOut(git, repository, "main");
        Path second = checkOut(git, repository, "main");

        assertThat(objects(second)).isNotEmpty().isEqualTo(objects(first));
    }

    @Test
    void aBranchIsAsNewAsItsRepository() throws Exception {
        GitRepository repository = repository("app", 1);
        GitCheckout git = new GitCheckout(sandbox, mirrors, Long.MAX_VALUE);
        var unused = checkOut(git, repository, "main");
        var commit = repository.write("file", "version 2").commit("two");

        assertThat(checkOut(git, repository, "main").resolve("file")).hasContent("version 2");
        assertThat(commit).hasSize(40);
    }

    @Test
    void aMirrorThatLostObjectsIsRebuilt() throws Exception {
        GitRepository repository = repository("app", 1);
        GitCheckout git = new GitCheckout(sandbox, mirrors, Long.MAX_VALUE);
        var unused = checkOut(git, repository, "main");
        DeleteTree.delete(mirror().resolve("objects"));
        Files.createDirectories(mirror().resolve("objects").resolve("info"));

        assertThat(checkOut(git, repository, "main").resolve("file")).hasContent("version 1");
    }

    @Test
    void aMirrorWhoseObjectsAreGarbageIsRebuilt() throws Exception {
        GitRepository repository = repository("app", 1);
        GitCheckout git = new GitCheckout(sandbox, mirrors, Long.MAX_VALUE);
        var unused = checkOut(git, repository, "main");
        try (Stream<Path> all = Files.walk(mirror().resolve("objects"))) {
            for (Path object : all.filter(Files::isRegularFile).toList()) {
                byte[] garbage = new byte[(int) Files.size(object)];
                new Random(1).nextBytes(garbage);
                Files.delete(object);
                Files.write(object, garbage);
            }
        }

        assertThat(checkOut(git, repository, "main").resolve("file")).hasContent("version 1");
    }

    @Test
    void aMirrorIsKeptWhileItsRepositoryIsAway() throws Exception {
        GitRepository repository = repository("app", 1);
        GitCheckout git = new GitCheckout(sandbox, mirrors, Long.MAX_VALUE);
        var unused = checkOut(git, repository, "main");
        Files.move(repository.directory(), directory.resolve("away"));

        assertThatThrownBy(() -> checkOut(git, repository, "main")).isInstanceOf(BuildFault.class);

        assertThat(mirror()).exists();
    }

    @Test
    void theLeastRecentlyUsedMirrorsGoFirst() throws Exception {
        GitRepository one = repository("one", 1);
        GitRepository two = repository("two", 1);
        GitRepository three = repository("three", 1);
        GitCheckout roomForTwo = new GitCheckout(sandbox, mirrors, 2_500_000);

        var unusedA = checkOut(roomForTwo, one, "main");
        Path ofOne = mirror();
        var unusedB = checkOut(roomForTwo, two, "main");
        var unusedC = checkOut(roomForTwo, one, "main");
        var unusedD = checkOut(roomForTwo, three, "main");

        assertThat(mirrorsThere()).hasSize(2).contains(ofOne);
    }

    @Test
    void buildsOfOneAppAtTheSameTimeShareItsMirror() throws Exception {
        GitRepository repository = repository("app", 1);
        GitCheckout git = new GitCheckout(sandbox, mirrors, Long.MAX_VALUE);
        List<Callable<Path>> builds = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            Path target = directory.resolve("concurrent-" + i);
            builds.add(() -> {
                git.checkOut(new JobSource.Git(repository.url(), "main"), target, () -> {});
                return target;
            });
        }
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            for (Future<Path> build : threads.invokeAll(builds)) {
                assertThat(build.get().resolve("file")).hasContent("version 1");
            }
        }
        assertThat(mirrorsThere()).hasSize(1);
    }

    /** With a megabyte that no compression makes smaller. */
    private GitRepository repository(String name, int version) throws IOException {
        GitRepository repository = GitRepository.init(directory.resolve(name));
        byte[] noise = new byte[1 << 20];
        new Random(name.hashCode()).nextBytes(noise);
        Files.write(repository.directory().resolve("noise"), noise);
        var commit = repository.write("file", "version " + version).commit("one");
        assertThat(commit).hasSize(40);
        return repository;
    }

    private Path checkOut(GitCheckout git, GitRepository repository, String ref) throws Exception {
        Path target = directory.resolve("checkout-" + number++);
        git.checkOut(new JobSource.Git(repository.url(), ref), target, () -> {});
        return target;
    }

    /** The files that hold a checkout's objects, by what the file system knows them by. */
    private static List<Object> objects(Path checkout) throws IOException {
        List<Object> keys = new ArrayList<>();
        try (Stream<Path> all = Files.walk(checkout.resolve(".git").resolve("objects"))) {
            for (Path object : all.filter(Files::isRegularFile)
                    .filter(path ->
                            Files.isRegularFile(path) && !path.toString().endsWith("alternates"))
                    .sorted()
                    .toList()) {
                keys.add(Files.getAttribute(object, "unix:ino"));
            }
        }
        return keys;
    }

    private Path mirror() throws IOException {
        assertThat(mirrorsThere()).hasSize(1);
        return mirrorsThere().getFirst();
    }

    private List<Path> mirrorsThere() throws IOException {
        try (Stream<Path> all = Files.list(mirrors)) {
            return all.filter(path -> path.toString().endsWith(".git")).toList();
        }
    }
}
