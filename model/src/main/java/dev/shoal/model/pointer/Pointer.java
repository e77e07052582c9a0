package dev.shoal.model.pointer;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Which build of an app is current: the content of {@code shoal/apps/<app>/version}. One document binds everything a machine
 * needs, so that nothing can be mixed and matched.
 *
 * @param build called {@code b_v} on the wire
 * @param step the wave within this seq; a higher step opens more machines
 * @param permille per targeted region, how many of 1000 machines may activate; a region that is not named is not targeted
 * @param issuedAt when it was signed; a later one of the same seq and step only renews the expiry
 * @param expiresAt after which no machine installs it (a machine that runs it goes on running it)
 */
public record Pointer(
        AppName app,
        @JsonProperty("b_v") BuildName build,
        Seq seq,
        int step,
        Artifact artifact,
        Activation activation,
        Map<RegionName, Integer> permille,
        @JsonProperty("issued_at") Instant issuedAt,
        @JsonProperty("expires_at") Instant expiresAt) {
    public Pointer {
        permille = Map.copyOf(permille);
        if (permille.isEmpty()) {
            throw new IllegalArgumentException("a pointer must target at least one region");
        }
        permille.forEach((region, share) -> {
            if (share < 0 || share > 1000) {
                throw new IllegalArgumentException("permille of " + region + " must be within 0..1000, got " + share);
            }
        });
        if (step < 0) {
            throw new IllegalArgumentException("step must not be negative, got " + step);
        }
    }

    /** The Consul key of an app's pointer. */
    public static String key(AppName app) {
        return KEY_PREFIX + app + KEY_SUFFIX;
    }

    /** Under which all pointers lie. */
    public static final String KEY_PREFIX = "shoal/apps/";

    private static final String KEY_SUFFIX = "/version";

    /** The app whose pointer lies at {@code key}, if it is a pointer's key at all. */
    public static Optional<AppName> appOf(String key) {
        if (!key.startsWith(KEY_PREFIX)
                || !key.endsWith(KEY_SUFFIX)
                || key.length() <= KEY_PREFIX.length() + KEY_SUFFIX.length()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new AppName(key.substring(KEY_PREFIX.length(), key.length() - KEY_SUFFIX.length())));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether this is news to somebody who has {@code known}: higher seq, else higher step, else signed later. */
    public boolean isNewerThan(Pointer known) {
        int bySeq = seq.compareTo(known.seq);
        if (bySeq != 0) {
            return bySeq > 0;
        }
        return step != known.step ? step > known.step : issuedAt.isAfter(known.issuedAt);
    }
}
