package dev.shoal.activities.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The symbolic links of a source that is being written. None leads out of it: not by its text, and not through other links, which
 * can only be seen once all of them are there. Not thread-safe.
 */
final class SourceLinks {
    private final Path root;
    private final List<Path> created = new ArrayList<>();

    /** @param root a real path */
    SourceLinks(Path root) {
        this.root = root;
    }

    /** Makes one. @throws BuildFault if its text leads out */
    void create(Path link, Path to) throws BuildFault, IOException {
        if (to.isAbsolute() || !parent(link).resolve(to).normalize().startsWith(root)) {
            throw refused(link);
        }
        Files.createSymbolicLink(link, to);
        created.add(link);
    }

    /** @throws BuildFault if one leads out; those that lead nowhere may stay */
    void check() throws BuildFault, IOException {
        for (Path link : created) {
            if (Files.isSymbolicLink(link)
                    && Files.exists(link)
                    && !link.toRealPath().startsWith(root)) {
                throw refused(link);
            }
        }
    }

    static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(path + " has no parent");
        }
        return parent;
    }

    private BuildFault refused(Path link) {
        return new BuildFault("the source's link '" + root.relativize(link) + "' leads out of the source");
    }
}
