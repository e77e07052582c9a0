package dev.shoal.api.logs;

/** Cuts bytes where characters end. */
final class Utf8 {
    private Utf8() {}

    /** How many of the bytes are whole characters, or broken beyond repair: only a started last character is left out. */
    static int wholeCharacters(byte[] bytes) {
        for (int back = 1; back <= Math.min(3, bytes.length); back++) {
            int b = bytes[bytes.length - back] & 0xff;
            if (b < 0x80) {
                return bytes.length;
            }
            if (b >= 0xc0) {
                return lengthOf(b) > back ? bytes.length - back : bytes.length;
            }
        }
        return bytes.length;
    }

    private static int lengthOf(int lead) {
        if (lead >= 0xf0) {
            return 4;
        }
        return lead >= 0xe0 ? 3 : 2;
    }
}
