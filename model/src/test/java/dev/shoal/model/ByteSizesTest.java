package dev.shoal.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSizesTest {
    @ParameterizedTest
    @CsvSource({
        "0,0",
        "512,512",
        "64KiB,65536",
        "10 MiB,10485760",
        "1.5GiB,1610612736",
        "1MB,1000000",
        "2k,2000",
        "1TiB,1099511627776"
    })
    void readsWhatPeopleWrite(String text, long bytes) {
        assertThat(ByteSizes.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1iB", "MiB", "1.2345GiB", "10 parsecs"})
    void saysWhichTextIsNone(String text) {
        assertThatThrownBy(() -> ByteSizes.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void writesOneDecimal() {
        assertThat(ByteSizes.text(1023)).isEqualTo("1023 B");
        assertThat(ByteSizes.text(1536)).isEqualTo("1.5 KiB");
        assertThat(ByteSizes.text(10L << 30)).isEqualTo("10.0 GiB");
    }
}
