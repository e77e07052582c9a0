package dev.shoal.model.pointer;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;

/**
 * The public half of a release key.
 *
 * @param keyId SHA-256 of the X.509 encoding, hex
 */
public record VerifyKey(String keyId, PublicKey publicKey) {

    /** The key with its id computed. */
    public static VerifyKey of(PublicKey key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return new VerifyKey(HexFormat.of().formatHex(hash), key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Reads {@code -----BEGIN PUBLIC KEY-----}. @throws IllegalArgumentException if it is not an Ed25519 key */
    public static VerifyKey ofPem(String pem) {
        try {
            return of(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der(pem))));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("not an Ed25519 public key in PEM", e);
        }
    }

    /** This key as PEM. */
    public String toPem() {
        return pem("PUBLIC KEY", publicKey.getEncoded());
    }

    static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    static byte[] der(String pem) {
        String body = pem.lines().filter(line -> !line.startsWith("-----")).reduce("", String::concat);
        return Base64.getMimeDecoder().decode(body);
    }
}
