package dev.shoal.api.testkit;

import dev.shoal.activities.blobs.LogStore;
import dev.shoal.activities.blobs.RegionConfig;
import dev.shoal.activities.blobs.S3Config;
import dev.shoal.activities.blobs.S3LogStore;
import dev.shoal.activities.blobs.S3Regions;
import dev.shoal.activities.blobs.S3SourceStore;
import dev.shoal.activities.blobs.SourceStore;
import dev.shoal.activities.jobs.Database;
import dev.shoal.activities.jobs.DatabaseConfig;
import dev.shoal.activities.jobs.PostgresTokenStore;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.ApiConfiguration;
import dev.shoal.api.ShoalApi;
import dev.shoal.model.RegionName;
import dev.shoal.workflows.SearchAttributes;
import io.dropwizard.testing.DropwizardTestSupport;
import io.temporal.api.operatorservice.v1.AddSearchAttributesRequest;
import io.temporal.serviceclient.OperatorServiceStubs;
import io.temporal.serviceclient.OperatorServiceStubsOptions;
import io.temporal.testserver.TestServer;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;

/** The API on a free port with everything it needs. */
public final class ApiStack implements AutoCloseable {
    public static final RegionName EU = new RegionName("eu");
    public static final RegionName US = new RegionName("us");
    private static final String SECRET = "test-secret-key";

    private final EmbeddedPostgres postgres;
    private final S3Proxy s3;
    private final TestServer.PortBoundTestServer temporal;
    private final String temporalTarget;
    private final Path directory;
    private final DropwizardTestSupport<ApiConfiguration> api;
    private final Database database;
    private final S3Regions regions;

    private ApiStack() throws Exception {
        directory = Files.createTempDirectory("shoal-api-test");
        postgres = EmbeddedPostgres.builder()
                .setServerConfig("timezone", "Asia/Kolkata")
                .start();
        s3 = S3Proxy.builder()
                .blobStore(new FilesystemNio2BlobStore(
                        Files.createDirectory(directory.resolve("s3")).toString()))
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V4, "shoal", SECRET)
                .ignoreUnknownHeaders(true)
                .build();
        s3.start();
        int temporalPort = freePort();
        temporal = TestServer.createPortBoundServer(temporalPort);
        temporalTarget = "127.0.0.1:" + temporalPort;
        registerSearchAttributes(temporalTarget);
        Path config = Files.writeString(directory.resolve("api.yaml"), config(temporalPort));
        api = new DropwizardTestSupport<>(ShoalApi.class, config.toString());
        api.before();
        database = new Database(databaseConfig(), "tests");
        regions = S3Regions.open(List.of(regionConfig(EU), regionConfig(US)));
        regions.ensureBuckets();
        Awaitility.await("the API is ready")
                .atMost(Duration.ofSeconds(30))
                .until(() -> client(Optional.empty()).get("/health").status() == 200);
    }

    static ApiStack start() {
        try {
            return new ApiStack();
        } catch (Exception e) {
            throw new IllegalStateException("the stack of the tests does not start", e);
        }
    }

    private String config(int temporalPort) throws IOException {
        Path secret = Files.writeString(directory.resolve("s3.key"), SECRET + "\n");
        return """
                server:
                  applicationConnectors: [{type: http, port: 0, bindHost: 127.0.0.1}]
                  adminConnectors: [{type: http, port: 0, bindHost: 127.0.0.1}]
                  requestLog: {appenders: []}
                logging: {level: WARN}
                database: {url: "%s", user: postgres, password: "", pool_size: 8}
                temporal: {target: "127.0.0.1:%d", namespace: default, web_ui: "http://127.0.0.1:8233"}
                home_region: eu
                regions:
                  - {name: eu, s3: {endpoint: "%s", bucket: shoal-eu, access_key: shoal, secret_key_file: %s}}
                  - {name: us, s3: {endpoint: "%s", bucket: shoal-us, access_key: shoal, secret_key_file: %s}}
                bootstrap_tokens:
                  - {name: admin, role: admin, file: %s}
                  - {name: region-agents, role: agent, file: %s}
                machine_liveness: 60s
                largest_source: 1MiB
                build_limits: {memory_limit: 4GiB, pids_limit: 4096, log_limit: 64MiB}
                """.formatted(
                        databaseConfig().url(),
                        temporalPort,
                        s3Url(),
                        secret,
                        s3Url(),
                        secret,
                        tokenFile(),
                        directory.resolve("secrets/agent.token"));
    }

    private DatabaseConfig databaseConfig() {
        return new DatabaseConfig(postgres.getJdbcUrl("postgres", "postgres"), "postgres", "", 4);
    }

    private String s3Url() {
        return "http://127.0.0.1:" + s3.getPort();
    }

    private RegionConfig regionConfig(RegionName name) {
        return new RegionConfig(
                name,
                new S3Config(
                        URI.create(s3Url()), "shoal-" + name, "shoal", directory.resolve("s3.key"), Optional.empty()));
    }

    private static void registerSearchAttributes(String target) {
        OperatorServiceStubs operator = OperatorServiceStubs.newServiceStubs(
                OperatorServiceStubsOptions.newBuilder().setTarget(target).validateAndBuildWithDefaults());

        AddSearchAttributesRequest.Builder request = AddSearchAttributesRequest.newBuilder();
        List.of(
                        SearchAttributes.JOB_ID,
                        SearchAttributes.APP,
                        SearchAttributes.HOST,
                        SearchAttributes.STAGE,
                        SearchAttributes.BUILD,
                        SearchAttributes.SEQ)
                .forEach(key -> request.putSearchAttributes(key.getName(), key.getValueType()));
        operator.blockingStub().addSearchAttributes(request.build());
        operator.shutdownNow();
    }

    /** Host and port of the Temporal server. */
    public String temporalTarget() {
        return temporalTarget;
    }

    /** Where the administrator's token was made. */
    public Path tokenFile() {
        return directory.resolve("secrets/admin.token");
    }

    /** Without {@code /api/v1}. */
    public URI url() {
        return URI.create("http://127.0.0.1:" + api.getLocalPort());
    }

    /** A caller with this role; its token is there until the next test. */
    public ApiClient as(Role role) {
        String token = "token-" + role;
        // The bootstrap file's token owns the name admin.
        String name = role == Role.ADMIN ? "operator" : role.name().toLowerCase(Locale.ROOT);
        new PostgresTokenStore(database).ensure(name, role, token);
        return client(Optional.of(token));
    }

    /** A caller with this token, or none. */
    public ApiClient client(Optional<String> token) {
        return new ApiClient(HttpClient.newHttpClient(), url(), token);
    }

    public Database database() {
        return database;
    }

    public LogStore logs() {
        return new S3LogStore(regions, EU);
    }

    public SourceStore sources() {
        return new S3SourceStore(regions, EU);
    }

    /** Runs SQL behind the API's back. */
    public void execute(String sql) throws SQLException {
        try (var connection = postgres.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Ids go on: S3 still holds the logs of jobs of other tests. */
    void clear() throws SQLException {
        execute("""
                TRUNCATE jobs, builds, build_replicas, apps, releases, machines, machine_apps, arrivals, audit_log, app_limits,
                         object_deletions, artifact_claims, sources, source_jobs;
                UPDATE retention SET policy = NULL, last_round = NULL, log_cursor = 0;
                UPDATE tokens SET revoked_at = NULL""");
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        api.after();
        database.close();
        regions.close();
        temporal.close();
        try {
            s3.stop();
        } catch (Exception e) {
            throw new IOException("S3Proxy does not stop", e);
        }
        postgres.close();
    }
}
