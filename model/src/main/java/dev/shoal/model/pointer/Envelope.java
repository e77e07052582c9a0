package dev.shoal.model.pointer;

import dev.shoal.model.json.Json;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.Arrays;
import java.util.List;

/**
 * A DSSE envelope (github.com/secure-systems-lab/dsse, protocol v1.0.2) with Ed25519 signatures.
 *
 * @param payload Base64 on the wire
 */
public record Envelope(String payloadType, byte[] payload, List<Sig> signatures) {
    public Envelope {
        payload = payload.clone();
        signatures = List.copyOf(signatures);
    }

    /** One signature. {@code sig} is Base64 on the wire. */
    public record Sig(String keyid, byte[] sig) {
        public Sig {
            sig = sig.clone();
        }

        @Override
        public byte[] sig() {
            return sig.clone();
        }

        @Override
        public boolean equals(Object o) {
            return o instanceof Sig other && keyid.equals(other.keyid) && Arrays.equals(sig, other.sig);
        }

        @Override
        public int hashCode() {
            return 31 * keyid.hashCode() + Arrays.hashCode(sig);
        }
    }

    /** Signs {@code payload} as {@code payloadType}. */
    public static Envelope sign(String payloadType, byte[] payload, SigningKey key) {
        try {
            Signature signer = Signature.getInstance("Ed25519");
            signer.initSign(key.privateKey());
            signer.update(preAuthEncoding(payloadType, payload));
            return new Envelope(
                    payloadType, payload, List.of(new Sig(key.verifyKey().keyId(), signer.sign())));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(
                    "Ed25519 signing failed with key " + key.verifyKey().keyId(), e);
        }
    }

    /** Whether at least one signature is by one of {@code trusted} over exactly this type and payload. */
    public boolean isSignedBy(List<VerifyKey> trusted) {
        byte[] signed = preAuthEncoding(payloadType, payload);
        return signatures.stream()
                .anyMatch(s -> trusted.stream()
                        .filter(key -> key.keyId().equals(s.keyid()))
                        .anyMatch(key -> verifies(key, signed, s.sig())));
    }

    /** The JSON of this envelope. */
    public byte[] toJson() {
        return Json.bytes(this);
    }

    /** DSSE's PAE: the bytes that are signed. */
    static byte[] preAuthEncoding(String type, byte[] body) {
        byte[] typeBytes = type.getBytes(StandardCharsets.UTF_8);
        byte[] head =
                ("DSSEv1 " + typeBytes.length + " " + type + " " + body.length + " ").getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(head.length + body.length)
                .put(head)
                .put(body)
                .array();
    }

    private static boolean verifies(VerifyKey key, byte[] signed, byte[] sig) {
        try {
            Signature verifier = Signature.getInstance("Ed25519");
            verifier.initVerify(key.publicKey());
            verifier.update(signed);
            return verifier.verify(sig);
        } catch (GeneralSecurityException malformed) {
            return false;
        }
    }

    @Override
    public byte[] payload() {
        return payload.clone();
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof Envelope other
                && payloadType.equals(other.payloadType)
                && Arrays.equals(payload, other.payload)
                && signatures.equals(other.signatures);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * payloadType.hashCode() + Arrays.hashCode(payload)) + signatures.hashCode();
    }
}
