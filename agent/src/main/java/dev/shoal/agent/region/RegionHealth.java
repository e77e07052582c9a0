package dev.shoal.agent.region;

import dev.shoal.agent.consul.KvWatch;
import dev.shoal.agent.region.origin.RegionStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Whether the agent can do its work. Thread-safe. */
final class RegionHealth {
    private final KvWatch global;
    private final KvWatch regional;
    private final RegionStore store;

    RegionHealth(KvWatch global, KvWatch regional, RegionStore store) {
        this.global = global;
        this.regional = regional;
        this.store = store;
    }

    Map<String, Object> check() {
        List<String> reasons = new ArrayList<>();
        if (!regional.isHealthy()) {
            reasons.add("this region's Consul does not answer");
        }
        if (!global.isHealthy()) {
            reasons.add("the global Consul does not answer");
        }
        if (!store.isReachable()) {
            reasons.add("this region's S3 does not answer");
        }
        return reasons.isEmpty()
                ? Map.of("status", "ok")
                : Map.of("status", "down", "reason", String.join("; ", reasons));
    }
}
