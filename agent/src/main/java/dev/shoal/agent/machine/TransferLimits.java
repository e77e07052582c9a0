package dev.shoal.agent.machine;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * How fast a machine may serve and fetch.
 *
 * @param upload bytes per second, 0 for no limit
 * @param download bytes per second, 0 for no limit
 */
record TransferLimits(
        @JsonProperty("upload_bytes_per_second") long upload,
        @JsonProperty("download_bytes_per_second") long download) {
    static final TransferLimits NONE = new TransferLimits(0, 0);

    TransferLimits {
        // libtorrent keeps rates in 32 bits.
        if (upload < 0 || download < 0 || upload > Integer.MAX_VALUE || download > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("limits must be within 0.." + Integer.MAX_VALUE
                    + " bytes per second, got upload " + upload + ", download " + download);
        }
    }
}
