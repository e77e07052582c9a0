package dev.shoal.activities.sandbox;

import dev.shoal.model.ByteSizes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** Unpacks a gzipped tar into a directory that it cannot leave: no absolute names, no {@code ..}, no links out, no devices. */
final class TarUnpacker {
    private static final int BUFFER = 256 << 10;

    /** Far more than a source has, and far less than what a few megabytes of gzip can become. */
    static final Bounds BOUNDS = new Bounds(32L << 30, 2_000_000);

    private final Path root;
    private final Bounds bounds;
    private final HeaderBound headers;
    private final SourceLinks links;
    private final Sandbox.Watch watch;
    private final byte[] buffer = new byte[BUFFER];

    private long bytes;
    private int entries;

    /** How much a source may hold. */
    record Bounds(long bytes, int entries) {}

    private TarUnpacker(Path root, Bounds bounds, HeaderBound headers, Sandbox.Watch watch) {
        this.headers = headers;
        this.root = root;
        this.bounds = bounds;
        this.links = new SourceLinks(root);
        this.watch = watch;
    }

    /** @throws BuildFault naming the entry that is refused, or saying that it is no gzipped tar */
    static void unpack(Path tarball, Path root, Sandbox.Watch watch) throws BuildFault, IOException {
        unpack(tarball, root, BOUNDS, watch);
    }

    static void unpack(Path tarball, Path root, Bounds bounds, Sandbox.Watch watch) throws BuildFault, IOException {
        Files.createDirectories(root);
        try (InputStream file = new BufferedInputStream(Files.newInputStream(tarball));
                HeaderBound unzipped = new HeaderBound(unzip(file));
                TarArchiveInputStream tar = new TarArchiveInputStream(unzipped)) {
            new TarUnpacker(root.toRealPath(), bounds, unzipped, watch).unpack(tar);
        }
    }

    private static InputStream unzip(InputStream file) throws BuildFault {
        try {
            return GzipCompressorInputStream.builder()
                    .setInputStream(file)
                    .setDecompressConcatenated(true)
                    .get();
        } catch (IOException e) {
            throw new BuildFault("the source is not a gzipped tar", e);
        }
    }

    private void unpack(TarArchiveInputStream tar) throws BuildFault, IOException {
        for (TarArchiveEntry entry = next(tar); entry != null; entry = next(tar)) {
            watch.tick();
            if (++entries > bounds.entries()) {
                throw new BuildFault("the source has more than " + bounds.entries() + " entries");
            }
            try {
                unpack(tar, entry);
            } catch (FileAlreadyExistsException | DirectoryNotEmptyException | NotDirectoryException e) {
                throw new BuildFault("the source's entry '" + entry.getName() + "' is in the way of an earlier one", e);
            } catch (FileSystemException e) {
                throw faultOf(entry, e);
            }
        }
        links.check();
    }

    /** What no file system can have is the archive's fault; anything else, a full disk for one, is this host's. */
    private static BuildFault faultOf(TarArchiveEntry entry, FileSystemException e) throws FileSystemException {
        String reason = String.valueOf(e.getReason());
        if (reason.contains("name too long")) {
            return new BuildFault("the source has an entry whose name is too long for this host", e);
        }
        if (reason.contains("Not a directory")) {
            return new BuildFault("the source's entry '" + entry.getName() + "' is in the way of an earlier one", e);
        }
        throw e;
    }

    private void unpack(TarArchiveInputStream tar, TarArchiveEntry entry) throws BuildFault, IOException {
        if (!(entry.isDirectory() || entry.isSymbolicLink() || entry.isLink() || isPlainFile(entry))) {
            throw refused(entry.getName(), "is neither file, directory nor link");
        }
        Path target = target(entry, entry.getName());
        if (entry.isDirectory()) {
            Files.createDirectories(target);
        } else if (target.equals(root)) {
            throw refused(entry.getName(), "would replace the tree itself");
        } else if (entry.isSymbolicLink()) {
            replace(target);
            links.create(target, path(entry, entry.getLinkName()));
        } else if (entry.isLink()) {
            Path existing = target(entry, entry.getLinkName());
            if (!Files.isRegularFile(existing, LinkOption.NOFOLLOW_LINKS)) {
                throw refused(entry.getName(), "links to what is no file of the archive");
            }
            if (!existing.equals(target)) {
                replace(target);
                Files.createLink(target, existing);
            }
        } else {
            replace(target);
            write(tar, target);
            if ((entry.getMode() & 0100) != 0 && !target.toFile().setExecutable(true)) {
                throw new IOException("cannot make " + target + " executable");
            }
        }
    }

    /** The library's own {@code isFile} takes devices and pipes for files. */
    private static boolean isPlainFile(TarArchiveEntry entry) {
        return entry.isFile() && !entry.isCharacterDevice() && !entry.isBlockDevice() && !entry.isFIFO();
    }

    private @Nullable TarArchiveEntry next(TarArchiveInputStream tar) throws BuildFault {
        try {
            headers.header();
            TarArchiveEntry entry = tar.getNextEntry();
            headers.content();
            return entry;
        } catch (IOException | IllegalArgumentException e) {
            throw broken(e);
        }
    }

    /** What cannot be read is the archive's fault, what cannot be written is this host's. */
    private void write(TarArchiveInputStream tar, Path target) throws BuildFault, IOException {
        try (OutputStream out =
                Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (int n = read(tar); n >= 0; n = read(tar)) {
                bytes += n;
                if (bytes > bounds.bytes()) {
                    throw new BuildFault("the source is larger than " + ByteSizes.text(bounds.bytes()));
                }
                out.write(buffer, 0, n);
                watch.tick();
            }
        }
    }

    private int read(TarArchiveInputStream tar) throws BuildFault {
        try {
            return tar.read(buffer);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private static BuildFault broken(Exception cause) {
        return new BuildFault("the source is not a whole gzipped tar: " + cause.getMessage(), cause);
    }

    private static Path path(TarArchiveEntry entry, String name) throws BuildFault {
        try {
            return Path.of(name);
        } catch (InvalidPathException e) {
            throw new BuildFault("the source's entry '" + entry.getName() + "' is not a path", e);
        }
    }

    /** Where a name of an entry leads: its parent directory exists, really lies in the tree, and no part of the way is a link. */
    private Path target(TarArchiveEntry entry, String name) throws BuildFault, IOException {
        Path relative = path(entry, name);
        Path target = root.resolve(relative).normalize();
        if (relative.isAbsolute() || !target.startsWith(root)) {
            throw refused(entry.getName(), "leaves the tree");
        }
        Path step = root;
        for (Path part : root.relativize(target)) {
            if (Files.isSymbolicLink(step)) {
                throw refused(entry.getName(), "goes through a link");
            }
            step = step.resolve(part);
        }
        if (!target.equals(root)) {
            Files.createDirectories(SourceLinks.parent(target));
        }
        return target;
    }

    /** What an earlier entry put there is replaced, never written through. */
    private static void replace(Path target) throws IOException {
        Files.deleteIfExists(target);
    }

    private static BuildFault refused(String name, String why) {
        return new BuildFault("the source's entry '" + name + "' " + why);
    }
}
