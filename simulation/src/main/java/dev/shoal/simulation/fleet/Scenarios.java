package dev.shoal.simulation.fleet;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.shoal.model.ByteSizes;
import dev.shoal.model.Durations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads scenarios: the shipped ones by name, others as YAML files; both over {@code defaults.yaml}. Unknown keys are errors. */
public final class Scenarios {
    /** The shipped ones. */
    public static final List<String> NAMES = List.of(
            "all-at-once",
            "canary",
            "partitioned-region",
            "dead-machines",
            "slow-nics",
            "oversubscribed-racks",
            "twenty-apps",
            "full-day",
            "origin-loss",
            "bad-build");

    private static final YAMLMapper YAML = YAMLMapper.builder().build();
    private static final ObjectMapper STRICT =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
    private static final Set<String> RATES = Set.of("nic", "origin_nic", "s3", "disk", "verify");
    private static final Set<String> SIZES = Set.of("size", "piece");

    private Scenarios() {}

    /** A shipped scenario or a file, with settings over it. Throws IllegalArgumentException saying what is wrong. */
    public static Scenario load(String nameOrFile, Map<String, String> settings) {
        ObjectNode merged = resource("defaults");
        merged.setAll(NAMES.contains(nameOrFile) ? resource(nameOrFile) : file(Path.of(nameOrFile)));
        settings.forEach((key, value) -> {
            requireKnown(key);
            merged.set(key, setting(key, value));
        });
        merged.fieldNames().forEachRemaining(Scenarios::requireKnown);
        ObjectNode plain = STRICT.createObjectNode();
        merged.properties().forEach(field -> plain.set(field.getKey(), number(field.getKey(), field.getValue())));
        try {
            return STRICT.treeToValue(plain, Scenario.class);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            Throwable cause = e.getCause() instanceof IllegalArgumentException refused ? refused : e;
            throw new IllegalArgumentException(
                    "scenario: "
                            + String.valueOf(cause.getMessage())
                                    .lines()
                                    .findFirst()
                                    .orElse(""),
                    e);
        }
    }

    private static void requireKnown(String key) {
        List<String> known = new ArrayList<>();
        resource("defaults").fieldNames().forEachRemaining(known::add);
        if (!known.contains(key)) {
            throw new IllegalArgumentException("unknown key '" + key + "'; known are " + String.join(", ", known));
        }
    }

    private static JsonNode setting(String key, String value) {
        try {
            return YAML.readTree(key.equals("waves") ? "[" + value + "]" : value);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + key + "=" + value, e);
        }
    }

    private static JsonNode number(String key, JsonNode value) {
        if (!value.isTextual() || key.equals("description")) {
            return value;
        }
        String text = value.asText();
        if (RATES.contains(key)) {
            return STRICT.getNodeFactory().numberNode(rate(text));
        }
        return SIZES.contains(key)
                ? STRICT.getNodeFactory().numberNode(ByteSizes.parse(text))
                : STRICT.getNodeFactory().numberNode(Durations.parse(text).toMillis() / 1000.0);
    }

    /** Bytes a second of {@code 1Gbit}, {@code 200Mbit} or {@code 500MiB}. */
    static double rate(String text) {
        return text.endsWith("bit")
                ? ByteSizes.parse(text.substring(0, text.length() - 3) + "B") / 8.0
                : ByteSizes.parse(text);
    }

    private static ObjectNode resource(String name) {
        try (InputStream in = Scenarios.class.getResourceAsStream("/scenarios/" + name + ".yaml")) {
            if (in == null) {
                throw new IllegalStateException("no resource for scenario " + name);
            }
            return (ObjectNode) YAML.readTree(in);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read scenario " + name, e);
        }
    }

    private static ObjectNode file(Path file) {
        try {
            if (YAML.readTree(Files.readString(file)) instanceof ObjectNode node) {
                return node;
            }
            throw new IllegalArgumentException(file + " is not a scenario: keys and values are expected");
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "no scenario " + file + ": neither a readable file nor one of " + String.join(", ", NAMES), e);
        }
    }
}
