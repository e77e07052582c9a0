package dev.shoal.activities.blobs;

import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.Artifact;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** {@link ProvenanceStore} on S3: {@code artifacts/<sha256>.<build>.intoto.jsonl}. Thread-safe. */
public final class S3ProvenanceStore implements ProvenanceStore {
    private final S3Regions regions;

    /** @param regions stay the caller's */
    public S3ProvenanceStore(S3Regions regions) {
        this.regions = regions;
    }

    @Override
    public void put(Artifact artifact, BuildName build, RegionName region, String envelope) {
        regions.bucket(region)
                .put(
                        key(artifact, build),
                        (envelope + "\n").getBytes(StandardCharsets.UTF_8),
                        Map.of(ArtifactProbe.SHA256, artifact.digest().value()));
    }

    static String key(Artifact artifact, BuildName build) {
        return artifact.key() + "." + build + ".intoto.jsonl";
    }
}
