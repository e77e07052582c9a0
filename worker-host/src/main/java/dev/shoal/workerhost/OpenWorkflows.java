package dev.shoal.workerhost;

/** What a monitor asks Temporal. Throws {@code io.grpc.StatusRuntimeException} if Temporal is away. */
public interface OpenWorkflows {
    /** Whether the newest run under this id has not ended. */
    boolean isOpen(String workflowId);

    /** How many tickets have not claimed a job. May lag by seconds. */
    long waitingTickets();
}
