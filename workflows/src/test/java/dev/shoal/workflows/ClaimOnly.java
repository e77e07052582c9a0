package dev.shoal.workflows;

/** What the claim queue serves. */
record ClaimOnly(World world) implements ClaimActivities {
    @Override
    public ClaimResult claimJob(ClaimRequest request) {
        return world.claimJob(request);
    }
}
