package dev.shoal.workflows;

import dev.shoal.model.job.Artifact;

/** What a host's queue serves. */
record HostOnly(World world) implements HostActivities {
    @Override
    public BuildOutput build(ClaimedJob job) {
        return world.build(job);
    }

    @Override
    public Artifact upload(ClaimedJob job, BuildOutput output) {
        return world.upload(job, output);
    }

    @Override
    public void releaseHost(ClaimedJob job) {
        world.releaseHost(job);
    }
}
