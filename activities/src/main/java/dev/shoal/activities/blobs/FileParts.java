package dev.shoal.activities.blobs;

import dev.shoal.activities.blobs.PartLayout.Part;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;

/** A local file that is read part by part, by several threads. Thread-safe. */
final class FileParts implements AutoCloseable {
    /** The JDK reads into a heap buffer through a direct one of the same length, which each thread keeps. */
    private static final int SLICE = 1 << 20;

    private final Path file;
    private final FileChannel channel;
    private final long size;
    private final FileTime modified;

    private FileParts(Path file, FileChannel channel, long size, FileTime modified) {
        this.file = file;
        this.channel = channel;
        this.size = size;
        this.modified = modified;
    }

    /** @throws IllegalArgumentException if the file is empty */
    static FileParts open(Path file) throws IOException {
        long size = Files.size(file);
        if (size == 0) {
            throw new IllegalArgumentException("the artifact " + file.getFileName() + " is empty");
        }
        return new FileParts(
                file, FileChannel.open(file, StandardOpenOption.READ), size, Files.getLastModifiedTime(file));
    }

    long size() {
        return size;
    }

    void read(Part part, byte[] buffer) throws IOException {
        ByteBuffer into = ByteBuffer.wrap(buffer, 0, part.intLength());
        while (into.position() < part.intLength()) {
            into.limit(Math.min(into.position() + SLICE, part.intLength()));
            if (channel.read(into, part.offset() + into.position()) < 0) {
                throw changed();
            }
        }
    }

    /** @throws IOException if somebody wrote to the file since it was opened */
    void requireUnchanged() throws IOException {
        if (channel.size() != size || !Files.getLastModifiedTime(file).equals(modified)) {
            throw changed();
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    IOException changed() {
        return new IOException("the artifact " + file + " changed while it was uploaded");
    }
}
