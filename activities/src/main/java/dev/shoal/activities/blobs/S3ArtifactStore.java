package dev.shoal.activities.blobs;

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
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

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
    private final Map<RegionName, RegionLane> lanes = new TreeMap<>();

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
        for (RegionName region : regions.names()) {
            BufferBudget share = BufferBudget.ofHeap(regions.names().size());
            lanes.put(region, new RegionLane(region, share, clock));
        }
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
    public CopyResult replicate(Artifact artifact, RegionName from, RegionName to, UploadProgress progress) {
        S3Bucket source = regions.bucket(from);
        S3Bucket target = regions.bucket(to);
        RegionLane lane = lane(to);
        return lane.copy(() -> {
            try (Transfer transfer = new Transfer(pool, progress, artifact.size())) {
                new RegionCopy(artifact, source, target, probe, transfer).run(settings, lane);
                return new CopyResult.Done();
            } catch (Transfer.Stopped e) {
                throw e.reason();
            }
        });
    }

    private RegionLane lane(RegionName region) {
        return Optional.ofNullable(lanes.get(region)).orElseThrow();
    }

    /** For the parts that a transfer of {@code size} bytes holds at once. */
    private BufferBudget.Room room(long size, Transfer transfer) {
        return budget.take(Math.min(size, (settings.parallel() + 2L) * settings.partLength()), transfer);
    }

    @Override
    public GateCheck check(Artifact artifact, RegionName region) {
        S3Bucket bucket = regions.bucket(region);
        return lane(region).check(() -> probe.check(artifact, bucket));
    }

    @Override
    public Optional<String> providerStatus(Artifact artifact, RegionName region) {
        return regions.bucket(region).head(artifact.key()).map(HeadObjectResponse::replicationStatusAsString);
    }
}
