package dev.shoal.agent.region;

import dev.shoal.model.RegionName;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The configuration of a region agent; see docs/ARCHITECTURE.md. */
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
        Path dataDir) {

    record Listen(String host, int port) {}

    /** @param globalDatacenter where the release writer writes */
    record Consul(
            URI url,
            String datacenter,
            String globalDatacenter,
            @Nullable Path tokenFile) {}

    record S3(URI endpoint, String bucket, String accessKey, Path secretKeyFile) {}

    record Api(URI url, Path tokenFile) {}

    /** Its HTTP address. */
    URI url() {
        return URI.create("http://" + listen.host() + ":" + listen.port());
    }
}
