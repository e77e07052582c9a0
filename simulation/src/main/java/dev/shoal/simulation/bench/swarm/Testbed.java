package dev.shoal.simulation.bench.swarm;

import java.io.IOException;
import java.util.List;

/** Hosts with links of their own, 0 being the first origin. Not thread-safe. */
interface Testbed extends AutoCloseable {
    /** How the report names it. */
    String name();

    /** The address of a host. */
    String address(int host);

    /** The command, run on that host. */
    List<String> on(int host, List<String> command);

    /** Bytes that a host has sent over its link so far, with headers; -1 if the testbed cannot tell. */
    long sent(int host) throws IOException, InterruptedException;

    /** Bytes that a host has received over its link so far, with headers; -1 if the testbed cannot tell. */
    long received(int host) throws IOException, InterruptedException;

    /** Bytes that have entered racks from outside so far, with headers; -1 if there are no racks. */
    long enteredRacks() throws IOException, InterruptedException;

    /** Ends every process on its hosts and removes them. */
    @Override
    void close() throws IOException;
}
