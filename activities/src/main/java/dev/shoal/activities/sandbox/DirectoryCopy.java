package dev.shoal.activities.sandbox;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Copies a source directory, links as links; a link that leaves it is refused. */
final class DirectoryCopy {
    private DirectoryCopy() {}

    static void copy(Path from, Path to, Sandbox.Watch watch) throws BuildFault, IOException {
        if (!Files.isDirectory(from)) {
            throw new BuildFault("the source directory " + from + " does not exist on this host");
        }
        Path root = from.toRealPath();
        try {
            Files.walkFileTree(root, new Visitor(root, to, watch));
        } catch (Refused e) {
            throw new BuildFault(String.valueOf(e.getMessage()), e);
        }
    }

    /** Carries a refusal through the visitor's signature. */
    private static final class Refused extends IOException {
        Refused(String reason) {
            super(reason);
        }
    }

    private static final class Visitor extends SimpleFileVisitor<Path> {
        private final Path root;
        private final Path to;
        private final Sandbox.Watch watch;

        Visitor(Path root, Path to, Sandbox.Watch watch) {
            this.root = root;
            this.to = to;
            this.watch = watch;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) throws IOException {
            watch.tick();
            Files.createDirectories(target(dir));
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (attributes.isSymbolicLink()) {
                link(file);
            } else if (attributes.isRegularFile()) {
                Files.copy(file, target(file), StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
            } else {
                throw new Refused("the source's " + root.relativize(file) + " is neither file, directory nor link");
            }
            return FileVisitResult.CONTINUE;
        }

        private void link(Path file) throws IOException {
            Path link = Files.readSymbolicLink(file);
            Path parent = file.getParent();
            if (link.isAbsolute()
                    || parent == null
                    || !parent.resolve(link).normalize().startsWith(root)) {
                throw new Refused("the source's link " + root.relativize(file) + " leaves the source");
            }
            Files.createSymbolicLink(target(file), link);
        }

        private Path target(Path path) {
            return to.resolve(root.relativize(path).toString());
        }
    }
}
