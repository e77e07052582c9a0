package dev.shoal.simulation.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.shoal.model.job.Artifact;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What lies in each region's S3, read as a stranger would: with a plain S3 client and nothing of Shoal's. Thread-safe. */
public final class RegionObjects implements AutoCloseable {
    private record Bucket(S3Client client, String name) {}

    private final Map<String, Bucket> buckets = new TreeMap<>();

    /** Credentials are those of a release host's configuration in {@code dir}. */
    public static RegionObjects of(Path dir) {
        RegionObjects objects = new RegionObjects();
        try {
            JsonNode config = new ObjectMapper(new YAMLFactory())
                    .readTree(Files.readAllBytes(dir.resolve("conf").resolve("release-1.yaml")));
            for (JsonNode region : config.required("regions")) {
                JsonNode s3 = region.required("s3");
                String secret = Files.readString(
                                Path.of(s3.required("secret_key_file").asText()))
                        .strip();
                S3Client client = S3Client.builder()
                        .endpointOverride(URI.create(s3.required("endpoint").asText()))
                        .forcePathStyle(true)
                        .region(Region.US_EAST_1)
                        .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(
                                s3.required("access_key").asText(), secret)))
                        .build();
                objects.buckets.put(
                        region.required("name").asText(),
                        new Bucket(client, s3.required("bucket").asText()));
            }
            return objects;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the regions of the stack in " + dir, e);
        }
    }

    /** Downloads it; what is wrong with it in that region, if anything. */
    public Optional<String> problem(Artifact artifact, String region) {
        Bucket bucket = buckets.get(region);
        if (bucket == null) {
            return Optional.of("there is no region " + region);
        }
        try (InputStream in =
                bucket.client().getObject(r -> r.bucket(bucket.name()).key(artifact.key()))) {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 16];
            long size = 0;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
                size += n;
            }
            String digest = HexFormat.of().formatHex(sha256.digest());
            return size == artifact.size() && digest.equals(artifact.digest().value())
                    ? Optional.empty()
                    : Optional.of(size + " bytes with SHA-256 " + digest + " instead of " + artifact);
        } catch (SdkException | IOException e) {
            return Optional.of(e.toString());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** The keys of that region's objects that begin so, the first thousand. @throws SdkException if S3 is at fault */
    public List<String> keys(String region, String prefix) {
        Bucket bucket = buckets.get(region);
        if (bucket == null) {
            throw new IllegalArgumentException("there is no region " + region);
        }
        return bucket.client().listObjectsV2(r -> r.bucket(bucket.name()).prefix(prefix)).contents().stream()
                .map(S3Object::key)
                .toList();
    }

    @Override
    public void close() {
        buckets.values().forEach(bucket -> bucket.client().close());
    }
}
