package dev.shoal.simulation.bench.recovery;

/** How a host is lost. */
enum Loss {
    /** SIGKILL: its connections close. */
    KILL,
    /** SIGSTOP, as a frozen machine or a cut network: its connections and long polls stay open. It comes back afterwards. */
    STOP
}
