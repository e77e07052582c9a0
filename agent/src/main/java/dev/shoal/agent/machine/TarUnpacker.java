package dev.shoal.agent.machine;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Unpacks a tar into a {@link SafeTree}. Devices and sparse files are refused; owners are not kept. */
final class TarUnpacker {
    private static final int BUFFER = 1 << 18;

    private TarUnpacker() {}

    static void unpack(Path archive, boolean gzip, Path root) throws IOException, UnsafeArchiveException {
        SafeTree tree = new SafeTree(root);
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(archive), BUFFER);
                InputStream plain = gzip
                        ? GzipCompressorInputStream.builder()
                                .setInputStream(raw)
                                .setDecompressConcatenated(true)
                                .get()
                        : raw;
                TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                place(entry, tar, tree);
            }
        }
    }

    private static void place(TarArchiveEntry entry, TarArchiveInputStream tar, SafeTree tree)
            throws IOException, UnsafeArchiveException {
        String name = entry.getName();
        if (entry.isDirectory()) {
            tree.directory(name, entry.getMode());
        } else if (entry.isSymbolicLink()) {
            tree.symbolicLink(name, entry.getLinkName());
        } else if (entry.isLink()) {
            tree.hardLink(name, entry.getLinkName());
        } else if (isPlainFile(entry)) {
            tree.file(name, entry.getMode(), entry.getSize(), tar);
        } else {
            throw new UnsafeArchiveException(name, "it is neither file, directory nor link");
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
}
