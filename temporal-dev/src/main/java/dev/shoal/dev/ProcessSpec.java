package dev.shoal.dev;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A process that the supervisor keeps running.
 *
 * @param port the one that people want to know
 * @param after names of the processes that must have been healthy once before this one is started
 */
record ProcessSpec(
        String name,
        String kind,
        List<String> command,
        Map<String, String> env,
        int port,
        Probe probe,
        Set<String> after) {
    ProcessSpec {
        command = List.copyOf(command);
        env = Map.copyOf(env);
        after = Set.copyOf(after);
    }

    /** How its health is asked for. */
    sealed interface Probe {
        /** Healthy when the port accepts a connection. */
        record Tcp(int port) implements Probe {}

        /** Healthy when it answers 200 with a body of at least so many characters. */
        record Http(URI uri, int leastBody) implements Probe {}

        /** Healthy when it has joined the others and holds its policies and tokens, which asking makes. */
        record Consul(Http joined, ConsulAcl acl) implements Probe {}
    }
}
