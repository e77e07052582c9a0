package dev.shoal.activities.blobs;

import dev.shoal.model.RegionName;
import dev.shoal.model.job.Artifact;
import dev.shoal.workflows.Lease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/** {@link ArtifactStore} on S3. Thread-safe. */
public final class S3ArtifactStore implements ArtifactStore {
    private final S3Regions regions;
    private final S3Bucket home;
    private final ArtifactProbe probe;
    private final Executor pool;
    private final TransferSettings settings;
    private final ArtifactClaims claims;
    private final BufferBudget budget = BufferBudget.ofHeap();
    private final Map<RegionName, RegionLane> lanes = new TreeMap<>();
    private final Map<Lease, MultipartWrite> unfinished = new ConcurrentHashMap<>();

    /**
     * @param home the region that uploads go to
     * @param pool for blocking calls and hashing; a transfer uses up to six of its threads, so a fixed pool must have more
     */
    public S3ArtifactStore(S3Regions regions, RegionName home, Executor pool) {
        this(regions, home, pool, ArtifactClaims.NONE);
    }

    /** With claims, which whoever uploads needs where retention deletes. */
    public S3ArtifactStore(S3Regions regions, RegionName home, Executor pool, ArtifactClaims claims) {
        this(regions, home, pool, claims, TransferSettings.DEFAULT, RandomGenerator.getDefault(), Clock.systemUTC());
    }

    S3ArtifactStore(
            S3Regions regions,
            RegionName home,
            Executor pool,
            TransferSettings settings,
            RandomGenerator random,
            Clock clock) {
        this(regions, home, pool, ArtifactClaims.NONE, settings, random, clock);
    }

    S3ArtifactStore(
            S3Regions regions,
            RegionName home,
            Executor pool,
            ArtifactClaims claims,
            TransferSettings settings,
            RandomGenerator random,
            Clock clock) {
        this.claims = claims;
        this.regions = regions;
        this.home = regions.bucket(home);
        this.probe = new ArtifactProbe(random, clock);
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
            BufferBudget.Room room = room(source.size(), transfer);
            try {
                Artifact artifact = new ArtifactUpload(
                                home, probe, settings, transfer, digest -> claims.claim(lease, digest))
                        .run(source, write -> unfinished.put(lease, write));
                unfinished.remove(lease);
                return artifact;
            } finally {
                room.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (Transfer.Stopped e) {
            discard(lease);
            throw e.reason();
        }
    }

    @Override
    public void discard(Lease lease) {
        Optional.ofNullable(unfinished.remove(lease)).ifPresent(MultipartWrite::abort);
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
            } catch (RegionCopy.RottenSource e) {
                return new CopyResult.SourceBad(e.reason());
            } catch (Transfer.Stopped e) {
                throw e.reason();
            }
        });
    }

    @Override
    public void condemn(Artifact artifact, RegionName region, String reason) {
        ArtifactObjects.condemn(artifact, regions.bucket(region), reason);
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
        return ArtifactProbe.impatient(regions.bucket(region))
                .head(artifact.key())
                .map(HeadObjectResponse::replicationStatusAsString);
    }
}
