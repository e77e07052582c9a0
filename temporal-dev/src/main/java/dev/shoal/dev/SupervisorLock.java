package dev.shoal.dev;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Held by a stack's supervisor while it lives, however it dies; the file names the process. */
final class SupervisorLock implements AutoCloseable {
    /** A command that looks whether the lock is held takes it for a moment. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Duration PAUSE = Duration.ofMillis(20);

    private final FileChannel channel;

    private SupervisorLock(FileChannel channel) {
        this.channel = channel;
    }

    /** The lock, held until it is closed, or empty if another process holds it. */
    static Optional<SupervisorLock> acquire(Layout layout) throws IOException {
        FileChannel channel = FileChannel.open(layout.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        @Nullable FileLock lock = channel.tryLock();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (lock == null && System.nanoTime() < deadline) {
            LockSupport.parkNanos(PAUSE.toNanos());
            lock = channel.tryLock();
        }
        if (lock == null) {
            channel.close();
            return Optional.empty();
        }
        channel.truncate(0);
        channel.write(StandardCharsets.US_ASCII.encode(
                Long.toString(ProcessHandle.current().pid())));
        return Optional.of(new SupervisorLock(channel));
    }

    /** The supervisor that holds it now. */
    static Optional<ProcessHandle> holder(Layout layout) throws IOException {
        if (!Files.exists(layout.lock())) {
            return Optional.empty();
        }
        // Closing any channel of a file releases this process's locks on it, so the name is read through the same one.
        try (FileChannel channel = FileChannel.open(layout.lock(), StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock != null) {
                return Optional.empty();
            }
            ByteBuffer pid = ByteBuffer.allocate(32);
            channel.read(pid);
            String text = StandardCharsets.US_ASCII.decode(pid.flip()).toString();
            return text.isEmpty() ? Optional.empty() : ProcessHandle.of(Long.parseLong(text));
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
