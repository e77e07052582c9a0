package dev.shoal.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.api.testkit.ApiClient;
import dev.shoal.api.testkit.ApiClient.Answer;
import dev.shoal.model.json.Json;
import io.dropwizard.configuration.ConfigurationParsingException;
import io.dropwizard.configuration.FileConfigurationSourceProvider;
import io.dropwizard.jackson.DiscoverableSubtypeResolver;
import io.dropwizard.testing.DropwizardTestSupport;
import jakarta.validation.Validation;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartTest {
    @TempDir
    private Path directory;

    private String config() throws IOException {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0)) {
            nobody = socket.getLocalPort();
        }
        Path secret = Files.writeString(directory.resolve("s3.key"), "secret");
        return """
                server: {type: simple, connector: {type: http, port: 0, bindHost: 127.0.0.1}, requestLog: {appenders: []}}
                logging: {level: "OFF"}
                database: {url: "jdbc:postgresql://127.0.0.1:%1$d/none", user: postgres, password: ""}
                temporal: {target: "127.0.0.1:%1$d", namespace: default, web_ui: "http://127.0.0.1:8233"}
                home_region: eu
                regions: [{name: eu, s3: {endpoint: "http://127.0.0.1:%1$d", bucket: shoal, access_key: shoal, secret_key_file: %2$s}}]
                bootstrap_tokens: [{name: admin, role: admin, file: %3$s}]
                """.formatted(nobody, secret, directory.resolve("admin.token"));
    }

    private ApiConfiguration parsed(String yaml) throws Exception {
        Path file = Files.writeString(directory.resolve("parsed.yaml"), yaml);
        ObjectMapper mapper = Json.mapper();
        mapper.setSubtypeResolver(new DiscoverableSubtypeResolver());
        return new ApiConfigurationFactory()
                .create(
                        ApiConfiguration.class,
                        Validation.buildDefaultValidatorFactory().getValidator(),
                        mapper,
                        "dw")
                .build(new FileConfigurationSourceProvider(), file.toString());
    }

    @Test
    void whileNothingElseIsThereTheApiAnswersThatItIsNotReady() throws Exception {
        Path file = Files.writeString(directory.resolve("api.yaml"), config());
        DropwizardTestSupport<ApiConfiguration> app = new DropwizardTestSupport<>(ShoalApi.class, file.toString());
        app.before();
        try {
            URI url = URI.create("http://127.0.0.1:" + app.getLocalPort());
            ApiClient client = new ApiClient(HttpClient.newHttpClient(), url, Optional.of("token"));

            Answer health = client.get("/health");
            assertThat(health.status()).isEqualTo(503);
            assertThat(health.json().get("reason").asText()).contains("Postgres");
            Answer jobs = client.get("/api/v1/jobs");
            assertThat(jobs.status()).isEqualTo(503);
            assertThat(jobs.contentType()).isEqualTo("application/problem+json");
            assertThat(jobs.header("Retry-After")).isPresent();
            assertThat(client.get("/").status()).isEqualTo(200);
            assertThat(Files.readString(directory.resolve("admin.token")).strip())
                    .hasSize(43);
        } finally {
            app.after();
        }
    }

    @Test
    void defaultsAreFilledIn() throws Exception {
        ApiConfiguration configuration = parsed(config());

        assertThat(configuration.machineLiveness()).hasSeconds(60);
        assertThat(configuration.largestSource()).isEqualTo(1L << 30);
        assertThat(configuration.bootstrapTokens())
                .singleElement()
                .satisfies(token -> assertThat(token.role()).isEqualTo(Role.ADMIN));
    }

    @Test
    void aKeyThatIsUnknownMissingOrImpossibleIsAnErrorThatNamesIt() throws Exception {
        String good = config();
        assertThatThrownBy(() -> parsed(good + "machine_livenes: 30s\n"))
                .isInstanceOf(ConfigurationParsingException.class)
                .hasMessageContaining("machine_livenes");
        assertThatThrownBy(() -> parsed(good.replace("home_region: eu", "home_region: us")))
                .hasMessageContaining("home_region us");
        assertThatThrownBy(() -> parsed(good.replaceAll("(?m)^temporal:.*$", "")))
                .hasMessageContaining("temporal is missing");
    }

    @Test
    void aTokenFileKeepsItsToken() throws IOException {
        Path file = directory.resolve("secrets/one.token");

        String made = TokenFile.readOrMake(file);

        assertThat(TokenFile.readOrMake(file)).isEqualTo(made);
        assertThat(Files.list(file.getParent())).containsExactly(file);
    }
}
