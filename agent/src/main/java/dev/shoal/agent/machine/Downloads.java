package dev.shoal.agent.machine;

import dev.shoal.model.Digest;
import dev.shoal.model.torrent.Metainfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * {@code downloads/}: per artifact the file {@code <digest>}, its {@code .torrent}, {@code .resume} while it is partial, and
 * {@code .verified} once the whole file had its digest. Thread-safe, since a digest's files only ever say the same.
 *
 * <p>A download is never synced: what runs is a synced copy of it. So a power cut may leave marks whose bytes are lost, and the two
 * kinds of marks, {@code .verified} and {@code .resume}, are believed only in the boot that {@code boot} names, in which they were made.
 */
final class Downloads {
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final int BUFFER = 1 << 20;

    private static final List<String> MARKS = List.of(".verified", ".resume");

    private final Path directory;

    /** Forgets the marks of other boots; all of them if it is not known which boot this is. */
    Downloads(Path dataDir, Optional<BootId> boot) throws IOException {
        this.directory = Files.createDirectories(dataDir.resolve("downloads"));
        Path markedIn = directory.resolve("boot");
        if (boot.isPresent() && Files.exists(markedIn) && boot.get().value().equals(Files.readString(markedIn))) {
            return;
        }
        for (Digest digest : present()) {
            for (String mark : MARKS) {
                Files.deleteIfExists(beside(digest, mark));
            }
        }
        Disk.sync(directory);
        Disk.replace(markedIn, boot.map(BootId::value).orElse("").getBytes(StandardCharsets.US_ASCII));
    }

    Path directory() {
        return directory;
    }

    Path file(Digest digest) {
        return directory.resolve(digest.value());
    }

    Path resumeData(Digest digest) {
        return beside(digest, ".resume");
    }

    /** Whether the whole file was found to have its digest, in this boot. */
    boolean isVerified(Digest digest) {
        return Files.exists(beside(digest, ".verified")) && Files.exists(file(digest));
    }

    /** The metainfo that was kept for a download. */
    Optional<Metainfo> metainfo(Digest digest) throws IOException {
        Path torrent = beside(digest, ".torrent");
        return Files.exists(torrent) ? Optional.of(Metainfo.parse(Files.readAllBytes(torrent))) : Optional.empty();
    }

    void keepMetainfo(Metainfo metainfo) throws IOException {
        Disk.replace(beside(metainfo.digest(), ".torrent"), metainfo.encode());
    }

    /** Reads the whole file. Whether it has this size and digest. */
    boolean verify(Digest digest, long size) throws IOException {
        Path file = file(digest);
        if (Files.size(file) != size || !sha256(file).equals(digest.value())) {
            return false;
        }
        Disk.replace(beside(digest, ".verified"), new byte[0]);
        return true;
    }

    void delete(Digest digest) throws IOException {
        for (String suffix : List.of(".verified", ".resume", ".torrent", "")) {
            Files.deleteIfExists(beside(digest, suffix));
        }
    }

    /** The artifacts of which there is any file. */
    List<Digest> present() throws IOException {
        List<Digest> digests = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.map(f -> f.getFileName().toString().split("\\.", 2)[0])
                    .filter(name -> DIGEST.matcher(name).matches())
                    .distinct()
                    .forEach(name -> digests.add(new Digest(name)));
        }
        return digests;
    }

    /** The artifacts whose whole file was found right in this boot. */
    List<PieceReuse.Source> whole() throws IOException {
        List<PieceReuse.Source> whole = new ArrayList<>();
        for (Digest digest : present()) {
            if (isVerified(digest)) {
                metainfo(digest).ifPresent(m -> whole.add(new PieceReuse.Source(m, file(digest))));
            }
        }
        return whole;
    }

    /** What may go: all that is present and not in {@code needed}. */
    List<Digest> superfluous(Set<Digest> needed) throws IOException {
        return present().stream().filter(d -> !needed.contains(d)).toList();
    }

    private Path beside(Digest digest, String suffix) {
        return directory.resolve(digest + suffix);
    }

    private static String sha256(Path file) throws IOException {
        MessageDigest sha256;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
            byte[] buffer = new byte[BUFFER];
            while (in.read(buffer) >= 0) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new java.io.InterruptedIOException("stopped while reading " + file);
                }
            }
        }
        return HexFormat.of().formatHex(sha256.digest());
    }
}
