package dev.shoal.activities.blobs;

import java.util.concurrent.CompletableFuture;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.scheme.AwsV4AuthScheme;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.scheme.AuthScheme;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignRequest;
import software.amazon.awssdk.http.auth.spi.signer.AsyncSignedRequest;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignRequest;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.IdentityProvider;
import software.amazon.awssdk.identity.spi.IdentityProviders;

/**
 * Signature version 4 that leaves a part's body out, over plain HTTP as the SDK does by itself over TLS. The head with the part's CRC-32
 * is signed, and the artifact's SHA-256 is checked by the gate and by every machine; a second SHA-256 of each byte, here and at
 * the store, would find nothing that those do not. Thread-safe.
 */
final class PartSigner implements AwsV4HttpSigner {
    private static final String CHECKSUM = "x-amz-checksum-crc32";
    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();

    private PartSigner() {}

    /** Takes the place of the SDK's own scheme of that name. */
    static AuthScheme<AwsCredentialsIdentity> scheme() {
        PartSigner signer = new PartSigner();
        AwsV4AuthScheme standard = AwsV4AuthScheme.create();
        return new AuthScheme<>() {
            @Override
            public String schemeId() {
                return standard.schemeId();
            }

            @Override
            public IdentityProvider<AwsCredentialsIdentity> identityProvider(IdentityProviders providers) {
                return standard.identityProvider(providers);
            }

            @Override
            public HttpSigner<AwsCredentialsIdentity> signer() {
                return signer;
            }
        };
    }

    @Override
    public SignedRequest sign(SignRequest<? extends AwsCredentialsIdentity> request) {
        SdkHttpRequest http = request.request();
        if (!isPart(http) || !http.protocol().equals("http") || http.port() == HTTPS_PORT) {
            return signer.sign(request);
        }
        // The protocol is no part of what is signed, but the SDK's signer leaves bodies out only of what TLS carries.
        // The port is part
        // of it, in the Host header, unless it is the protocol's own.
        int port = http.port() == HTTP_PORT ? HTTPS_PORT : http.port();
        SignedRequest signed = signer.sign(request.toBuilder()
                .request(http.copy(b -> b.protocol("https").port(port)))
                .putProperty(PAYLOAD_SIGNING_ENABLED, false)
                .build());
        return signed.toBuilder()
                .request(signed.request().copy(b -> b.protocol(http.protocol()).port(http.port())))
                .build();
    }

    @Override
    public CompletableFuture<AsyncSignedRequest> signAsync(AsyncSignRequest<? extends AwsCredentialsIdentity> request) {
        return signer.signAsync(request);
    }

    private static boolean isPart(SdkHttpRequest http) {
        return http.rawQueryParameters().containsKey("partNumber")
                && http.firstMatchingHeader(CHECKSUM).isPresent();
    }
}
