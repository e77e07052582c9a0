package dev.shoal.model.pointer;

import dev.shoal.model.AppName;
import dev.shoal.model.json.Json;
import dev.shoal.model.json.MalformedJsonException;
import java.util.List;

/** The pointer as it lies in Consul: signing it, and reading it without believing anything unsigned. */
public final class SignedPointer {
    /** The DSSE payload type. */
    public static final String PAYLOAD_TYPE = "application/vnd.shoal.pointer+json";

    /** The most a reader looks at (TUF's endless data attack), far below Consul's 512 KiB. */
    public static final int MAX_BYTES = 4096;

    private SignedPointer() {}

    /** What reading a value came to. */
    public sealed interface Reading {
        /** Signed by a trusted key, for this app. Whether it is newer or expired is the caller's to ask. */
        record Authentic(Pointer pointer) implements Reading {}

        /** No news: not to be acted upon, to be counted and reported. */
        record Refused(Reason reason, String detail) implements Reading {}
    }

    /** Why a value is no news. */
    public enum Reason {
        TOO_LARGE,
        MALFORMED,
        WRONG_TYPE,
        UNSIGNED,
        WRONG_APP
    }

    /** The bytes to store. @throws IllegalArgumentException if they exceed {@link #MAX_BYTES} */
    public static byte[] sign(Pointer pointer, SigningKey key) {
        byte[] value = Envelope.sign(PAYLOAD_TYPE, Json.bytes(pointer), key).toJson();
        if (value.length > MAX_BYTES) {
            throw new IllegalArgumentException("pointer of " + pointer.app() + " has " + value.length
                    + " bytes, more than " + MAX_BYTES + ": shorten the activation commands");
        }
        return value;
    }

    /** Reads the value found at {@code app}'s key. */
    public static Reading read(byte[] value, AppName app, List<VerifyKey> trusted) {
        if (value.length > MAX_BYTES) {
            return new Reading.Refused(Reason.TOO_LARGE, value.length + " bytes");
        }
        try {
            Envelope envelope = Json.read(value, Envelope.class);
            if (!envelope.payloadType().equals(PAYLOAD_TYPE)) {
                return new Reading.Refused(Reason.WRONG_TYPE, "payload type " + envelope.payloadType());
            }
            if (!envelope.isSignedBy(trusted)) {
                return new Reading.Refused(Reason.UNSIGNED, "no signature by a trusted key");
            }
            Pointer pointer = Json.read(envelope.payload(), Pointer.class);
            return pointer.app().equals(app)
                    ? new Reading.Authentic(pointer)
                    : new Reading.Refused(Reason.WRONG_APP, "names app " + pointer.app());
        } catch (MalformedJsonException e) {
            return new Reading.Refused(Reason.MALFORMED, String.valueOf(e.getMessage()));
        }
    }
}
