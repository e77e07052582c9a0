package dev.shoal.activities.blobs;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a region's bucket is and who may use it.
 *
 * @param secretKeyFile holds the secret key and nothing else; white space around it is ignored
 * @param signingRegion the provider's name of the region, if it checks it; {@code us-east-1} if absent
 */
public record S3Config(
        URI endpoint,
        String bucket,
        @JsonProperty("access_key") String accessKey,
        @JsonProperty("secret_key_file") Path secretKeyFile,
        @JsonProperty("signing_region") Optional<String> signingRegion) {
    /** @throws IllegalArgumentException if the endpoint is no http or https address, or a name is empty */
    public S3Config {
        if (!"http".equals(endpoint.getScheme()) && !"https".equals(endpoint.getScheme())) {
            throw new IllegalArgumentException("S3 endpoint must be http:// or https://, got '" + endpoint + "'");
        }
        if (bucket.isBlank() || accessKey.isBlank()) {
            throw new IllegalArgumentException("S3 at " + endpoint + " needs a bucket and an access_key");
        }
    }
}
