package dev.shoal.dev;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretsTest {
    @TempDir
    private Path dir = Path.of("");

    @Test
    void areReadableByTheirOwnerOnly() throws IOException {
        Layout layout = Layout.of(dir);

        Secrets.ensure(layout, List.of("eu"));

        assertThat(permissions(dir.resolve("secrets"))).isEqualTo("rwx------");
        for (String secret : List.of(
                "release.key",
                "s3.key",
                "machine.token",
                "consul-eu.management",
                "consul-eu.json",
                "consul-machine-eu.token")) {
            assertThat(permissions(layout.secret(secret))).as(secret).isEqualTo("rw-------");
        }
    }

    @Test
    void holdAKeyPairThatSignsAndVerifies() throws Exception {
        Layout layout = Layout.of(dir);
        Secrets.ensure(layout, List.of("eu"));
        KeyFactory keys = KeyFactory.getInstance("Ed25519");
        PrivateKey signing = keys.generatePrivate(new PKCS8EncodedKeySpec(der(layout.secret("release.key"))));
        PublicKey verifying = keys.generatePublic(new X509EncodedKeySpec(der(layout.secret("release.pub"))));

        Signature signer = Signature.getInstance("Ed25519");
        signer.initSign(signing);
        signer.update(new byte[] {1, 2, 3});
        byte[] signature = signer.sign();

        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(verifying);
        verifier.update(new byte[] {1, 2, 3});
        assertThat(verifier.verify(signature)).isTrue();
    }

    @Test
    void stayTheSameInTheNextRun() throws IOException {
        Layout layout = Layout.of(dir);
        Secrets.ensure(layout, List.of("eu"));
        String key = Files.readString(layout.secret("release.key"));
        String token = Files.readString(layout.secret("machine.token"));

        Secrets.ensure(layout, List.of("eu"));

        assertThat(layout.secret("release.key")).content().isEqualTo(key);
        assertThat(layout.secret("machine.token")).content().isEqualTo(token);
    }

    @Test
    void makeAnotherPairWhenThePublicKeyWasNotReached() throws IOException {
        Layout layout = Layout.of(dir);
        Secrets.ensure(layout, List.of("eu"));
        String halfAPair = Files.readString(layout.secret("release.key"));
        Files.delete(layout.secret("release.pub"));

        Secrets.ensure(layout, List.of("eu"));

        assertThat(layout.secret("release.key")).content().isNotEqualTo(halfAPair);
        assertThat(layout.secret("release.pub")).exists();
    }

    private static String permissions(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static byte[] der(Path pem) throws IOException {
        String body = Files.readString(pem).replaceAll("-----[A-Z ]+-----", "");
        return Base64.getMimeDecoder().decode(body);
    }
}
