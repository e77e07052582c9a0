package dev.shoal.agent.region;

import dev.shoal.agent.consul.KvWatch;
import dev.shoal.agent.region.origin.RegionStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Whether the agent can do its work. Thread-safe: one lock guards what was last seen of S3, and only one caller asks S3. */
final class RegionHealth {
    private static final Duration MEMORY = Duration.ofSeconds(2);

    private final KvWatch global;
    private final KvWatch regional;
    private final RegionStore store;
    private final Map<String, BooleanSupplier> loops;
    private final Clock clock;
    private Instant askedAt = Instant.EPOCH;
    private boolean reachable;

    /** @param loops what must turn, by the name that people know it by */
    RegionHealth(KvWatch global, KvWatch regional, RegionStore store, Map<String, BooleanSupplier> loops, Clock clock) {
        this.global = global;
        this.regional = regional;
        this.store = store;
        this.loops = Map.copyOf(loops);
        this.clock = clock;
    }

    Map<String, Object> check() {
        List<String> reasons = new ArrayList<>();
        if (regional.state() != KvWatch.State.OK) {
            reasons.add("this region's Consul " + regional.state().text());
        }
        if (global.state() != KvWatch.State.OK) {
            reasons.add("the global Consul " + global.state().text());
        }
        if (!isStoreReachable()) {
            reasons.add("this region's S3 does not answer");
        }
        loops.forEach((name, turns) -> {
            if (!turns.getAsBoolean()) {
                reasons.add("the loop of " + name + " has ended");
            }
        });
        return reasons.isEmpty()
                ? Map.of("status", "ok")
                : Map.of("status", "down", "reason", String.join("; ", reasons));
    }

    private synchronized boolean isStoreReachable() {
        if (clock.instant().isAfter(askedAt.plus(MEMORY))) {
            reachable = store.isReachable();
            askedAt = clock.instant();
        }
        return reachable;
    }
}
