package dev.shoal.agent.machine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** Unpacks a zip into a {@link SafeTree}, by its central directory. Files without a Unix mode get 0755, so that programs run. */
final class ZipUnpacker {
    private static final int NO_MODE = 0755;
    private static final int LONGEST_LINK = 4096;

    private ZipUnpacker() {}

    static void unpack(Path archive, Path root) throws IOException, UnsafeArchiveException {
        SafeTree tree = new SafeTree(root);
        try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
            for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
                place(entry, zip, tree);
            }
        }
    }

    private static void place(ZipArchiveEntry entry, ZipFile zip, SafeTree tree)
            throws IOException, UnsafeArchiveException {
        String name = entry.getName();
        int mode = entry.getUnixMode() == 0 ? NO_MODE : entry.getUnixMode();
        if (!zip.canReadEntryData(entry)) {
            throw new UnsafeArchiveException(name, "it is encrypted, or compressed in an unknown way");
        } else if (entry.isDirectory()) {
            tree.directory(name, mode);
        } else if (entry.isUnixSymlink()) {
            try (InputStream content = zip.getInputStream(entry)) {
                tree.symbolicLink(name, new String(content.readNBytes(LONGEST_LINK), StandardCharsets.UTF_8));
            }
        } else {
            try (InputStream content = zip.getInputStream(entry)) {
                tree.file(name, mode, entry.getSize(), content);
            }
        }
    }
}
