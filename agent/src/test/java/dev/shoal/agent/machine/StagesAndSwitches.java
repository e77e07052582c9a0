package dev.shoal.agent.machine;

import dev.shoal.agent.swarm.TestArtifact;
import dev.shoal.model.pointer.Pointer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A process that does to a disk what a machine does with two releases, one after the other. */
public final class StagesAndSwitches {
    private StagesAndSwitches() {}

    /** The data directory, and where the two verified files lie. */
    public static void main(String[] args) throws Exception {
        Path data = Path.of(args[0]);
        StateFile state = new StateFile(data);
        AppDirectory app = new AppDirectory(data, Pointers.APP);
        for (int seq = 1; seq <= 2; seq++) {
            Pointer pointer = pointer(seq);
            state.write(new DurableState(
                    List.of(new DurableState.App(pointer, Optional.empty(), Optional.empty(), false)), seq));
            app.stage(pointer, Path.of(args[seq]));
            app.switchTo(pointer);
            state.write(new DurableState(
                    List.of(new DurableState.App(pointer, Optional.of(pointer), Optional.empty(), false)), seq));
        }
    }

    static TestArtifact artifact(int seq) {
        return TestArtifact.random(seq, 300_000, 16 << 10);
    }

    private static Pointer pointer(int seq) {
        return Pointers.of(seq, artifact(seq), Pointers.PLAIN);
    }
}
