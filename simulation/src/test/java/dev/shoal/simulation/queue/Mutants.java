package dev.shoal.simulation.queue;

import dev.shoal.activities.host.HeldSlots;
import dev.shoal.activities.jobs.JobStore;
import dev.shoal.model.HostId;
import dev.shoal.model.job.Job;
import dev.shoal.model.job.JobStage;
import dev.shoal.model.job.JobStatus;
import dev.shoal.workerhost.OpenWorkflows;
import dev.shoal.workflows.Lease;
import dev.shoal.workflows.Mishap;
import dev.shoal.workflows.Ticket;
import dev.shoal.workflows.TicketEvent;
import dev.shoal.workflows.TicketStep;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** Bugs that queues are known to have, each a small wrapper around the real code. */
enum Mutants {
    A_CLAIM_TAKES_THE_SECOND_JOB("the first job is claimed first", Mutation.ofStore(store -> new Wrapped(store) {
        @Override
        public Optional<Job> claim(String workflowId, HostId host) {
            Optional<Job> first = super.claim(workflowId + "-first", host);
            Optional<Job> second = super.claim(workflowId, host);
            first.ifPresent(job -> requeue(lease(job), "not this one"));
            return second;
        }
    })),
    A_CLAIM_SETS_TWO_JOBS_GOING("one claim, one job", Mutation.ofStore(store -> new Wrapped(store) {
        @Override
        public Optional<Job> claim(String workflowId, HostId host) {
            Optional<Job> first = super.claim(workflowId, host);
            super.claim(workflowId + "-second", host);
            return first;
        }
    })),
    A_CLAIM_IS_NOT_IDEMPOTENT("an attempt has one host and one ticket", Mutation.ofStore(store -> new Wrapped(store) {
        private int number;

        @Override
        public Optional<Job> claim(String workflowId, HostId host) {
            return super.claim(workflowId + "-" + number++, host);
        }
    })),
    A_RECLAIM_KEEPS_THE_ATTEMPT("a lost attempt is followed by the next", Mutation.ofStore(store -> new Wrapped(store) {
        @Override
        public Optional<Job> reclaim(Lease lost, String workflowId, HostId host) {
            return find(lost.job()).filter(job -> job.status() == JobStatus.RUNNING);
        }
    })),
    A_HEARTBEAT_IS_NOT_FENCED(
            "a write of an old attempt changes nothing", Mutation.ofStore(store -> new Wrapped(store) {
                @Override
                public Beat heartbeat(Lease lease, JobStage stage) {
                    return super.heartbeat(current(lease), stage);
                }
            })),
    A_SUCCESS_IS_NOT_FENCED("a write of an old attempt changes nothing", Mutation.ofStore(store -> new Wrapped(store) {
        @Override
        public boolean succeed(Lease lease) {
            return super.succeed(current(lease));
        }
    })),
    A_LOSS_IS_NOT_FENCED("a write of an old attempt changes nothing", Mutation.ofStore(store -> new Wrapped(store) {
        @Override
        public boolean attemptLost(Lease lease, String reason) {
            return super.attemptLost(current(lease), reason);
        }
    })),
    MONITORS_DO_NOT_ASK_WHETHER_THE_WORKFLOW_IS_OPEN(
            "monitors leave jobs to their open workflows", Mutation.ofWorkflows(real -> new OpenWorkflows() {
                @Override
                public boolean isOpen(String workflowId) {
                    return false;
                }

                @Override
                public Optional<String> howItEnded(String workflowId) {
                    return Optional.of("COMPLETED");
                }

                @Override
                public long waitingTickets() {
                    return real.waitingTickets();
                }
            })),
    MONITORS_MISS_JOBS_WITHOUT_A_TICKET("every accepted job ends", Mutation.ofWorkflows(real -> new OpenWorkflows() {
        @Override
        public boolean isOpen(String workflowId) {
            return real.isOpen(workflowId);
        }

        @Override
        public Optional<String> howItEnded(String workflowId) {
            return real.howItEnded(workflowId);
        }

        @Override
        public long waitingTickets() {
            return Long.MAX_VALUE;
        }
    })),
    A_SLOT_IS_FREE_WHILE_ITS_BUILD_RUNS("slots, but", Mutation.ofSlots(real -> new HeldSlots() {
        private final Set<Lease> unknownToTheLedger = new LinkedHashSet<>();

        @Override
        public boolean hold(Lease lease) {
            return unknownToTheLedger.add(lease);
        }

        @Override
        public void release(Lease lease) {
            unknownToTheLedger.remove(lease);
        }

        @Override
        public Set<Lease> held() {
            return new LinkedHashSet<>(unknownToTheLedger);
        }
    })),
    A_SLOT_IS_NEVER_FREED("every accepted job ends and gives its slot back", Mutation.ofSlots(real -> new HeldSlots() {
        @Override
        public boolean hold(Lease lease) {
            return real.hold(lease);
        }

        @Override
        public void release(Lease lease) {
            // The bug.
        }

        @Override
        public Set<Lease> held() {
            return real.held();
        }
    })),
    A_LOST_HOST_FAILS_THE_JOB(
            "a job fails by its own fault only",
            Mutation.ofTicket((ticket, event) -> ticket.after(
                    event instanceof TicketEvent.Failed failed && failed.why() instanceof Mishap.Lost lost
                            ? new TicketEvent.Failed(new Mishap.BuildFailed(lost.reason(), Optional.empty()))
                            : event))),
    A_CANCELLED_JOB_FAILS("a cancelled job ends stopped", Mutation.ofTicket((ticket, event) -> {
        Ticket next = ticket.after(event);
        return next.step() instanceof TicketStep.End end && end.status() == JobStatus.STOPPED
                ? new Ticket(
                        new TicketStep.End(end.job(), JobStatus.FAILED, end.reason(), end.logTail(), end.build()),
                        next.free(),
                        next.broken())
                : next;
    }));

    private final String promise;
    private final Mutation mutation;

    Mutants(String promise, Mutation mutation) {
        this.promise = promise;
        this.mutation = mutation;
    }

    /** Words of the promise that it breaks. */
    String promise() {
        return promise;
    }

    Mutation mutation() {
        return mutation;
    }

    private abstract static class Wrapped extends ForwardingJobStore {
        Wrapped(JobStore to) {
            super(to);
        }

        Lease lease(Job job) {
            return new Lease(job.id(), job.attempt());
        }

        Lease current(Lease lease) {
            return find(lease.job())
                    .filter(job -> job.attempt() > 0)
                    .map(this::lease)
                    .orElse(lease);
        }
    }
}
