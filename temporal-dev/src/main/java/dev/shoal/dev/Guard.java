package dev.shoal.dev;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The supervisor's parent: a shell in a session of its own, which sweeps up when the supervisor ends, killed or not. */
final class Guard {
    private static final String SCRIPT = """
            "$@" &
            supervisor=$!
            trap 'kill -TERM $supervisor 2> /dev/null' TERM INT HUP
            while kill -0 $supervisor 2> /dev/null; do wait $supervisor; done
            # Killed or not: nothing that carries the stack's mark survives its supervisor.
            for round in 1 2 3 4 5; do
                for environ in /proc/[0-9]*/environ; do
                    if { tr '\\0' '\\n' < "$environ"; } 2> /dev/null | grep -qxF "$SHOAL_GUARDED"; then
                        pid=${environ#/proc/}
                        kill -KILL "${pid%/environ}" 2> /dev/null
                    fi
                done
            done
            """;

    private Guard() {}

    /**
     * Starts it, and with it the supervisor.
     *
     * @param bound whether it ends with the calling thread
     */
    static Process start(Layout layout, List<String> supervisor, boolean bound) throws IOException {
        List<String> command = new ArrayList<>();
        if (bound && Files.isExecutable(Spawner.SETPRIV)) {
            command.addAll(List.of(Spawner.SETPRIV.toString(), "--pdeathsig", "TERM", "--"));
        }
        command.addAll(List.of("setsid", "bash", "-c", SCRIPT, "shoal-guard"));
        command.addAll(supervisor);
        Path log = layout.log("supervisor");
        Files.createDirectories(log.getParent());
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(layout.dir().toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        // Another name than the mark's own, or the guard would kill itself.
        builder.environment().put("SHOAL_GUARDED", layout.marker());
        builder.environment().remove(Sweep.VARIABLE);
        return builder.start();
    }
}
