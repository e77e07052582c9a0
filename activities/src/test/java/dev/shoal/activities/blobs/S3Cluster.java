package dev.shoal.activities.blobs;

import dev.shoal.dev.chaos.ChaosProxy;
import dev.shoal.dev.chaos.Faults;
import dev.shoal.model.RegionName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real S3 server per region in this JVM, each behind a fault proxy, on free ports and a temporary directory; every test gets buckets of its own. */
final class S3Cluster implements BeforeAllCallback, BeforeEachCallback, AfterEachCallback, AfterAllCallback {
    static final RegionName EU = new RegionName("eu");
    static final RegionName US = new RegionName("us");

    private final Map<RegionName, S3Proxy> servers = new TreeMap<>();
    private final Map<RegionName, ChaosProxy> proxies = new TreeMap<>();
    private final List<S3Regions> opened = new ArrayList<>();
    private Path root = Path.of("");
    private int tests;
    private S3Calls calls = new S3Calls();
    private Optional<S3Regions> regions = Optional.empty();

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        // S3Proxy answers NoSuchUpload to every multipart call if its directory is relative.
        root = Files.createTempDirectory("shoal-s3-").toAbsolutePath();
        Files.writeString(root.resolve("secret"), "secret\n");
        for (RegionName region : List.of(EU, US)) {
            Path directory = Files.createDirectory(root.resolve(region.value()));
            S3Proxy server = S3Proxy.builder()
                    .blobStore(new FilesystemNio2BlobStore(directory.toString()))
                    .endpoint(URI.create("http://127.0.0.1:0"))
                    .awsAuthentication(AuthenticationType.AWS_V4, "shoal", "secret")
                    .ignoreUnknownHeaders(true)
                    .build();
            server.start();
            servers.put(region, server);
            proxies.put(region, ChaosProxy.start(0, server.getPort()));
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        tests++;
        calls = new S3Calls();
        S3Regions fresh = open(calls);
        fresh.ensureBuckets();
        regions = Optional.of(fresh);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        opened.forEach(S3Regions::close);
        opened.clear();
        proxies.values().forEach(proxy -> proxy.play(Faults.NONE));
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        proxies.values().forEach(ChaosProxy::close);
        for (S3Proxy server : servers.values()) {
            server.stop();
        }
        try (Stream<Path> files = Files.walk(root)) {
            files.sorted(Comparator.reverseOrder()).forEach(S3Cluster::delete);
        }
    }

    S3Regions regions() {
        return regions.orElseThrow();
    }

    /** What stands between the clients and a region. */
    ChaosProxy chaos(RegionName region) {
        return Optional.ofNullable(proxies.get(region)).orElseThrow();
    }

    /** What the clients of {@link #regions} sent. */
    S3Calls calls() {
        return calls;
    }

    /** Clients of the same buckets whose calls {@code calls} sees. */
    S3Regions open(S3Calls calls) {
        List<RegionConfig> configs = proxies.entrySet().stream()
                .map(proxy ->
                        new RegionConfig(proxy.getKey(), config(proxy.getValue().port())))
                .toList();
        S3Regions made = S3Regions.open(
                configs,
                builder -> builder.overrideConfiguration(builder.overrideConfiguration().toBuilder()
                        .addExecutionInterceptor(calls)
                        .build()));
        opened.add(made);
        return made;
    }

    /** The file behind an object. */
    Path file(RegionName region, String key) {
        return root.resolve(region.value()).resolve(bucketName()).resolve(key);
    }

    /** The keys of a region, and of its unfinished uploads. */
    List<String> keys(RegionName region) {
        S3Bucket bucket = regions().bucket(region);
        return Stream.concat(
                        bucket.list("").stream().map(object -> object.key()),
                        MultipartWrite.unfinished(bucket, "").stream().map(upload -> "unfinished " + upload.key()))
                .toList();
    }

    private S3Config config(int port) {
        URI endpoint = URI.create("http://127.0.0.1:" + port);
        return new S3Config(endpoint, bucketName(), "shoal", root.resolve("secret"), Optional.empty());
    }

    private String bucketName() {
        return "test-" + tests;
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
