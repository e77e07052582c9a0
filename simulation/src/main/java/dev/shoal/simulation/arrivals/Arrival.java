package dev.shoal.simulation.arrivals;

import java.time.Duration;

/**
 * A job to submit.
 *
 * @param at since the start of the load
 * @param release whether its build is released at once
 */
public record Arrival(Duration at, boolean release) {}
