package dev.shoal.model.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The JSON form of Shoal's records: ISO-8601 instants, properties in alphabetical order (so that equal records are equal
 * bytes), absent values left out, unknown properties ignored (so that a newer writer does not break an older reader).
 * Thread-safe.
 */
public final class Json {
    private static final ObjectMapper MAPPER = mapper();

    private Json() {}

    /** A new mapper with these rules, for libraries that want to own and configure one. */
    public static ObjectMapper mapper() {
        return JsonMapper.builder()
                .addModule(new JavaTimeModule())
                .addModule(new Jdk8Module())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .defaultPropertyInclusion(
                        JsonInclude.Value.construct(JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
                .build();
    }

    /** The UTF-8 bytes of {@code value}. */
    public static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "cannot write as JSON: " + value.getClass().getName(), e);
        }
    }

    /** The text of {@code value}, in one line. */
    public static String text(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "cannot write as JSON: " + value.getClass().getName(), e);
        }
    }

    /** Reads a {@code type}. @throws MalformedJsonException if the bytes are not one */
    public static <T> T read(byte[] json, Class<T> type) {
        try {
            return notNull(MAPPER.readValue(json, type), type);
        } catch (IOException e) {
            throw new MalformedJsonException(type, e);
        }
    }

    /** Reads a {@code type}. @throws MalformedJsonException if the text is not one */
    public static <T> T read(String json, Class<T> type) {
        try {
            return notNull(MAPPER.readValue(json, type), type);
        } catch (JsonProcessingException e) {
            throw new MalformedJsonException(type, e);
        }
    }

    /** Reads an object whose values are strings or numbers, as strings. @throws MalformedJsonException if the text is not one */
    public static Map<String, String> readStrings(String json) {
        try {
            return notNull(MAPPER.readValue(json, new TypeReference<LinkedHashMap<String, String>>() {}), Map.class);
        } catch (JsonProcessingException e) {
            throw new MalformedJsonException(Map.class, e);
        }
    }

    private static <T> T notNull(T value, Class<? super T> type) {
        if (value == null) {
            throw new MalformedJsonException(type, new IOException("the document is 'null'"));
        }
        return value;
    }
}
