package dev.shoal.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.activities.blobs.S3LogStore;
import dev.shoal.activities.blobs.S3Regions;
import dev.shoal.activities.blobs.S3SourceStore;
import dev.shoal.activities.jobs.Database;
import dev.shoal.activities.jobs.PostgresAuditLog;
import dev.shoal.activities.jobs.PostgresBuildStore;
import dev.shoal.activities.jobs.PostgresJobStore;
import dev.shoal.activities.jobs.PostgresMachineStore;
import dev.shoal.activities.jobs.PostgresObjectClaims;
import dev.shoal.activities.jobs.PostgresReleaseStore;
import dev.shoal.activities.jobs.PostgresRetentionStore;
import dev.shoal.activities.jobs.PostgresTokenStore;
import dev.shoal.api.auth.BearerAuthentication;
import dev.shoal.api.problem.BodyLimits;
import dev.shoal.api.problem.ProblemMapper;
import dev.shoal.api.resources.Ids;
import dev.shoal.api.temporal.TemporalStarts;
import dev.shoal.model.json.Json;
import dev.shoal.model.tls.TrustedCertificates;
import dev.shoal.workflows.client.Releases;
import dev.shoal.workflows.client.TemporalClients;
import dev.shoal.workflows.client.Tickets;
import io.dropwizard.core.Application;
import io.dropwizard.core.server.AbstractServerFactory;
import io.dropwizard.core.server.SimpleServerFactory;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.jackson.DiscoverableSubtypeResolver;
import io.dropwizard.lifecycle.AutoCloseableManager;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.glassfish.jersey.server.ServerProperties;

/** The REST API and the dashboard: {@code dev.shoal.api.ShoalApi server FILE}. */
public final class ShoalApi extends Application<ApiConfiguration> {
    private static final String API = "/api/v1/*";

    /** Starts the server, or says on standard error why it cannot. */
    public static void main(String[] args) throws Exception {
        new ShoalApi().run(args);
    }

    @Override
    public String getName() {
        return "shoal-api";
    }

    @Override
    public void initialize(Bootstrap<ApiConfiguration> bootstrap) {
        // The wire has one codec, which is also the base of the configuration file's.
        ObjectMapper mapper = Json.mapper();
        mapper.setSubtypeResolver(new DiscoverableSubtypeResolver());
        bootstrap.setObjectMapper(mapper);
        bootstrap.setConfigurationFactoryFactory(new ApiConfigurationFactory());
    }

    @Override
    public void run(ApiConfiguration configuration, Environment environment) throws IOException {
        serveAtTheRoot(configuration);
        if (configuration.caFile().isPresent()) {
            TrustedCertificates.install(Files.readString(configuration.caFile().get()));
        }
        Database database = new Database(configuration.database(), getName());
        S3Regions regions = S3Regions.open(configuration.regions());
        ApiConfiguration.TemporalConfig temporal = configuration.temporal();
        TemporalClients clients = TemporalClients.of(temporal.target(), temporal.namespace(), getName());
        TemporalStarts workflows =
                new TemporalStarts(new Tickets(clients.workflowClient()), new Releases(clients.workflowClient()));
        PostgresTokenStore tokens = new PostgresTokenStore(database);
        Readiness readiness = new Readiness(database, tokens, bootstrapTokens(configuration), regions);

        // Stopped in the reverse order.
        environment.lifecycle().manage(new AutoCloseableManager(database));
        environment.lifecycle().manage(new AutoCloseableManager(regions));
        environment.lifecycle().manage(new AutoCloseableManager(clients));
        environment.lifecycle().manage(workflows);
        environment.lifecycle().manage(readiness);

        ApiResources resources = new ApiResources(
                new PostgresJobStore(database),
                new PostgresBuildStore(database),
                new PostgresReleaseStore(database),
                new PostgresMachineStore(database, configuration.machineLiveness()),
                new PostgresAuditLog(database),
                new S3LogStore(regions, configuration.homeRegion()),
                new S3SourceStore(regions, configuration.homeRegion(), new PostgresObjectClaims(database)),
                new PostgresRetentionStore(database),
                workflows,
                Clock.systemUTC());
        environment.lifecycle().addServerLifecycleListener(server -> server.addEventListener(resources.logStreams()));
        resources.all(configuration).forEach(environment.jersey()::register);
        environment.jersey().register(new Ids());
        environment.jersey().register(new ProblemMapper());
        environment.jersey().register(new BodyLimits());
        environment.jersey().register(new BearerAuthentication(tokens));
        environment.jersey().property(ServerProperties.WADL_FEATURE_DISABLE, true);
        environment.jersey().setUrlPattern(API);
        environment
                .servlets()
                .addServlet("health", new HealthServlet(readiness))
                .addMapping("/health");
        environment
                .servlets()
                .addFilter("security-headers", new SecurityHeaders())
                .addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), true, "/*");
        environment.servlets().addServlet("dashboard", new DashboardServlet()).addMapping("/*");
    }

    private static void serveAtTheRoot(ApiConfiguration configuration) {
        if (configuration.getServerFactory() instanceof AbstractServerFactory factory) {
            factory.setRegisterDefaultExceptionMappers(false);
        }
        if (configuration.getServerFactory() instanceof SimpleServerFactory simple) {
            simple.setApplicationContextPath("/");
        }
    }

    private static List<Readiness.Token> bootstrapTokens(ApiConfiguration configuration) throws IOException {
        List<Readiness.Token> tokens = new ArrayList<>();
        for (ApiConfiguration.BootstrapToken token : configuration.bootstrapTokens()) {
            tokens.add(new Readiness.Token(token.name(), token.role(), TokenFile.readOrMake(token.file())));
        }
        return tokens;
    }
}
