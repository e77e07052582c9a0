package dev.shoal.activities.blobs;

import dev.shoal.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/** Uploaded source tarballs by digest, in the home region. Thread-safe. Methods throw {@link BlobStoreException} if S3 fails. */
public interface SourceStore {
    /**
     * Stores all bytes of the stream, which stays open; the same bytes again are the same source.
     *
     * @throws IOException if the stream or the temporary directory fails; nothing is stored
     */
    Digest putSource(InputStream bytes) throws IOException;

    /** Stores a file. @throws IOException if it cannot be read */
    Digest putSource(Path file) throws IOException;

    /**
     * Writes a source to {@code target}, verified, whole or not at all. Returns false if there is no such source.
     *
     * @throws IOException if the target cannot be written
     */
    boolean fetchSource(Digest source, Path target) throws IOException;
}
