package dev.shoal.activities.host;

import dev.shoal.activities.sandbox.BuildFault;
import dev.shoal.model.job.BuildSpec;
import dev.shoal.workflows.BuildOrigin;
import dev.shoal.workflows.HostActivities.BuildOutput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Takes a build's artifact out of its source tree, once nothing of the build runs any more: what is checked is what is moved, and what
 * is moved is what is uploaded.
 */
record BuiltFile(Workspace workspace) {
    /** @throws BuildFault saying what is wrong with the artifact */
    BuildOutput take(BuildSpec spec, BuildOrigin origin) throws BuildFault, IOException {
        String what = "the artifact " + spec.artifact();
        Path declared = workspace.source().resolve(spec.artifact());
        if (!Files.exists(declared)) {
            throw new BuildFault(what + " was not produced");
        }
        Path real = declared.toRealPath();
        if (!real.startsWith(workspace.source().toRealPath())) {
            throw new BuildFault(what + " leaves the workspace");
        }
        BasicFileAttributes seen = attributes(real);
        if (!seen.isRegularFile()) {
            throw new BuildFault(what + " is not a regular file");
        }
        if (seen.size() == 0) {
            throw new BuildFault(what + " is empty");
        }
        if (namesOutside(real) > 0) {
            throw new BuildFault(what + " is a hard link to a file outside of the workspace");
        }
        Files.move(real, workspace.artifact(), StandardCopyOption.ATOMIC_MOVE);
        BasicFileAttributes moved = attributes(workspace.artifact());
        if (!moved.isRegularFile() || !Objects.equals(moved.fileKey(), seen.fileKey()) || moved.size() != seen.size()) {
            throw new BuildFault(what + " was replaced while it was taken");
        }
        return new BuildOutput(workspace.artifact().toString(), moved.size(), spec.activation(), Optional.of(origin));
    }

    private static BasicFileAttributes attributes(Path file) throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /** How many of the file's names are not in the workspace; build tools make several in their own tree. */
    private int namesOutside(Path file) throws IOException {
        int names = (Integer) Files.getAttribute(file, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
        if (names == 1) {
            return 0;
        }
        Object key = Objects.requireNonNull(attributes(file).fileKey());
        try (Stream<Path> all = Files.walk(workspace.dir())) {
            long inside = all.filter(path -> key.equals(keyOf(path))).count();
            return (int) (names - inside);
        } catch (UncheckedIOException e) {
            throw new IOException("cannot look through the workspace: " + e.getCause(), e);
        }
    }

    private static Object keyOf(Path path) {
        try {
            return Objects.requireNonNullElse(attributes(path).fileKey(), path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
