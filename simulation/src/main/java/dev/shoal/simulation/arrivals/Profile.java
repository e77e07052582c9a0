package dev.shoal.simulation.arrivals;

/** The course of arrivals. */
public enum Profile {
    /** One after the other, evenly. */
    STEADY,
    /** Four fifths of each half minute's jobs at its beginning, the others evenly. */
    BURST,
    /** 5,000 builds and 2,000 deploys of a day with its quiet night and its busy hours. */
    DAY
}
