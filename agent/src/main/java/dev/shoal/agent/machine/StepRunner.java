package dev.shoal.agent.machine;

import dev.shoal.model.job.Artifact;
import java.util.function.Consumer;

/** Performs steps elsewhere than on the loop's thread, and tells what came of them. Thread-safe. */
interface StepRunner extends AutoCloseable {
    /** Returns at once. Events go to the consumer that the runner was given. */
    void run(Step step);

    /** Asks how far a download is; answers with {@link MachineEvent.Progressed}. Returns at once. */
    void pollProgress(Artifact artifact);

    /** Ends what runs; no event comes after it that anybody needs. Services that hooks started go on. */
    @Override
    void close();

    /** Makes one that tells its events to {@code events}. */
    interface Factory {
        StepRunner create(Consumer<MachineEvent> events);
    }
}
