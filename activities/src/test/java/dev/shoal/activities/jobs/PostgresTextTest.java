package dev.shoal.activities.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.model.json.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PostgresTextTest {
    @Test
    void everyNulIsReplacedAndNothingElse() {
        assertThat(PostgresText.of("a\0b\u0001\\u0000")).isEqualTo("a\uFFFDb\u0001\\u0000");
    }

    @Test
    void inJsonAnEscapedBackslashBeforeU0000IsNoNul() {
        Map<String, String> value = Map.of("k", "\0 \\u0000 \\\0 \\\\u0000\0");

        String json = PostgresText.json(value);

        assertThat(Json.readStrings(json)).isEqualTo(Map.of("k", "\uFFFD \\u0000 \\\uFFFD \\\\u0000\uFFFD"));
    }
}
