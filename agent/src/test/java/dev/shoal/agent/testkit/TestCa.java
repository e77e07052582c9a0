package dev.shoal.agent.testkit;

import dev.shoal.model.tls.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A certificate authority of its own, made by the JDK's keytool, and a certificate of it for 127.0.0.1. */
public final class TestCa {
    private static final String PASSWORD = "only-for-tests";

    private final Path directory;

    private TestCa(Path directory) {
        this.directory = directory;
    }

    /** Makes both in {@code directory}. */
    public static TestCa make(Path directory) {
        try {
            Files.createDirectories(directory);
            TestCa ca = new TestCa(directory);
            ca.keytool("ca", "-genkeypair", "-keyalg", "EC", "-dname", "CN=Shoal test CA", "-ext", "bc:c");
            ca.keytool("ca", "-exportcert", "-rfc", "-file", ca.caFile().toString());
            ca.keytool("server", "-genkeypair", "-keyalg", "EC", "-dname", "CN=localhost");
            ca.keytool(
                    "server",
                    "-certreq",
                    "-file",
                    directory.resolve("server.csr").toString());
            ca.keytool(
                    "ca",
                    "-gencert",
                    "-rfc",
                    "-ext",
                    "san=ip:127.0.0.1",
                    "-infile",
                    directory.resolve("server.csr").toString(),
                    "-outfile",
                    ca.certFile().toString());
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(ca.store("server"))) {
                keys.load(in, PASSWORD.toCharArray());
            }
            Files.writeString(
                    ca.keyFile(),
                    "-----BEGIN PRIVATE KEY-----\n"
                            + Base64.getMimeEncoder()
                                    .encodeToString(keys.getKey("server", PASSWORD.toCharArray())
                                            .getEncoded())
                            + "\n-----END PRIVATE KEY-----\n");
            return ca;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The authority's certificate, PEM. */
    public Path caFile() {
        return directory.resolve("ca.pem");
    }

    /** The certificate for 127.0.0.1, PEM. */
    public Path certFile() {
        return directory.resolve("server.pem");
    }

    /** Its key, PEM. */
    public Path keyFile() {
        return directory.resolve("server.key");
    }

    /** Of a client that trusts this authority and no other, and of a server that shows the certificate. */
    public SSLContext context() {
        try {
            KeyStore identity = Pem.identity(Files.readString(certFile()), Files.readString(keyFile()));
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry(
                    "ca", Pem.certificates(Files.readString(caFile())).getFirst());
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(identity, new char[0]);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path store(String name) {
        return directory.resolve(name + ".p12");
    }

    private void keytool(String alias, String... words) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(words));
        command.addAll(List.of("-alias", alias, "-keystore", store(alias).toString(), "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(command + " said " + said);
        }
    }
}
