package dev.shoal.activities.host;

import dev.shoal.activities.sandbox.DeleteTree;
import dev.shoal.model.JobId;
import dev.shoal.workflows.Lease;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where one attempt works: a directory of its own under the host's work directory. */
record Workspace(Path dir) {
    private static final Pattern NAME = Pattern.compile("([1-9][0-9]{0,17})-([1-9][0-9]{0,8})");

    static Path parent(Path workDir) {
        return workDir.resolve("jobs");
    }

    static Workspace of(Path workDir, Lease lease) {
        return new Workspace(parent(workDir).resolve(lease.job() + "-" + lease.attempt()));
    }

    /** Empty and new. */
    void create() throws IOException {
        DeleteTree.delete(dir);
        Files.createDirectories(home());
        Files.createDirectories(tmp());
    }

    Path source() {
        return dir.resolve("source");
    }

    Path home() {
        return dir.resolve("home");
    }

    Path tmp() {
        return dir.resolve("tmp");
    }

    Path log() {
        return dir.resolve("log");
    }

    /** The built file, out of the source tree. */
    Path artifact() {
        return dir.resolve("artifact");
    }

    /** What takes the space; the log stays. */
    void deleteSource() throws IOException {
        DeleteTree.delete(source());
        DeleteTree.delete(home());
        DeleteTree.delete(tmp());
    }

    void delete() throws IOException {
        DeleteTree.delete(dir);
    }

    /** The attempts that have a workspace. */
    static List<Lease> all(Path workDir) throws IOException {
        List<Lease> leases = new ArrayList<>();
        try (DirectoryStream<Path> dirs = Files.newDirectoryStream(parent(workDir))) {
            for (Path each : dirs) {
                lease(each).ifPresent(leases::add);
            }
        }
        return leases;
    }

    private static Optional<Lease> lease(Path dir) {
        Matcher matcher = NAME.matcher(dir.getFileName().toString());
        return matcher.matches()
                ? Optional.of(
                        new Lease(new JobId(Long.parseLong(matcher.group(1))), Integer.parseInt(matcher.group(2))))
                : Optional.empty();
    }
}
