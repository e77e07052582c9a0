package dev.shoal.simulation.queue;

import dev.shoal.workerhost.SlotLedger;
import java.time.Duration;
import java.util.Optional;

/** One long poll of one process of a host. A poll for claims holds a permit of the ledger. */
final class HostPoll implements SimulatedTemporal.Poll {
    private static final Duration RECONNECT = Duration.ofSeconds(2);

    private final SimulatedHost host;
    private final World world;
    private final int process;
    private final String queue;
    private final Optional<SlotLedger> permit;

    HostPoll(SimulatedHost host, World world, int process, String queue, Optional<SlotLedger> permit) {
        this.host = host;
        this.world = world;
        this.process = process;
        this.queue = queue;
        this.permit = permit;
    }

    boolean isForClaims() {
        return permit.isPresent();
    }

    void hangUp() {
        world.temporal().hangUp(queue, this);
    }

    @Override
    public void take(ActivityTask task, int attempt) {
        if (world.network().loses()) {
            broken();
            return;
        }
        world.timeline()
                .after(
                        world.network().latency(),
                        () -> host.run(process, () -> {
                            host.pollAgain(this);
                            host.perform(task, attempt, this::giveBack);
                        }));
    }

    @Override
    public void broken() {
        world.timeline()
                .after(
                        RECONNECT,
                        () -> host.run(process, () -> {
                            giveBack();
                            host.pollAgain(this);
                        }));
    }

    private void giveBack() {
        permit.ifPresent(SlotLedger::giveBack);
    }
}
