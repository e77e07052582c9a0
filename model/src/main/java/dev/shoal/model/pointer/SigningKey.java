package dev.shoal.model.pointer;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;

/** The private half of a release key with its public half. Lives on release hosts only. */
public record SigningKey(PrivateKey privateKey, VerifyKey verifyKey) {

    /** Reads a PKCS#8 {@code -----BEGIN PRIVATE KEY-----} and its public key. @throws IllegalArgumentException if not Ed25519 */
    public static SigningKey ofPem(String privatePem, String publicPem) {
        try {
            PrivateKey key = KeyFactory.getInstance("Ed25519")
                    .generatePrivate(new PKCS8EncodedKeySpec(VerifyKey.der(privatePem)));
            return new SigningKey(key, VerifyKey.ofPem(publicPem));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not an Ed25519 private key in PEM", e);
        }
    }

    /** The private half as PEM. Store it readable by its owner only. */
    public String toPem() {
        return VerifyKey.pem("PRIVATE KEY", privateKey.getEncoded());
    }

    @Override
    public String toString() {
        return "SigningKey[" + verifyKey.keyId() + "]";
    }
}
