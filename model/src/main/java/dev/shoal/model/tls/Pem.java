package dev.shoal.model.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Certificates and keys as text (RFC 7468). Pure. */
public final class Pem {
    private static final Pattern KEY = Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
    private static final List<String> ALGORITHMS = List.of("EC", "RSA", "EdDSA");

    private Pem() {}

    /** Every certificate in {@code text}, in its order. @throws IllegalArgumentException if there is none, or one is broken */
    public static List<Certificate> certificates(String text) {
        try {
            List<Certificate> found = List.copyOf(CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII))));
            if (found.isEmpty()) {
                throw new IllegalArgumentException("no -----BEGIN CERTIFICATE----- in it");
            }
            return found;
        } catch (CertificateException e) {
            throw new IllegalArgumentException("not certificates in PEM: " + e.getMessage(), e);
        }
    }

    /** A key in PKCS #8 without a password: EC, RSA or EdDSA. @throws IllegalArgumentException if it is something else */
    public static PrivateKey privateKey(String text) {
        Matcher found = KEY.matcher(text);
        if (!found.find()) {
            throw new IllegalArgumentException(
                    "no -----BEGIN PRIVATE KEY----- in it (openssl pkcs8 -topk8 -nodes makes one)");
        }
        PKCS8EncodedKeySpec spec =
                new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1)));
        for (String algorithm : ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException another) {
                // The next algorithm is tried; what none understands is refused below.
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("this JDK has no " + algorithm, e);
            }
        }
        throw new IllegalArgumentException("the private key is of none of " + ALGORITHMS);
    }

    /**
     * What a server shows: its certificate, those between it and the CA, and its key. In memory only, with an empty password.
     *
     * @throws IllegalArgumentException if either is not what it should be
     */
    public static KeyStore identity(String certificates, String privateKey) {
        try {
            KeyStore store = empty();
            store.setKeyEntry(
                    "server",
                    privateKey(privateKey),
                    new char[0],
                    certificates(certificates).toArray(Certificate[]::new));
            return store;
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("certificate and key do not fit: " + e.getMessage(), e);
        }
    }

    static KeyStore empty() throws GeneralSecurityException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            return store;
        } catch (IOException e) {
            throw new IllegalStateException("an empty key store cannot be made", e);
        }
    }
}
