package dev.shoal.activities.sandbox;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Unpacks a gzipped tar into a directory that it cannot leave: no absolute names, no {@code ..}, no links out, no devices. */
final class TarUnpacker {
    private static final Set<LinkOption> NO_FOLLOW = Set.of(LinkOption.NOFOLLOW_LINKS);

    private final Path root;

    private TarUnpacker(Path root) {
        this.root = root;
    }

    /** @throws BuildFault naming the entry that is refused, or saying that it is no gzipped tar */
    static void unpack(Path tarball, Path root) throws BuildFault, IOException {
        Files.createDirectories(root);
        try (InputStream file = new BufferedInputStream(Files.newInputStream(tarball));
                InputStream unzipped = unzip(file);
                TarArchiveInputStream tar = new TarArchiveInputStream(unzipped)) {
            new TarUnpacker(root.toRealPath()).unpack(tar);
        }
    }

    private static InputStream unzip(InputStream file) throws BuildFault {
        try {
            return new GzipCompressorInputStream(file);
        } catch (IOException e) {
            throw new BuildFault("the source is not a gzipped tar", e);
        }
    }

    private void unpack(TarArchiveInputStream tar) throws BuildFault, IOException {
        for (TarArchiveEntry entry = next(tar); entry != null; entry = next(tar)) {
            Path target = target(entry.getName());
            if (entry.isDirectory()) {
                Files.createDirectories(target);
            } else if (entry.isSymbolicLink()) {
                link(entry, target);
            } else if (entry.isLink()) {
                Path existing = target(entry.getLinkName());
                requireFile(entry, existing);
                replace(target);
                Files.createLink(target, existing);
            } else if (entry.isFile()) {
                replace(target);
                Files.copy(tar, target, StandardCopyOption.REPLACE_EXISTING);
                if ((entry.getMode() & 0100) != 0 && !target.toFile().setExecutable(true)) {
                    throw new IOException("cannot make " + target + " executable");
                }
            } else {
                throw refused(entry.getName(), "is neither file, directory nor link");
            }
        }
    }

    private static org.apache.commons.compress.archivers.tar.@org.jspecify.annotations.Nullable TarArchiveEntry next(
            TarArchiveInputStream tar) throws BuildFault {
        try {
            return tar.getNextEntry();
        } catch (IOException | IllegalArgumentException e) {
            throw new BuildFault("the source is not a whole tar: " + e.getMessage(), e);
        }
    }

    private void link(TarArchiveEntry entry, Path target) throws BuildFault, IOException {
        Path to = Path.of(entry.getLinkName());
        Path parent = parent(target);
        if (to.isAbsolute() || !parent.resolve(to).normalize().startsWith(root)) {
            throw refused(entry.getName(), "links out of the tree");
        }
        replace(target);
        Files.createSymbolicLink(target, to);
    }

    private static void requireFile(TarArchiveEntry entry, Path existing) throws BuildFault {
        if (!Files.isRegularFile(existing, NO_FOLLOW.toArray(LinkOption[]::new))) {
            throw refused(entry.getName(), "links to what is no file of the archive");
        }
    }

    /** Where an entry goes: its parent directory exists, really lies in the tree, and no part of the way is a link. */
    private Path target(String name) throws BuildFault, IOException {
        Path relative = Path.of(name);
        if (relative.isAbsolute() || !root.resolve(relative).normalize().startsWith(root)) {
            throw refused(name, "leaves the tree");
        }
        Path target = root.resolve(relative).normalize();
        if (target.equals(root)) {
            return root;
        }
        Path parent = parent(target);
        for (Path step = parent; !step.equals(root); step = parent(step)) {
            if (Files.isSymbolicLink(step)) {
                throw refused(name, "goes through a link");
            }
        }
        Files.createDirectories(parent);
        return target;
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(path + " has no parent");
        }
        return parent;
    }

    /** What an earlier entry put there is replaced, never written through. */
    private static void replace(Path target) throws IOException {
        if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(target);
        }
    }

    private static BuildFault refused(String name, String why) {
        return new BuildFault("the source's entry '" + name + "' " + why);
    }
}
