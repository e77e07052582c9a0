package dev.shoal.dev;

import com.sun.net.httpserver.HttpServer;
import dev.shoal.dev.chaos.ChaosEndpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The process that is one region's S3. */
@Command(name = "s3", hidden = true)
final class S3Command implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(S3Command.class);

    @Option(names = "--data", required = true)
    private Path data = Path.of("");

    @Option(names = "--port", required = true)
    private int port;

    @Option(names = "--admin-port", required = true)
    private int adminPort;

    @Option(names = "--access-key", required = true)
    private String accessKey = "";

    @Option(names = "--secret-key-file", required = true)
    private Path secretKeyFile = Path.of("");

    @Option(names = "--chaos-token-file", description = "who knows what is in it may inject faults")
    private @Nullable Path chaosTokenFile;

    @Option(names = "--bucket", required = true)
    private String bucket = "";

    @Override
    public Integer call() throws Exception {
        // Absolute: with a relative directory every multipart call answers NoSuchUpload.
        Path root = data.toAbsolutePath();
        // A bucket is a directory of this backend.
        Files.createDirectories(root.resolve(bucket));
        FilesystemNio2BlobStore store = new FilesystemNio2BlobStore(root.toString());
        String secret = Files.readString(secretKeyFile).strip();
        S3Listener s3 = S3Listener.start(
                port,
                address -> S3Proxy.builder()
                        .blobStore(store)
                        .endpoint(address)
                        .awsAuthentication(AuthenticationType.AWS_V4, accessKey, secret)
                        // The SDK's multipart client sends x-amz-mp-object-size.
                        .ignoreUnknownHeaders(true)
                        .jettyMaxThreads(64)
                        .build());
        HttpServer admin = HealthServer.start(adminPort, () -> s3.isRunning() && Files.isWritable(root));
        if (chaosTokenFile != null) {
            admin.createContext(
                    "/chaos",
                    new ChaosEndpoint(s3, Files.readString(chaosTokenFile).strip()));
        }
        LOG.info("S3 serves {} on port {}", root, port);
        new CountDownLatch(1).await();
        return 0;
    }
}
