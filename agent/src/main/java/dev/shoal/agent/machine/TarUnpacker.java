package dev.shoal.agent.machine;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/**
 * Unpacks a tar so that nothing is written, and no link points, outside the target: no absolute or {@code ..} names, no entry
 * below a link, no link that leaves, no devices, nothing twice. Of modes only rwx is kept. Owners are not.
 */
final class TarUnpacker {
    private static final int BUFFER = 1 << 18;
    private static final PosixFilePermission[] BITS = {
        PosixFilePermission.OTHERS_EXECUTE, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_READ,
        PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_READ,
        PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_READ
    };

    private final Path root;

    private TarUnpacker(Path root) {
        this.root = root;
    }

    static void unpack(Path archive, boolean gzip, Path root) throws IOException, UnsafeArchiveException {
        TarUnpacker unpacker = new TarUnpacker(root.toRealPath());
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(archive), BUFFER);
                InputStream plain = gzip
                        ? GzipCompressorInputStream.builder()
                                .setInputStream(raw)
                                .setDecompressConcatenated(true)
                                .get()
                        : raw;
                TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                unpacker.place(entry, tar);
            }
        }
    }

    private void place(TarArchiveEntry entry, TarArchiveInputStream tar) throws IOException, UnsafeArchiveException {
        Path target = inside(entry.getName());
        if (entry.isDirectory()) {
            requireNoLink(target, entry);
            Files.createDirectories(target);
            setMode(target, entry.getMode() | 0700);
            return;
        }
        if (target.equals(root) || Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new UnsafeArchiveException(entry.getName(), "it is there already");
        }
        requireNoLink(Disk.parent(target), entry);
        Files.createDirectories(Disk.parent(target));
        if (entry.isSymbolicLink()) {
            requireStaysInside(target, entry);
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (entry.isLink()) {
            Path existing = inside(entry.getLinkName());
            requireNoLink(existing, entry);
            if (!Files.isRegularFile(existing, LinkOption.NOFOLLOW_LINKS)) {
                throw new UnsafeArchiveException(entry.getName(), "it is a link to '" + entry.getLinkName() + "'");
            }
            Files.createLink(target, existing);
        } else if (isPlainFile(entry)) {
            Disk.requireSpace(root, entry.getSize());
            Files.copy(tar, target);
            setMode(target, entry.getMode());
        } else {
            throw new UnsafeArchiveException(entry.getName(), "it is neither file, directory nor link");
        }
    }

    // TarArchiveEntry.isFile() says yes to devices.
    private static boolean isPlainFile(TarArchiveEntry entry) {
        byte type = entry.getLinkFlag();
        return !entry.isSparse()
                && (type == TarConstants.LF_NORMAL
                        || type == TarConstants.LF_OLDNORM
                        || type == TarConstants.LF_CONTIG);
    }

    private Path inside(String name) throws UnsafeArchiveException {
        if (name.isEmpty() || name.indexOf('\0') >= 0) {
            throw new UnsafeArchiveException(name, "no name");
        }
        Path relative = Path.of(name);
        boolean climbs = false;
        for (Path part : relative) {
            climbs |= part.toString().equals("..");
        }
        if (relative.isAbsolute() || climbs) {
            throw new UnsafeArchiveException(name, "it leaves the version's directory");
        }
        return root.resolve(relative).normalize();
    }

    private void requireNoLink(Path path, TarArchiveEntry entry) throws UnsafeArchiveException {
        for (Path at = path; !at.equals(root); at = Disk.parent(at)) {
            if (Files.isSymbolicLink(at)) {
                throw new UnsafeArchiveException(entry.getName(), "it goes through a link");
            }
        }
    }

    // ".." is allowed at the front only: there it climbs real directories, since none above the link is a link itself.
    // After
    // a name it would climb from wherever that name leads.
    private void requireStaysInside(Path link, TarArchiveEntry entry) throws UnsafeArchiveException {
        Path destination = Path.of(entry.getLinkName());
        int depth = root.relativize(Disk.parent(link)).equals(Path.of(""))
                ? 0
                : root.relativize(Disk.parent(link)).getNameCount();
        boolean named = false;
        for (Path part : destination) {
            boolean up = part.toString().equals("..");
            if (up && (named || --depth < 0)) {
                throw new UnsafeArchiveException(entry.getName(), "it is a link that leaves: " + destination);
            }
            named |= !up && !part.toString().equals(".");
        }
        if (destination.isAbsolute()) {
            throw new UnsafeArchiveException(entry.getName(), "it is a link that leaves: " + destination);
        }
    }

    private static void setMode(Path path, int mode) throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        for (int bit = 0; bit < BITS.length; bit++) {
            if ((mode & (1 << bit)) != 0) {
                permissions.add(BITS[bit]);
            }
        }
        Files.setPosixFilePermissions(path, permissions);
    }
}
