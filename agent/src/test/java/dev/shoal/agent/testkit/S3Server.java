package dev.shoal.agent.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A real S3 endpoint (S3Proxy over a directory) with one bucket. Not thread-safe. */
public final class S3Server implements AutoCloseable {
    /** The one bucket. */
    public static final String BUCKET = "shoal";

    /** The access key that it accepts. */
    public static final String ACCESS_KEY = "shoal";

    /** The secret to it. */
    public static final String SECRET = "only-for-tests";

    private final Path directory;
    private final int port;
    private S3Proxy proxy;

    private S3Server(Path directory, int port, S3Proxy proxy) {
        this.directory = directory;
        this.port = port;
        this.proxy = proxy;
    }

    /** Starts one on a free port over {@code directory}, which must be absolute. */
    public static S3Server start(Path directory) {
        try {
            Files.createDirectories(directory.resolve(BUCKET));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        S3Proxy proxy = listen(directory, 0);
        return new S3Server(directory, proxy.getPort(), proxy);
    }

    /** Stops to answer; the objects stay. */
    public void stop() {
        try {
            proxy.stop();
        } catch (Exception e) {
            throw new IllegalStateException("S3Proxy did not stop", e);
        }
    }

    /** Answers again on the same port. */
    public void restart() {
        proxy = listen(directory, port);
    }

    /** Its address. */
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Stores an object. */
    public void put(String key, byte[] bytes) {
        try (S3Client client = client()) {
            client.putObject(request -> request.bucket(BUCKET).key(key), RequestBody.fromBytes(bytes));
        }
    }

    /** A client of it, path style. */
    public S3Client client() {
        return S3Client.builder()
                .endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .forcePathStyle(true)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET)))
                .build();
    }

    @Override
    public void close() {
        stop();
    }

    private static S3Proxy listen(Path directory, int port) {
        try {
            S3Proxy proxy = S3Proxy.builder()
                    .blobStore(new FilesystemNio2BlobStore(
                            directory.toAbsolutePath().toString()))
                    .endpoint(URI.create("http://127.0.0.1:" + port))
                    .awsAuthentication(AuthenticationType.AWS_V4, ACCESS_KEY, SECRET)
                    .ignoreUnknownHeaders(true)
                    .jettyMaxThreads(32)
                    .build();
            proxy.start();
            return proxy;
        } catch (Exception e) {
            throw new IllegalStateException("S3Proxy did not start on port " + port, e);
        }
    }
}
