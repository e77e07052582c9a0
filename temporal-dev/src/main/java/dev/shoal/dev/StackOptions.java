package dev.shoal.dev;

import java.util.List;

/**
 * What kind of stack to run. Kept in its directory, so that the next {@code up} runs the same.
 *
 * @param watchers how many connections a region's Consul takes from this machine
 */
record StackOptions(
        int regions,
        int machines,
        int buildHosts,
        int slots,
        int releaseHosts,
        boolean processPerMachine,
        int watchers) {
    static final int DEFAULT_WATCHERS = 3_000;
    private static final List<String> NAMES = List.of("eu", "us", "ap", "sa", "af", "me", "ca", "au", "in", "jp");

    StackOptions {
        // Kept by a version that had no such option.
        watchers = watchers == 0 ? DEFAULT_WATCHERS : watchers;
        require("--watchers", watchers, 200, 1_000_000);
        require("--regions", regions, 1, NAMES.size());
        require("--machines", machines, 0, 200);
        require("--build-hosts", buildHosts, 1, 20);
        require("--slots", slots, 1, 64);
        require("--release-hosts", releaseHosts, 1, 5);
    }

    /** The regions' names; the first is the home region. */
    List<String> regionNames() {
        return NAMES.subList(0, regions);
    }

    private static void require(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(option + " must be within " + least + ".." + most + ", got " + value);
        }
    }
}
