package dev.shoal.model.gate;

/**
 * Bytes of a replica that were read back and had the hash that the build's piece list says.
 *
 * @param offset of the first byte
 * @param length in bytes
 */
public record CheckedRange(long offset, long length) {
    /** As {@code 0+262144}: offset and length. */
    @Override
    public String toString() {
        return offset + "+" + length;
    }
}
