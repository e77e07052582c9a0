package dev.shoal.activities.sandbox;

import dev.shoal.activities.blobs.SourceStore;
import dev.shoal.model.job.JobSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Brings a job's source into its workspace. Thread-safe. */
public final class SourceCheckout {
    private final SourceStore sources;
    private final GitCheckout git;

    /** @param mirrors where git repositories are kept from build to build */
    public SourceCheckout(Sandbox sandbox, SourceStore sources, Path mirrors) {
        this.sources = sources;
        this.git = new GitCheckout(sandbox, mirrors);
    }

    /** Writes the source to {@code target}, which does not exist yet. @throws BuildFault if there is no such source, or it is hostile */
    public void checkOut(JobSource source, Path target, Sandbox.Watch watch)
            throws BuildFault, IOException, InterruptedException {
        switch (source) {
            case JobSource.Git repository -> git.checkOut(repository, target, watch);
            case JobSource.Directory directory -> DirectoryCopy.copy(Path.of(directory.path()), target, watch);
            case JobSource.Tarball tarball -> {
                Path packed = target.resolveSibling("source.tar.gz");
                if (!sources.fetchSource(tarball.sha256(), packed)) {
                    throw new BuildFault("there is no uploaded source " + tarball.sha256());
                }
                TarUnpacker.unpack(packed, target);
                Files.delete(packed);
            }
        }
    }
}
