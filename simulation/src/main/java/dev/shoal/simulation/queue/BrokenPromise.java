package dev.shoal.simulation.queue;

/** The simulation has seen something that must never happen. */
final class BrokenPromise extends RuntimeException {
    private static final long serialVersionUID = 1;

    BrokenPromise(String message) {
        super(message);
    }
}
