package dev.shoal.simulation.demo;

/** The demo failed at a stage that people know by name. */
final class DemoFailure extends RuntimeException {
    private final String stage;

    DemoFailure(String stage, String reason) {
        super(reason);
        this.stage = stage;
    }

    String stage() {
        return stage;
    }
}
