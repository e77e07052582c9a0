package dev.shoal.activities.testkit;

import dev.shoal.activities.blobs.ArtifactStore;
import dev.shoal.activities.blobs.BlobOutage;
import dev.shoal.activities.blobs.CopyResult;
import dev.shoal.activities.blobs.GateCheck;
import dev.shoal.activities.blobs.UploadProgress;
import dev.shoal.model.Digest;
import dev.shoal.model.InfoHash;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.Artifact;
import dev.shoal.workflows.Lease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Uploaded artifacts in memory, with outages and slow uploads on demand. Thread-safe. */
public final class MemoryArtifactStore implements ArtifactStore {
    private final Map<Digest, byte[]> artifacts = new ConcurrentHashMap<>();
    private final Set<Lease> discarded = ConcurrentHashMap.newKeySet();
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile boolean away;
    private volatile boolean slow;

    /** From now on every upload fails, or works again. */
    public void away(boolean now) {
        away = now;
    }

    /** From now on uploads only report progress and never end by themselves. */
    public void slow() {
        slow = true;
    }

    /** The bytes of an artifact. */
    public byte[] bytes(Digest digest) {
        return Optional.ofNullable(artifacts.get(digest)).orElseThrow();
    }

    /** How many there are. */
    public int size() {
        return artifacts.size();
    }

    /** Whether an attempt's unfinished upload was dropped. */
    public boolean discarded(Lease lease) {
        return discarded.contains(lease);
    }

    @Override
    public Artifact upload(Path file, Lease lease, UploadProgress progress) {
        if (away) {
            throw BlobOutage.of("uploads/" + lease);
        }
        try {
            byte[] bytes = Files.readAllBytes(file);
            crawl(bytes.length, progress);
            progress.moved(bytes.length, bytes.length);
            Digest digest = Tarballs.digest(bytes);
            artifacts.put(digest, bytes);
            return new Artifact(digest, bytes.length, new InfoHash("0".repeat(40)), 1 << 18);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void discard(Lease lease) {
        discarded.add(lease);
    }

    @Override
    public CopyResult replicate(Artifact artifact, RegionName from, RegionName to, UploadProgress progress) {
        throw new UnsupportedOperationException("a build host does not replicate");
    }

    @Override
    public void condemn(Artifact artifact, RegionName region, String reason) {
        throw new UnsupportedOperationException("a build host does not condemn");
    }

    @Override
    public GateCheck check(Artifact artifact, RegionName region) {
        throw new UnsupportedOperationException("a build host does not check");
    }

    @Override
    public Optional<String> providerStatus(Artifact artifact, RegionName region) {
        throw new UnsupportedOperationException("a build host does not ask providers");
    }

    private void crawl(long total, UploadProgress progress) {
        while (slow) {
            progress.moved(0, total);
            try {
                if (never.await(100, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw BlobOutage.of("interrupted upload");
            }
        }
    }
}
