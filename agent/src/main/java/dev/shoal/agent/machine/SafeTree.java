package dev.shoal.agent.machine;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/**
 * A directory into which an archive that nobody vouches for is unpacked: nothing is written, and no link points, outside it. No
 * absolute or {@code ..} names, no entry below a link, no link that leaves, nothing twice, no file longer than it was said to
 * be. Of modes only rwx is kept. Used by one thread.
 */
final class SafeTree {
    private static final int BUFFER = 1 << 18;
    private static final PosixFilePermission[] BITS = {
        PosixFilePermission.OTHERS_EXECUTE, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_READ,
        PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_READ,
        PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_READ
    };

    private final Path root;

    /** In an existing directory. */
    SafeTree(Path root) throws IOException {
        this.root = root.toRealPath();
    }

    /** Makes a directory, or takes the one that is there. */
    void directory(String name, int mode) throws IOException, UnsafeArchiveException {
        Path target = inside(name);
        requireNoLink(target, name);
        Files.createDirectories(target);
        setMode(target, mode | 0700);
    }

    /** Writes {@code size} bytes of {@code content} to a new file. */
    void file(String name, int mode, long size, InputStream content) throws IOException, UnsafeArchiveException {
        Path target = newEntry(name);
        Disk.requireSpace(root, size);
        try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
            byte[] buffer = new byte[BUFFER];
            long written = 0;
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                written += n;
                if (written > size) {
                    throw new UnsafeArchiveException(name, "it has more than the " + size + " bytes that it claims");
                }
                out.write(buffer, 0, n);
            }
        }
        setMode(target, mode);
    }

    /** Makes a symbolic link that stays inside. */
    void symbolicLink(String name, String destination) throws IOException, UnsafeArchiveException {
        Path target = newEntry(name);
        requireStaysInside(target, name, Path.of(destination));
        Files.createSymbolicLink(target, Path.of(destination));
    }

    /** Makes another name for a file that is there already. */
    void hardLink(String name, String existingName) throws IOException, UnsafeArchiveException {
        Path target = newEntry(name);
        Path existing = inside(existingName);
        requireNoLink(existing, name);
        if (!Files.isRegularFile(existing, LinkOption.NOFOLLOW_LINKS)) {
            throw new UnsafeArchiveException(name, "it is a link to '" + existingName + "'");
        }
        Files.createLink(target, existing);
    }

    private Path newEntry(String name) throws IOException, UnsafeArchiveException {
        Path target = inside(name);
        if (target.equals(root) || Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new UnsafeArchiveException(name, "it is there already");
        }
        requireNoLink(Disk.parent(target), name);
        Files.createDirectories(Disk.parent(target));
        return target;
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

    private void requireNoLink(Path path, String name) throws UnsafeArchiveException {
        for (Path at = path; !at.equals(root); at = Disk.parent(at)) {
            if (Files.isSymbolicLink(at)) {
                throw new UnsafeArchiveException(name, "it goes through a link");
            }
        }
    }

    // ".." is allowed at the front only: there it climbs real directories, since none above the link is a link itself.
    // After a
    // name it would climb from wherever that name leads.
    private void requireStaysInside(Path link, String name, Path destination) throws UnsafeArchiveException {
        Path above = root.relativize(Disk.parent(link));
        int depth = above.equals(Path.of("")) ? 0 : above.getNameCount();
        boolean named = false;
        for (Path part : destination) {
            boolean up = part.toString().equals("..");
            if (up && (named || --depth < 0)) {
                throw new UnsafeArchiveException(name, "it is a link that leaves: " + destination);
            }
            named |= !up && !part.toString().equals(".");
        }
        if (destination.isAbsolute()) {
            throw new UnsafeArchiveException(name, "it is a link that leaves: " + destination);
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
