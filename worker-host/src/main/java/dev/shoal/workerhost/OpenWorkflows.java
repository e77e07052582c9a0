package dev.shoal.workerhost;

import java.util.Optional;

/** What a monitor asks Temporal. Throws {@code io.grpc.StatusRuntimeException} if Temporal is away. */
public interface OpenWorkflows {
    /** Whether the newest run under this id has not ended. */
    boolean isOpen(String workflowId);

    /**
     * How the newest run under this id ended, in Temporal's words ({@code TERMINATED}, {@code COMPLETED}, …). Empty if it is open, and
     * also if Temporal does not know it, which may be the wrong namespace or a server that has lost its data.
     */
    Optional<String> howItEnded(String workflowId);

    /** How many tickets have not claimed a job. May lag by seconds. */
    long waitingTickets();
}
