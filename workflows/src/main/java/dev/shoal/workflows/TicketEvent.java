package dev.shoal.workflows;

import dev.shoal.model.RegionName;
import dev.shoal.model.job.Artifact;
import dev.shoal.workflows.HostActivities.BuildOutput;
import dev.shoal.workflows.JobActivities.RecordedBuild;
import java.util.Map;
import java.util.Optional;

/** What came of a {@link TicketStep}. */
public sealed interface TicketEvent {
    /** Of {@link TicketStep.Claim}. */
    record Claimed(Optional<ClaimedJob> job) implements TicketEvent {}

    /** Of {@link TicketStep.Build}. */
    record Built(BuildOutput output) implements TicketEvent {}

    /** Of {@link TicketStep.Upload}. */
    record Uploaded(Artifact artifact) implements TicketEvent {}

    /** Of {@link TicketStep.RecordBuild}. */
    record Recorded(RecordedBuild build) implements TicketEvent {}

    /** Of {@link TicketStep.Replicate}: the regions that gave up, each with its reason. Those that the job goes on without are not among them. */
    record Replicated(Map<RegionName, String> gaveUp) implements TicketEvent {
        public Replicated {
            gaveUp = Map.copyOf(gaveUp);
        }
    }

    /** Of {@link TicketStep.Release}: how it went, for people. */
    record Released(String how) implements TicketEvent {}

    /** Of any step without a result. */
    record Performed() implements TicketEvent {}

    /** Of any step. */
    record Failed(Mishap why) implements TicketEvent {}
}
