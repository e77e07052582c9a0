package dev.shoal.simulation.calibrate;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * A figure of real agents and of the simulator.
 *
 * @param goal the greatest error, as a share, with which the simulator is believed
 */
record Comparison(int agents, String what, double real, double simulated, double goal) {
    /** By how much the simulator is off, as a share of what is real; positive where it says too much. */
    @JsonProperty("error")
    double error() {
        return simulated / real - 1;
    }

    /** Whether the error is within the goal. */
    @JsonProperty("good")
    boolean isGood() {
        return Math.abs(error()) <= goal;
    }
}
