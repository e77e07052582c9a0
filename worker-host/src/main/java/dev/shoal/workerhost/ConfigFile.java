package dev.shoal.workerhost;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a configuration file: YAML in snake_case, unknown keys are an error, durations are {@code 15s}, {@code 10m}, {@code 7d}. */
final class ConfigFile {
    private static final Pattern DURATION = Pattern.compile("(\\d+)\\s*(ms|s|m|h|d)");

    private ConfigFile() {}

    /** What is wrong with a file, in one line that names it. */
    static final class ConfigException extends RuntimeException {
        ConfigException(Path file, String problem, Throwable cause) {
            super(file + ": " + problem, cause);
        }
    }

    /**
     * Reads.
     *
     * @throws ConfigException if the file is not there, or not what it should be
     */
    static WorkerHostConfig read(Path file) {
        try {
            return parse(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new ConfigException(file, firstLine(e), e);
        } catch (IOException e) {
            throw new ConfigException(file, "cannot be read: " + e, e);
        }
    }

    static WorkerHostConfig parse(String yaml) throws JsonProcessingException {
        YAMLMapper mapper = YAMLMapper.builder()
                .addModule(new Jdk8Module())
                .addModule(new SimpleModule().addDeserializer(Duration.class, new DurationDeserializer()))
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
                .build();
        return mapper.readValue(yaml, WorkerHostConfig.class);
    }

    private static String firstLine(JsonProcessingException e) {
        String where = e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
        return where + e.getOriginalMessage().lines().findFirst().orElse("malformed");
    }

    private static final class DurationDeserializer extends StdScalarDeserializer<Duration> {
        DurationDeserializer() {
            super(Duration.class);
        }

        @Override
        public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            String text = parser.getText();
            Matcher matcher = DURATION.matcher(text.trim().toLowerCase(Locale.ROOT));
            if (!matcher.matches()) {
                throw context.weirdStringException(text, Duration.class, "durations are like 15s, 10m or 7d");
            }
            long amount = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                case "m" -> Duration.ofMinutes(amount);
                case "h" -> Duration.ofHours(amount);
                default -> Duration.ofDays(amount);
            };
        }
    }
}
