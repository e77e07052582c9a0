package dev.shoal.simulation.queue;

import dev.shoal.model.AppName;
import dev.shoal.model.HostId;
import dev.shoal.workflows.ActivityPolicies;
import io.temporal.activity.ActivityOptions;

/** The production's time-outs and retries, made once: they differ in their summaries only. */
record Policies(
        ActivityOptions claim,
        ActivityOptions build,
        ActivityOptions upload,
        ActivityOptions free,
        ActivityOptions write) {
    static Policies ofProduction() {
        HostId host = new HostId("host");
        AppName app = new AppName("app");
        return new Policies(
                ActivityPolicies.claim("claim"),
                ActivityPolicies.build(host, app),
                ActivityPolicies.upload(host, app),
                ActivityPolicies.releaseHost(host),
                ActivityPolicies.jobs());
    }
}
