package dev.shoal.activities.sandbox;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The git mirrors of a host, within a bound: those that were used least recently go first, and none that is in use. A lock file beside
 * each mirror keeps other processes away, and its time is that of the mirror's last use. Thread-safe.
 */
final class MirrorCache {
    private static final Logger LOG = LoggerFactory.getLogger(MirrorCache.class);
    private static final Duration TICK = Duration.ofMillis(100);

    private final Path directory;
    private final long maxBytes;
    /** Within this process, since a file lock is the whole process's. */
    private final ConcurrentHashMap<Path, ReentrantLock> locks = new ConcurrentHashMap<>();

    MirrorCache(Path directory, long maxBytes) {
        this.directory = directory;
        this.maxBytes = maxBytes;
    }

    /** A mirror that is this thread's alone, until it is closed. It may not exist yet. */
    static final class Held implements AutoCloseable {
        private final Path mirror;
        private final ReentrantLock lock;
        private final FileChannel channel;

        private Held(Path mirror, ReentrantLock lock, FileChannel channel) {
            this.mirror = mirror;
            this.lock = lock;
            this.channel = channel;
        }

        Path mirror() {
            return mirror;
        }

        /** It was of use just now. */
        void used() throws IOException {
            Files.setLastModifiedTime(lockFile(mirror), FileTime.from(Instant.now()));
        }

        /** It is broken, or in the way. */
        void discard() throws IOException {
            DeleteTree.delete(mirror);
        }

        @Override
        public void close() throws IOException {
            try {
                channel.close();
            } finally {
                lock.unlock();
            }
        }
    }

    /** Waits until nobody else uses the mirror. */
    Held hold(String name, Sandbox.Watch watch) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        Path mirror = directory.resolve(name);
        Optional<Held> held = tryHold(mirror, TICK);
        while (held.isEmpty()) {
            watch.tick();
            held = tryHold(mirror, TICK);
        }
        return held.get();
    }

    private Optional<Held> tryHold(Path mirror, Duration patience) throws IOException, InterruptedException {
        ReentrantLock lock = locks.computeIfAbsent(mirror, any -> new ReentrantLock());
        if (!lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            return Optional.empty();
        }
        boolean locked = false;
        FileChannel channel = FileChannel.open(lockFile(mirror), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock held = channel.tryLock();
            locked = held != null;
            return locked ? Optional.of(new Held(mirror, lock, channel)) : Optional.empty();
        } finally {
            if (!locked) {
                channel.close();
                lock.unlock();
            }
        }
    }

    private static Path lockFile(Path mirror) {
        return mirror.resolveSibling(mirror.getFileName() + ".lock");
    }

    /** Brings the mirrors back below their bound. */
    void evict() throws IOException, InterruptedException {
        evict(maxBytes);
    }

    /** Deletes the mirrors that nobody uses now. */
    void evictAll() throws IOException, InterruptedException {
        evict(0);
    }

    private record Mirror(Path path, long bytes, FileTime used) {}

    private void evict(long bound) throws IOException, InterruptedException {
        List<Mirror> mirrors = mirrors();
        long bytes = mirrors.stream().mapToLong(Mirror::bytes).sum();
        for (Mirror oldest : mirrors) {
            if (bytes <= bound) {
                return;
            }
            Optional<Held> held = tryHold(oldest.path(), Duration.ZERO);
            if (held.isPresent()) {
                try (Held mine = held.get()) {
                    LOG.info("evicting {} of {} bytes, used last at {}", oldest.path(), oldest.bytes(), oldest.used());
                    mine.discard();
                }
                bytes -= oldest.bytes();
            }
        }
    }

    /** Those that were used least recently first. */
    private List<Mirror> mirrors() throws IOException {
        List<Mirror> found = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return found;
        }
        try (DirectoryStream<Path> paths = Files.newDirectoryStream(directory, "*.git")) {
            for (Path path : paths) {
                Path lock = lockFile(path);
                FileTime used = Files.exists(lock) ? Files.getLastModifiedTime(lock) : FileTime.fromMillis(0);
                found.add(new Mirror(path, bytes(path), used));
            }
        }
        found.sort(Comparator.comparing(Mirror::used));
        return found;
    }

    private static long bytes(Path tree) throws IOException {
        long[] bytes = new long[1];
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            // Another build's fetch tidies up.
            @Override
            public FileVisitResult visitFileFailed(Path file, IOException error) throws IOException {
                if (error instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw error;
            }
        });
        return bytes[0];
    }
}
