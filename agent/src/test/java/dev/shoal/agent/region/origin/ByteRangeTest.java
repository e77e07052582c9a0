package dev.shoal.agent.region.origin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.shoal.agent.region.origin.ByteRange.Asked;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteRangeTest {
    @ParameterizedTest
    @CsvSource({
        "bytes=0-0, 0, 0",
        "bytes=0-99, 0, 99",
        "bytes=10-19, 10, 19",
        "bytes=10-, 10, 99",
        "bytes=99-, 99, 99",
        "bytes=90-1000, 90, 99",
        "bytes=-1, 99, 99",
        "bytes=-100, 0, 99",
        "bytes=-1000, 0, 99",
    })
    void readsRangesOfAFileOfAHundredBytes(String header, long first, long last) {
        assertThat(ByteRange.of(header, 100)).isEqualTo(new Asked.Part(new ByteRange(first, last)));
        assertThat(new ByteRange(first, last).length()).isEqualTo(last - first + 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"bytes=100-", "bytes=100-200", "bytes=999999999999999999-", "bytes=-0"})
    void saysWhatCannotBeServed(String header) {
        assertThat(ByteRange.of(header, 100)).isEqualTo(new Asked.Unsatisfiable());
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=-",
                "bytes=a-b",
                "bytes=0-1,5-6",
                "bytes=20-10",
                "items=0-1",
                "bytes=9999999999999999999-",
                "bytes=0x1-2",
            })
    void servesTheWholeFileWhereTheHeaderMeansNothing(String header) {
        assertThat(ByteRange.of(header, 100)).isEqualTo(new Asked.Whole());
    }
}
