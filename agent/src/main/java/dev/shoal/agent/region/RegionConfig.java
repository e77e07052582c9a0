package dev.shoal.agent.region;

import static java.util.Objects.requireNonNull;

import dev.shoal.agent.region.origin.Lane;
import dev.shoal.model.RegionName;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a region agent; see docs/ARCHITECTURE.md.
 *
 * @param caFile of the CA certificates, in PEM, that are trusted instead of the JDK's
 * @param originLane which part of an artifact its origin gives first; {@link Lane#ALONE} if absent
 * @param originMaxBytes how many bytes of artifacts the origin keeps; no bound if absent
 */
record RegionConfig(
        String agentId,
        RegionName region,
        Listen listen,
        int torrentPort,
        Consul consul,
        S3 s3,
        List<Path> trustedKeys,
        Api api,
        Path machineTokenFile,
        Path dataDir,
        OptionalLong originMaxBytes,
        Lane originLane,
        @Nullable Path caFile) {
    RegionConfig {
        requireNonNull(agentId, "agent_id is missing");
        requireNonNull(region, "region is missing");
        requireNonNull(listen, "listen is missing");
        requireNonNull(consul, "consul is missing");
        requireNonNull(s3, "s3 is missing");
        requireNonNull(trustedKeys, "trusted_keys is missing");
        requireNonNull(api, "api is missing");
        requireNonNull(machineTokenFile, "machine_token_file is missing");
        requireNonNull(dataDir, "data_dir is missing");
        originLane = originLane == null ? Lane.ALONE : originLane;
        originMaxBytes = Optional.ofNullable(originMaxBytes).orElse(OptionalLong.empty());
    }

    /**
     * @param host the address by which machines reach this agent: its tracker hands out the one its own seeder calls from
     * @param certFile what it shows, in PEM: then it speaks TLS only
     * @param keyFile of the certificate, in PEM, PKCS #8 without a password
     */
    record Listen(
            String host,
            int port,
            @Nullable Path certFile,
            @Nullable Path keyFile) {
        Listen {
            if ((certFile == null) != (keyFile == null)) {
                throw new IllegalArgumentException("listen.cert_file and listen.key_file belong together");
            }
            requireNonNull(host, "listen.host is missing");
            if (host.equals("0.0.0.0") || host.equals("::") || port < 1 || port > 65_535) {
                throw new IllegalArgumentException(
                        "listen must name an address of this host and a port, got " + host + ":" + port);
            }
        }
    }

    /** @param globalDatacenter where the release writer writes */
    record Consul(
            URI url,
            String datacenter,
            String globalDatacenter,
            @Nullable Path tokenFile) {
        Consul {
            requireNonNull(url, "consul.url is missing");
            requireNonNull(datacenter, "consul.datacenter is missing");
            requireNonNull(globalDatacenter, "consul.global_datacenter is missing");
        }
    }

    /** @param signingRegion the provider's name of the region, if it checks it; {@code us-east-1} if absent */
    record S3(
            URI endpoint,
            String bucket,
            String accessKey,
            Path secretKeyFile,
            @Nullable String signingRegion) {
        S3 {
            requireNonNull(endpoint, "s3.endpoint is missing");
            requireNonNull(bucket, "s3.bucket is missing");
            requireNonNull(accessKey, "s3.access_key is missing");
            requireNonNull(secretKeyFile, "s3.secret_key_file is missing");
        }
    }

    record Api(URI url, Path tokenFile) {
        Api {
            requireNonNull(url, "api.url is missing");
            requireNonNull(tokenFile, "api.token_file is missing");
        }
    }

    /** Its HTTP address. */
    URI url() {
        return URI.create("http://" + listen.host() + ":" + listen.port());
    }
}
