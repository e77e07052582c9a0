package dev.shoal.agent.swarm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * libtorrent's memory-mapped I/O replaces the JVM's SIGSEGV handler and does not call it, so that the process dies without a
 * trace at the JVM's next internal fault. The JDK's own shim {@code libjsig.so} chains the handlers; it must be preloaded.
 */
public final class SignalGuard {
    private static final String SHIM = "libjsig.so";
    private static final Path OWN_MAPS = Path.of("/proc/self/maps");

    private SignalGuard() {}

    /** Passes if this process has the shim in its memory. @throws SwarmException saying why it must, and how to fix it */
    public static void requireShim() {
        requireShim(OWN_MAPS);
    }

    static void requireShim(Path maps) {
        if (!isMapped(maps)) {
            throw new SwarmException("refusing to load libtorrent: this JVM was started without " + SHIM
                    + ", and libtorrent's signal handlers would kill it without a trace. Start it with LD_PRELOAD="
                    + Path.of(System.getProperty("java.home"), "lib", SHIM));
        }
    }

    private static boolean isMapped(Path maps) {
        try (Stream<String> lines = Files.lines(maps)) {
            return lines.anyMatch(line -> line.endsWith("/" + SHIM));
        } catch (IOException e) {
            throw new SwarmException("cannot read " + maps + " to look for " + SHIM, e);
        }
    }
}
