package dev.shoal.simulation.queue;

import dev.shoal.activities.host.HeldSlots;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.workerhost.OpenWorkflows;
import dev.shoal.workflows.Ticket;
import dev.shoal.workflows.TicketEvent;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * A known bug, planted around the real code to show that the simulation catches it.
 *
 * @param store around the job store
 * @param slots around what claims tell about a host's slots
 * @param workflows around what monitors ask Temporal
 * @param ticket in place of {@link Ticket#after}
 */
record Mutation(
        UnaryOperator<JobStore> store,
        UnaryOperator<HeldSlots> slots,
        UnaryOperator<OpenWorkflows> workflows,
        BiFunction<Ticket, TicketEvent, Ticket> ticket) {
    /** The code as it is. */
    static final Mutation NONE =
            new Mutation(UnaryOperator.identity(), UnaryOperator.identity(), UnaryOperator.identity(), Ticket::after);

    static Mutation ofStore(UnaryOperator<JobStore> store) {
        return new Mutation(store, NONE.slots(), NONE.workflows(), NONE.ticket());
    }

    static Mutation ofSlots(UnaryOperator<HeldSlots> slots) {
        return new Mutation(NONE.store(), slots, NONE.workflows(), NONE.ticket());
    }

    static Mutation ofWorkflows(UnaryOperator<OpenWorkflows> workflows) {
        return new Mutation(NONE.store(), NONE.slots(), workflows, NONE.ticket());
    }

    static Mutation ofTicket(BiFunction<Ticket, TicketEvent, Ticket> ticket) {
        return new Mutation(NONE.store(), NONE.slots(), NONE.workflows(), ticket);
    }
}
