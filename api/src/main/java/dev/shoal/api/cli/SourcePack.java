package dev.shoal.api.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.shoal.model.AppName;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;

/** A local source directory: its app, and its files as a gzipped tar. */
final class SourcePack {
    private static final int EXECUTABLE = 0755;
    private static final int PLAIN = 0644;

    private SourcePack() {}

    /** The app that {@code shoal.yaml} names. @throws CliException if it does not */
    static AppName appOf(Path directory) {
        Path file = directory.resolve("shoal.yaml");
        try {
            JsonNode spec = new YAMLMapper().readTree(file.toFile());
            String app = spec == null ? "" : spec.path("app").asText();
            if (app.isEmpty()) {
                throw new CliException(file + " names no app: say --app");
            }
            return new AppName(app);
        } catch (IOException e) {
            throw new CliException("cannot read " + file + ": say --app", e);
        }
    }

    /**
     * Packs everything but {@code .git}, in the order of names, without times and owners, so that the same tree is the same
     * bytes. Symbolic links stay links.
     */
    static void write(Path directory, Path tarball) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(directory)) {
            paths = walk.filter(p -> !p.equals(directory)).sorted().toList();
        }
        try (OutputStream file = Files.newOutputStream(tarball);
                GzipCompressorOutputStream gzip = new GzipCompressorOutputStream(file);
                TarArchiveOutputStream tar = new TarArchiveOutputStream(gzip, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            tar.setAddPaxHeadersForNonAsciiNames(true);
            for (Path path : paths) {
                Path name = directory.relativize(path);
                if (!name.startsWith(".git")) {
                    add(tar, path, name.toString());
                }
            }
        }
    }

    private static void add(TarArchiveOutputStream tar, Path path, String name) throws IOException {
        TarArchiveEntry entry;
        if (Files.isSymbolicLink(path)) {
            entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            entry.setLinkName(Files.readSymbolicLink(path).toString());
        } else if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            entry = new TarArchiveEntry(name + "/");
            entry.setMode(EXECUTABLE);
        } else if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            entry = new TarArchiveEntry(name);
            entry.setMode(Files.isExecutable(path) ? EXECUTABLE : PLAIN);
            entry.setSize(Files.size(path));
        } else {
            return;
        }
        entry.setModTime(0);
        tar.putArchiveEntry(entry);
        if (entry.isFile() && !entry.isSymbolicLink()) {
            Files.copy(path, tar);
        }
        tar.closeArchiveEntry();
    }
}
