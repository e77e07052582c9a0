package dev.shoal.model.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PemTest {
    @ParameterizedTest
    @ValueSource(strings = {"EC", "RSA", "Ed25519"})
    void readsKeysOfTheUsualKinds(String algorithm) throws NoSuchAlgorithmException {
        PrivateKey key =
                KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();
        String pem = "Bag Attributes\n-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(key.getEncoded()) + "\n-----END PRIVATE KEY-----\n";

        assertThat(Pem.privateKey(pem)).isEqualTo(key);
    }

    @Test
    void saysWhatIsWrongWithAKey() {
        assertThatThrownBy(() -> Pem.privateKey("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no -----BEGIN PRIVATE KEY-----");
        assertThatThrownBy(() -> Pem.privateKey("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none of");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "nothing", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    void saysWhatIsWrongWithCertificates(String text) {
        assertThatThrownBy(() -> Pem.certificates(text)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TrustedCertificates.install(text)).isInstanceOf(IllegalArgumentException.class);
    }
}
