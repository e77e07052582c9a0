package dev.shoal.model.tls;

import java.security.GeneralSecurityException;
import java.security.InvalidAlgorithmParameterException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Security;
import java.security.cert.Certificate;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.TrustManagerFactorySpi;
import org.jspecify.annotations.Nullable;

/**
 * What this JVM trusts. Its TLS clients come from five libraries (the JDK, two Apache clients, the AWS SDK, gRPC), which have one thing in
 * common: who brings no trust of his own asks the JDK for its default. So the default is replaced, see docs/adr/0013-tls.md.
 */
public final class TrustedCertificates {
    private static final String NAME = "ShoalTrust";
    private static final String JDK = "PKIX";
    private static final AtomicReference<@Nullable KeyStore> TRUSTED = new AtomicReference<>();

    private TrustedCertificates() {}

    /**
     * From now on only certificates that {@code pem} leads to are trusted, by every TLS client of this JVM that is made later.
     *
     * @param pem one or more CA certificates, instead of the JDK's
     * @throws IllegalArgumentException if it holds none
     */
    public static void install(String pem) {
        try {
            KeyStore store = Pem.empty();
            List<Certificate> certificates = Pem.certificates(pem);
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry("ca-" + i, certificates.get(i));
            }
            TRUSTED.set(store);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException("the certificates cannot be trusted: " + e.getMessage(), e);
        }
        Security.addProvider(new ShoalProvider());
        Security.setProperty("ssl.TrustManagerFactory.algorithm", NAME);
        replaceDefaultContext();
    }

    /** The default context, the JDK's HTTP client's, is the one that hands the JDK's own certificates to whatever factory it finds. */
    private static void replaceDefaultContext() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, null, null);
            SSLContext.setDefault(context);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has no TLS", e);
        }
    }

    private static final class ShoalProvider extends Provider {
        private static final long serialVersionUID = 1;

        ShoalProvider() {
            super(NAME, "1", "trusts what the configuration names");
            put("TrustManagerFactory." + NAME, Factory.class.getName());
        }
    }

    /** Made by the JDK, by name: the JDK's own factory over our certificates. */
    public static final class Factory extends TrustManagerFactorySpi {
        private final TrustManagerFactory jdk;

        /** For the JDK. */
        public Factory() throws NoSuchAlgorithmException {
            this.jdk = TrustManagerFactory.getInstance(JDK);
        }

        @Override
        protected void engineInit(@Nullable KeyStore given) throws KeyStoreException {
            jdk.init(given == null ? TRUSTED.get() : given);
        }

        @Override
        protected void engineInit(ManagerFactoryParameters given) throws InvalidAlgorithmParameterException {
            jdk.init(given);
        }

        @Override
        protected TrustManager[] engineGetTrustManagers() {
            return jdk.getTrustManagers();
        }
    }
}
