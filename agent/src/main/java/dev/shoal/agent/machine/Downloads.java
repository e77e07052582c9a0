package dev.shoal.agent.machine;

import dev.shoal.model.Digest;
import dev.shoal.model.torrent.Metainfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code downloads/}: per artifact the file {@code <digest>}, its {@code .torrent}, {@code .resume} while it is partial, and
 * {@code .verified} once the whole file had its digest. Thread-safe, since a digest's files only ever say the same.
 *
 * <p>A download is never synced: what runs is a synced copy of it. So a power cut may leave marks whose bytes are lost, and the two
 * kinds of marks, {@code .verified} and {@code .resume}, are believed only in the boot that {@code boot} names, in which they were made.
 */
final class Downloads {
    private static final Logger LOG = LoggerFactory.getLogger(Downloads.class);
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final List<String> MARKS = List.of(".verified", ".resume");

    private final Path directory;
    private final Map<Digest, RunningDigest> growing = new ConcurrentHashMap<>();

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

    /** A download of it begins, or begins anew. */
    void begin(Digest digest) {
        growing.put(digest, new RunningDigest(file(digest)));
    }

    /** Its first {@code bytes} are there, and stay as they are: so much need not be read at the end. */
    void grown(Digest digest, long bytes) throws IOException {
        RunningDigest running = growing.get(digest);
        if (running != null) {
            running.reached(bytes);
        }
    }

    /** Reads what was not read while it grew. Whether the file has this size and digest. */
    boolean verify(Digest digest, long size) throws IOException {
        RunningDigest running = growing.remove(digest);
        if (Files.size(file(digest)) != size || !(isRight(running, digest, size) || isRight(digest, size))) {
            return false;
        }
        // Nobody believes it after a power cut; to sync it would sync the download with it, whose journal it shares.
        Disk.publish(beside(digest, ".verified"), new byte[0]);
        return true;
    }

    private static boolean isRight(@Nullable RunningDigest running, Digest digest, long size) throws IOException {
        if (running == null) {
            return false;
        }
        LOG.info("{}: {} of {} bytes were read while it grew", digest, running.taken(), size);
        boolean right = running.finish(size).equals(digest.value());
        if (!right) {
            LOG.info("{} had another digest while it grew; all of it is read again", digest);
        }
        return right;
    }

    private boolean isRight(Digest digest, long size) throws IOException {
        return new RunningDigest(file(digest)).finish(size).equals(digest.value());
    }

    void delete(Digest digest) throws IOException {
        growing.remove(digest);
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
}
