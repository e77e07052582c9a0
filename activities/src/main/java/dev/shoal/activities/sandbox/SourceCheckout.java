package dev.shoal.activities.sandbox;

import dev.shoal.activities.blobs.BlobStoreException;
import dev.shoal.activities.blobs.SourceStore;
import dev.shoal.model.job.JobSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings a job's source into its workspace. Thread-safe. */
public final class SourceCheckout {
    private static final Logger LOG = LoggerFactory.getLogger(SourceCheckout.class);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final SourceStore sources;
    private final GitCheckout git;

    /** @param mirrors where git repositories are kept from build to build */
    public SourceCheckout(Sandbox sandbox, SourceStore sources, Path mirrors) {
        this(sandbox, sources, mirrors, Long.MAX_VALUE);
    }

    /** @param mirrorBytes above which those that were used least recently are deleted */
    public SourceCheckout(Sandbox sandbox, SourceStore sources, Path mirrors, long mirrorBytes) {
        this.sources = sources;
        this.git = new GitCheckout(sandbox, mirrors, mirrorBytes);
    }

    /** The disk is full: deletes what can be fetched again and is not in use. */
    public void freeSpace() throws IOException, InterruptedException {
        git.freeSpace();
    }

    /** Writes the source to {@code target}, which does not exist yet. @throws BuildFault if there is no such source, or it is hostile */
    public void checkOut(JobSource source, Path target, Sandbox.Watch watch)
            throws BuildFault, IOException, InterruptedException {
        switch (source) {
            case JobSource.Git repository -> git.checkOut(repository, target, watch);
            case JobSource.Directory directory -> DirectoryCopy.copy(Path.of(directory.path()), target, watch);
            case JobSource.Tarball tarball -> {
                Path packed = target.resolveSibling("source.tar.gz");
                if (!Watched.call("fetch", () -> fetch(tarball, packed), watch)) {
                    throw new BuildFault("there is no uploaded source " + tarball.sha256());
                }
                TarUnpacker.unpack(packed, target, watch);
                Files.delete(packed);
            }
        }
    }

    /** S3 being away for a while is nothing that the build is to blame for. */
    private boolean fetch(JobSource.Tarball tarball, Path target) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                return sources.fetchSource(tarball.sha256(), target);
            } catch (BlobStoreException e) {
                if (System.nanoTime() - deadline > 0) {
                    throw new IOException("cannot fetch the source " + tarball.sha256() + ": " + e.getMessage(), e);
                }
                LOG.warn("fetching the source {} again: {}", tarball.sha256(), e.getMessage());
                Thread.sleep(PAUSE);
            }
        }
    }
}
