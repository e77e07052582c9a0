package dev.shoal.activities.blobs;

import dev.shoal.model.job.Artifact;
import dev.shoal.model.torrent.Metainfo;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/** What every writer of an artifact puts beside and onto it. */
final class ArtifactObjects {
    private ArtifactObjects() {}

    static void putMetainfo(Artifact artifact, Metainfo metainfo, S3Bucket to) {
        byte[] torrent = metainfo.encode();
        Optional<byte[]> there = to.get(artifact.metainfoKey()).filter(found -> Arrays.equals(found, torrent));
        if (there.isEmpty()) {
            to.put(artifact.metainfoKey(), torrent, metadata(artifact));
        }
    }

    /** Beside the artifact, so that whatever deletes it deletes this, too. */
    private static String condemnedKey(Artifact artifact) {
        return artifact.key() + ".condemned";
    }

    static void condemn(Artifact artifact, S3Bucket in, String reason) {
        in.put(condemnedKey(artifact), reason.getBytes(StandardCharsets.UTF_8), metadata(artifact));
    }

    static boolean isCondemned(Artifact artifact, S3Bucket in) {
        return in.head(condemnedKey(artifact)).isPresent();
    }

    /** After the artifact was written anew. */
    static void acquit(Artifact artifact, S3Bucket in) {
        in.delete(condemnedKey(artifact));
    }

    static Map<String, String> metadata(Artifact artifact) {
        return Map.of(ArtifactProbe.SHA256, artifact.digest().value());
    }
}
