package dev.shoal.agent.machine;

import dev.shoal.model.AppName;
import dev.shoal.model.json.Json;
import dev.shoal.model.json.MalformedJsonException;
import dev.shoal.model.pointer.Pointer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code apps/<app>/}: {@code versions/<seq>-<build>/} with the pointer of each beside it, {@code current} → one of them,
 * {@code data/} which the app's hooks own, {@code staging/} and {@code hooks.log}. Used by one thread at a time for writing;
 * a version appears complete or not at all.
 */
final class AppDirectory {
    private static final Pattern VERSION = Pattern.compile("(\\d+)-[a-z0-9-]+");
    private static final String POINTER_SUFFIX = ".pointer.json";

    private final Path directory;

    AppDirectory(Path dataDir, AppName app) {
        this.directory = dataDir.resolve("apps").resolve(app.value());
    }

    static String versionName(Pointer pointer) {
        return pointer.seq() + "-" + pointer.build();
    }

    Path version(Pointer pointer) {
        return versions().resolve(versionName(pointer));
    }

    Path current() {
        return directory.resolve("current");
    }

    Path hooksLog() {
        return directory.resolve("hooks.log");
    }

    /** Where the app keeps what outlives its versions; exists when it returns. */
    Path data() throws IOException {
        return Files.createDirectories(directory.resolve("data"));
    }

    boolean isStaged(Pointer pointer) {
        return Files.isDirectory(version(pointer), LinkOption.NOFOLLOW_LINKS);
    }

    /** Builds a version from the verified file: complete and on disk when it returns, or not there. */
    void stage(Pointer pointer, Path verified) throws IOException, UnsafeArchiveException {
        if (isStaged(pointer)) {
            return;
        }
        Path staging = directory.resolve("staging").resolve(versionName(pointer));
        Disk.deleteTree(staging);
        Files.createDirectories(staging);
        Files.createDirectories(versions());
        Disk.requireSpace(staging, pointer.artifact().size());
        switch (pointer.activation().unpack()) {
            case NONE -> place(verified, staging.resolve(pointer.activation().fileName()));
            case TAR -> TarUnpacker.unpack(verified, false, staging);
            case TAR_GZ -> TarUnpacker.unpack(verified, true, staging);
            case ZIP -> ZipUnpacker.unpack(verified, staging);
        }
        Disk.syncTree(staging);
        Disk.replace(pointerFile(versionName(pointer)), Json.bytes(pointer));
        Files.move(staging, version(pointer), StandardCopyOption.ATOMIC_MOVE);
        Disk.sync(versions());
    }

    private static void place(Path verified, Path target) throws IOException {
        // A copy, not a link: what runs may change its file, and the swarm serves the other one.
        Files.copy(verified, target);
        target.toFile().setExecutable(true, false);
    }

    /** What {@code current} names, if it names a version that is there. */
    Optional<Pointer> running() throws IOException {
        if (!Files.isSymbolicLink(current()) || !Files.isDirectory(current())) {
            return Optional.empty();
        }
        Path pointer =
                pointerFile(Files.readSymbolicLink(current()).getFileName().toString());
        try {
            return Files.exists(pointer)
                    ? Optional.of(Json.read(Files.readAllBytes(pointer), Pointer.class))
                    : Optional.empty();
        } catch (MalformedJsonException e) {
            throw new IOException(pointer + " cannot be read", e);
        }
    }

    /** Makes {@code current} name this version, in one step. */
    void switchTo(Pointer pointer) throws IOException {
        Path next = directory.resolve("current.next");
        Files.deleteIfExists(next);
        Files.createSymbolicLink(next, directory.relativize(version(pointer)));
        Files.move(next, current(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Disk.sync(directory);
    }

    /** Nothing runs any more. */
    void removeCurrent() throws IOException {
        Files.deleteIfExists(current());
        Disk.sync(directory);
    }

    /**
     * Deletes all versions but the needed and the pinned ones, the running one and the {@code newest} newest.
     *
     * @param upTo the highest seq known when {@code needed} was made; higher ones came later and are not looked at
     */
    void clean(Set<String> needed, Set<Long> pinned, long upTo, int newest) throws IOException {
        if (!Files.isDirectory(versions())) {
            return;
        }
        Set<String> keep = Stream.concat(needed.stream(), running().map(AppDirectory::versionName).stream())
                .collect(Collectors.toSet());
        List<String> present = present();
        present.stream().limit(newest).forEach(keep::add);
        for (String version : present) {
            if (!keep.contains(version) && !pinned.contains(seq(version)) && seq(version) <= upTo) {
                Files.deleteIfExists(pointerFile(version));
                Disk.deleteTree(versions().resolve(version));
            }
        }
    }

    /** The versions on disk, the newest first. */
    List<String> present() throws IOException {
        try (Stream<Path> entries = Files.list(versions())) {
            return entries.filter(p -> Files.isDirectory(p, LinkOption.NOFOLLOW_LINKS))
                    .map(p -> p.getFileName().toString())
                    .filter(name -> VERSION.matcher(name).matches())
                    .sorted(Comparator.comparingLong(AppDirectory::seq).reversed())
                    .toList();
        }
    }

    private static long seq(String version) {
        return Long.parseLong(version.substring(0, version.indexOf('-')));
    }

    private Path versions() {
        return directory.resolve("versions");
    }

    private Path pointerFile(String version) {
        return versions().resolve(version + POINTER_SUFFIX);
    }
}
