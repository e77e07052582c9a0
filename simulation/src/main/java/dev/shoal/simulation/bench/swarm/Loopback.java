package dev.shoal.simulation.bench.swarm;

import dev.shoal.simulation.bench.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Hosts that are addresses of this computer's loopback: no link limits them but the processor. */
final class Loopback implements Testbed {
    private final Path scratch;

    Loopback(Path scratch) {
        this.scratch = scratch;
    }

    @Override
    public String name() {
        return "loopback, not shaped";
    }

    @Override
    public String address(int host) {
        return "127.0.77." + (host + 1);
    }

    @Override
    public List<String> on(int host, List<String> command) {
        return command;
    }

    @Override
    public long sent(int host) {
        return -1;
    }

    @Override
    public long received(int host) {
        return -1;
    }

    @Override
    public long enteredRacks() {
        return -1;
    }

    /** Its processes are ended by those who started them. */
    @Override
    public void close() throws IOException {
        Trees.delete(scratch);
    }
}
