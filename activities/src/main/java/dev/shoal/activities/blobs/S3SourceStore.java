package dev.shoal.activities.blobs;

import dev.shoal.model.Digest;
import dev.shoal.model.RegionName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** {@link SourceStore} under {@code sources/<sha256>}. Thread-safe. */
public final class S3SourceStore implements SourceStore {
    private final S3Bucket home;
    private final SourceClaims claims;

    public S3SourceStore(S3Regions regions, RegionName home) {
        this(regions, home, SourceClaims.NONE);
    }

    /** With claims, which whoever uploads needs where retention deletes. */
    public S3SourceStore(S3Regions regions, RegionName home, SourceClaims claims) {
        this.home = regions.bucket(home);
        this.claims = claims;
    }

    @Override
    public Digest putSource(InputStream bytes) throws IOException {
        Path spool = Files.createTempFile("shoal-source-", ".tar.gz");
        try {
            MessageDigest sha256 = Hashes.sha256();
            try (OutputStream out = Files.newOutputStream(spool)) {
                new DigestInputStream(bytes, sha256).transferTo(out);
            }
            return store(spool, Hashes.digest(sha256));
        } finally {
            Files.deleteIfExists(spool);
        }
    }

    @Override
    public Digest putSource(Path file) throws IOException {
        return store(file, digestOf(file));
    }

    @Override
    public boolean fetchSource(Digest source, Path target) throws IOException {
        Path directory =
                Optional.ofNullable(target.toAbsolutePath().getParent()).orElse(target);
        Path part = Files.createTempFile(directory, ".source-", ".part");
        try {
            // The SDK wants to create the file itself.
            Files.delete(part);
            if (download(key(source), part).isEmpty()) {
                return false;
            }
            Digest found = digestOf(part);
            if (!found.equals(source)) {
                throw home.failure(key(source), "its bytes have the digest " + found);
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return true;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private Digest store(Path file, Digest digest) throws IOException {
        String key = key(digest);
        long size = Files.size(file);
        ClaimWait.until(() -> claims.claim(digest), home, key);
        boolean there = home.head(key)
                .map(HeadObjectResponse::contentLength)
                .filter(stored -> stored == size)
                .isPresent();
        if (!there) {
            var unused = home.call(
                    "writing",
                    key,
                    s3 -> s3.putObject(
                            b -> b.bucket(home.name())
                                    .key(key)
                                    .metadata(Map.of(ArtifactProbe.SHA256, digest.value()))
                                    .overrideConfiguration(o -> o.apiCallAttemptTimeout(S3Bucket.LONG_CALL)),
                            RequestBody.fromFile(file)));
        }
        return digest;
    }

    private Optional<GetObjectResponse> download(String key, Path file) {
        return home.call("reading", key, s3 -> {
            try {
                return Optional.of(s3.getObject(
                        b -> b.bucket(home.name())
                                .key(key)
                                .overrideConfiguration(o -> o.apiCallAttemptTimeout(S3Bucket.LONG_CALL)),
                        ResponseTransformer.toFile(file)));
            } catch (S3Exception e) {
                if (e.statusCode() == 404) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    private static Digest digestOf(Path file) throws IOException {
        MessageDigest sha256 = Hashes.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Hashes.digest(sha256);
    }

    private static String key(Digest source) {
        return "sources/" + source;
    }
}
