package dev.shoal.model.pointer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class EnvelopeTest {
    /** The test vector of the DSSE specification (protocol.md). */
    @Test
    void encodesBeforeSigningAsTheSpecificationSays() {
        byte[] encoded = Envelope.preAuthEncoding(
                "http://example.com/HelloWorld", "hello world".getBytes(StandardCharsets.UTF_8));

        assertThat(new String(encoded, StandardCharsets.UTF_8))
                .isEqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world");
    }
}
