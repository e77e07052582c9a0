package dev.shoal.activities.blobs;

import dev.shoal.activities.blobs.GateCheck.Verified;
import dev.shoal.activities.blobs.PartLayout.Part;
import dev.shoal.model.Digest;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.torrent.Metainfo;
import dev.shoal.model.torrent.PieceLength;
import dev.shoal.workflows.Lease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/** {@link ArtifactStore} on S3. Thread-safe. */
public final class S3ArtifactStore implements ArtifactStore {
    private final S3Regions regions;
    private final S3Bucket home;
    private final Staging staging;
    private final ArtifactProbe probe;
    private final ArtifactPublication publication;
    private final Executor pool;
    private final TransferSettings settings;
    private final BufferBudget budget = BufferBudget.ofHeap();

    /**
     * @param home the region that uploads go to
     * @param pool for blocking calls and hashing; a transfer uses up to six of its threads, so a fixed pool must have more
     */
    public S3ArtifactStore(S3Regions regions, RegionName home, Executor pool) {
        this(regions, home, pool, TransferSettings.DEFAULT, RandomGenerator.getDefault(), Clock.systemUTC());
    }

    S3ArtifactStore(
            S3Regions regions,
            RegionName home,
            Executor pool,
            TransferSettings settings,
            RandomGenerator random,
            Clock clock) {
        this.regions = regions;
        this.home = regions.bucket(home);
        this.staging = new Staging(this.home);
        this.probe = new ArtifactProbe(random, clock);
        this.publication = new ArtifactPublication(probe, clock);
        this.pool = pool;
        this.settings = settings;
    }

    @Override
    public Artifact upload(Path file, Lease lease, UploadProgress progress) {
        try (FileParts source = FileParts.open(file);
                Transfer transfer = new Transfer(pool, progress, source.size())) {
            transfer.perform(() -> staging.discardOlder(lease));
            BufferBudget.Room room = room(source.size(), transfer);
            try {
                return upload(source, lease, transfer);
            } finally {
                room.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Transfer.Stopped e) {
            staging.discard(lease);
            throw e.reason();
        }
    }

    private Artifact upload(FileParts source, Lease lease, Transfer transfer) throws IOException {
        int pieceLength = PieceLength.of(source.size());
        PieceHashes pieces = new PieceHashes(source.size(), pieceLength);
        MultipartWrite staged = transfer.run(() -> staging.open(lease));
        PartLayout layout = PartLayout.of(source.size(), settings.partLength(), pieceLength);
        Digest digest = new PartPipeline(layout, settings.parallel(), transfer)
                .run(
                        (part, buffer) -> {
                            source.read(part, buffer);
                            pieces.hash(part, buffer);
                        },
                        staged::put);
        source.requireUnchanged();
        Metainfo metainfo = pieces.metainfo(digest);
        Artifact artifact = new Artifact(digest, source.size(), metainfo.infoHash(), pieceLength);
        publication.publish(artifact, metainfo, home, transfer, write -> {
            transfer.perform(staged::complete);
            copyStaged(staging.key(lease), artifact, write, transfer);
        });
        transfer.perform(() -> staging.discard(lease));
        return artifact;
    }

    private void copyStaged(String staged, Artifact artifact, MultipartWrite write, Transfer transfer) {
        Deque<Transfer.Step<Part>> copying = new ArrayDeque<>();
        for (Part part :
                PartLayout.of(artifact.size(), settings.copyLength(), 1).parts()) {
            if (copying.size() == settings.parallel()) {
                transfer.await(copying.remove());
            }
            copying.add(transfer.start(() -> {
                write.copy(part, staged);
                return part;
            }));
        }
        copying.forEach(transfer::await);
    }

    @Override
    public void discard(Lease lease) {
        staging.discard(lease);
    }

    @Override
    public void replicate(Artifact artifact, RegionName from, RegionName to, UploadProgress progress) {
        S3Bucket source = regions.bucket(from);
        S3Bucket target = regions.bucket(to);
        try (Transfer transfer = new Transfer(pool, progress, artifact.size())) {
            if (transfer.run(() -> probe.check(artifact, target)) instanceof Verified) {
                transfer.moved(artifact.size());
                return;
            }
            Metainfo metainfo = transfer.run(() -> metainfoOf(artifact, source));
            BufferBudget.Room room = room(artifact.size(), transfer);
            try {
                publication.publish(
                        artifact,
                        metainfo,
                        target,
                        transfer,
                        write -> stream(artifact, metainfo, source, write, transfer));
            } finally {
                room.close();
            }
        } catch (Transfer.Stopped e) {
            throw e.reason();
        }
    }

    /** For the parts that a transfer of {@code size} bytes holds at once. */
    private BufferBudget.Room room(long size, Transfer transfer) {
        return budget.take(Math.min(size, (settings.parallel() + 2L) * settings.partLength()), transfer);
    }

    @Override
    public GateCheck check(Artifact artifact, RegionName region) {
        return probe.check(artifact, regions.bucket(region));
    }

    private static Metainfo metainfoOf(Artifact artifact, S3Bucket source) {
        byte[] torrent = source.get(artifact.metainfoKey())
                .orElseThrow(() -> source.failure(artifact.metainfoKey(), "there is no metainfo to copy"));
        return ArtifactProbe.parse(torrent, artifact)
                .orElseThrow(() -> source.failure(artifact.metainfoKey(), "the metainfo is another artifact's"));
    }

    private void stream(
            Artifact artifact, Metainfo metainfo, S3Bucket source, MultipartWrite write, Transfer transfer) {
        PartLayout layout = PartLayout.of(artifact.size(), settings.partLength(), metainfo.pieceLength());
        Digest digest = new PartPipeline(layout, settings.parallel(), transfer)
                .run((part, buffer) -> readVerified(artifact, metainfo, source, part, buffer), write::put);
        if (!digest.equals(artifact.digest())) {
            throw source.failure(artifact.key(), "its bytes have the digest " + digest);
        }
    }

    private static void readVerified(Artifact artifact, Metainfo metainfo, S3Bucket source, Part part, byte[] buffer) {
        int read = source.read(artifact.key(), part.offset(), part.intLength(), buffer)
                .orElseThrow(() -> source.failure(artifact.key(), "there is no artifact to copy"));
        if (read < part.length()) {
            throw source.failure(artifact.key(), "is truncated at byte " + (part.offset() + read));
        }
        OptionalInt wrong = PieceHashes.firstMismatch(metainfo, part, buffer);
        if (wrong.isPresent()) {
            throw source.failure(
                    artifact.key(), "piece " + wrong.getAsInt() + " has other bytes than its metainfo says");
        }
    }
}
