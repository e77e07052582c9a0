package dev.shoal.activities.sandbox;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;

/** Copies a source directory, links as links; a link that leaves it is refused. */
final class DirectoryCopy {
    /** Between two ticks of the watch. */
    private static final long STRETCH = 16 << 20;

    private DirectoryCopy() {}

    /** {@code to} does not exist yet. */
    static void copy(Path from, Path to, Sandbox.Watch watch) throws BuildFault, IOException {
        if (!Files.isDirectory(from)) {
            throw new BuildFault("the source directory " + from + " does not exist on this host");
        }
        Path root = from.toRealPath();
        Files.createDirectories(to);
        Path target = to.toRealPath();
        if (target.startsWith(root)) {
            throw new BuildFault("the source directory " + from + " holds this host's own work");
        }
        SourceLinks links = new SourceLinks(target);
        try {
            Files.walkFileTree(root, new Visitor(root, target, links, watch));
        } catch (Refused e) {
            throw e.fault;
        }
        links.check();
    }

    /** Carries a refusal through the visitor's signature. */
    private static final class Refused extends IOException {
        private final transient BuildFault fault;

        Refused(BuildFault fault) {
            super(fault);
            this.fault = fault;
        }
    }

    private static final class Visitor extends SimpleFileVisitor<Path> {
        private final Path root;
        private final Path to;
        private final SourceLinks links;
        private final Sandbox.Watch watch;

        Visitor(Path root, Path to, SourceLinks links, Sandbox.Watch watch) {
            this.root = root;
            this.to = to;
            this.links = links;
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
            watch.tick();
            if (attributes.isRegularFile()) {
                copyFile(file, target(file), attributes);
            } else {
                try {
                    link(file, attributes);
                } catch (BuildFault fault) {
                    throw new Refused(fault);
                }
            }
            return FileVisitResult.CONTINUE;
        }

        private void link(Path file, BasicFileAttributes attributes) throws BuildFault, IOException {
            if (!attributes.isSymbolicLink()) {
                throw new BuildFault("the source's " + root.relativize(file) + " is neither file, directory nor link");
            }
            links.create(target(file), Files.readSymbolicLink(file));
        }

        private void copyFile(Path file, Path target, BasicFileAttributes attributes) throws IOException {
            try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                    FileChannel out =
                            FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                for (long at = 0, n = 1; n > 0; at += n) {
                    n = in.transferTo(at, STRETCH, out);
                    watch.tick();
                }
            }
            if (Files.isExecutable(file) && !target.toFile().setExecutable(true)) {
                throw new IOException("cannot make " + target + " executable");
            }
            // Build tools compare times.
            Files.setLastModifiedTime(target, attributes.lastModifiedTime());
        }

        private Path target(Path path) {
            return to.resolve(root.relativize(path).toString());
        }
    }
}
