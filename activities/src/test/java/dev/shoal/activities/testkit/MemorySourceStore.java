package dev.shoal.activities.testkit;

import dev.shoal.activities.blobs.SourceStore;
import dev.shoal.model.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Uploaded sources in memory. Thread-safe. */
public final class MemorySourceStore implements SourceStore {
    private final Map<Digest, byte[]> sources = new ConcurrentHashMap<>();

    /** Stores a tarball. */
    public Digest put(byte[] tarball) {
        Digest digest = Tarballs.digest(tarball);
        sources.put(digest, tarball.clone());
        return digest;
    }

    @Override
    public Digest putSource(InputStream bytes) throws IOException {
        return put(bytes.readAllBytes());
    }

    @Override
    public Digest putSource(Path file) throws IOException {
        return put(Files.readAllBytes(file));
    }

    @Override
    public boolean fetchSource(Digest source, Path target) throws IOException {
        byte[] tarball = sources.get(source);
        if (tarball == null) {
            return false;
        }
        Files.write(target, tarball);
        return true;
    }
}
