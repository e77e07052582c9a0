package dev.shoal.activities.sandbox;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.shoal.model.AppName;
import dev.shoal.model.Durations;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Activation.Unpack;
import dev.shoal.model.job.BuildSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads {@code shoal.yaml}. A key that is not known is an error, since it is a misspelt one. Thread-safe. */
public final class SpecReader {
    /** The file's name, at the top of a source. */
    public static final String FILE = "shoal.yaml";

    private static final long LARGEST = 64 << 10;
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final String DEFAULT_TIME_LIMIT = "30m";
    private static final String DEFAULT_HEALTH_TIME_OUT = "30s";
    private static final ObjectMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private record File(
            @Nullable AppName app,
            @Nullable Build build,
            @Nullable Activate activate) {}

    private record Build(
            @Nullable String command,
            @Nullable String artifact,
            @Nullable Map<String, String> env,
            @Nullable String timeLimit) {}

    private record Activate(
            @Nullable String fileName,
            @Nullable Unpack unpack,
            @Nullable String pre,
            @Nullable String start,
            @Nullable String health,
            @Nullable String stop,
            @Nullable String healthTimeout) {}

    private SpecReader() {}

    /** The specification at the top of {@code source}. @throws BuildFault saying which key or value is wrong */
    public static BuildSpec read(Path source) throws BuildFault {
        Path file = source.resolve(FILE);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new BuildFault("the source has no " + FILE + " (a regular file at its top)");
        }
        try {
            if (Files.size(file) > LARGEST) {
                throw new BuildFault(FILE + " is larger than " + LARGEST + " bytes");
            }
            return spec(YAML.readValue(file.toFile(), File.class));
        } catch (JsonProcessingException e) {
            throw new BuildFault(FILE + ": " + describe(e), e);
        } catch (IOException | IllegalArgumentException e) {
            throw new BuildFault(FILE + ": " + e.getMessage(), e);
        }
    }

    /** In the words of the file, without those of the library. */
    private static String describe(JsonProcessingException e) {
        if (e instanceof UnrecognizedPropertyException unknown) {
            return "unknown key " + key(unknown) + ", known are " + unknown.getKnownPropertyIds();
        }
        if (e instanceof JsonMappingException mapping) {
            Throwable cause = mapping.getCause();
            String problem = cause instanceof IllegalArgumentException
                    ? String.valueOf(cause.getMessage())
                    : mapping.getOriginalMessage().replaceAll("`?dev\\.shoal\\.[\\w.$]*`?", "this key");
            return mapping.getPath().isEmpty()
                    ? "must be a map with the keys app and build"
                    : key(mapping) + ": " + problem;
        }
        String where = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
        return where + e.getOriginalMessage();
    }

    private static String key(JsonMappingException e) {
        return e.getPath().stream()
                .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                .collect(Collectors.joining("."));
    }

    private static void requireEnv(Map<String, String> env) throws BuildFault {
        for (Map.Entry<String, String> variable : env.entrySet()) {
            if (!VARIABLE.matcher(variable.getKey()).matches()) {
                throw new BuildFault(
                        FILE + ": build.env has no proper name for a variable: '" + variable.getKey() + "'");
            }
            String value = variable.getValue();
            if (value == null || value.indexOf('\0') >= 0) {
                throw new BuildFault(FILE + ": build.env." + variable.getKey() + " has no proper value");
            }
        }
    }

    private static BuildSpec spec(@Nullable File file) throws BuildFault {
        if (file == null || file.app() == null || file.build() == null) {
            throw new BuildFault(FILE + " must have the keys app and build");
        }
        Build build = file.build();
        if (build.command() == null || build.artifact() == null) {
            throw new BuildFault(FILE + ": build must have the keys command and artifact");
        }
        Duration limit = Durations.parse(Optional.ofNullable(build.timeLimit()).orElse(DEFAULT_TIME_LIMIT));
        Map<String, String> env = Optional.ofNullable(build.env()).orElse(Map.of());
        requireEnv(env);
        Activation activation = activation(build.artifact(), file.activate());
        return new BuildSpec(file.app(), build.command(), build.artifact(), env, limit, activation);
    }

    private static Activation activation(String artifact, @Nullable Activate activate) {
        String name = Optional.ofNullable(Path.of(artifact).getFileName())
                .map(Path::toString)
                .orElse("");
        if (activate == null) {
            return Activation.ofFile(name);
        }
        return new Activation(
                Optional.ofNullable(activate.fileName()).orElse(name),
                Optional.ofNullable(activate.unpack()).orElse(Unpack.NONE),
                Optional.ofNullable(activate.pre()),
                Optional.ofNullable(activate.start()),
                Optional.ofNullable(activate.health()),
                Optional.ofNullable(activate.stop()),
                Durations.parse(Optional.ofNullable(activate.healthTimeout()).orElse(DEFAULT_HEALTH_TIME_OUT)));
    }
}
