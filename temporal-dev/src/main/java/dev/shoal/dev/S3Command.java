package dev.shoal.dev;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
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

    @Option(names = "--bucket", required = true)
    private String bucket = "";

    @Override
    public Integer call() throws Exception {
        // Absolute: with a relative directory every multipart call answers NoSuchUpload.
        Path root = data.toAbsolutePath();
        // A bucket is a directory of this backend.
        Files.createDirectories(root.resolve(bucket));
        S3Proxy s3 = S3Proxy.builder()
                .blobStore(new FilesystemNio2BlobStore(root.toString()))
                .endpoint(URI.create("http://127.0.0.1:" + port))
                .awsAuthentication(
                        AuthenticationType.AWS_V4,
                        accessKey,
                        Files.readString(secretKeyFile).strip())
                // The SDK's multipart client sends x-amz-mp-object-size.
                .ignoreUnknownHeaders(true)
                .jettyMaxThreads(64)
                .build();
        s3.start();
        HealthServer.start(adminPort, () -> s3.getState().equals("STARTED") && Files.isWritable(root));
        LOG.info("S3 serves {} on port {}", root, port);
        new CountDownLatch(1).await();
        return 0;
    }
}
