package dev.shoal.simulation.bench.swarm;

import java.util.Locale;

/** What happens to some of the machines during a release. */
enum Case {
    /** Nothing. */
    EQUAL,
    /** Every tenth has a link of a quarter of the rate. */
    SLOW,
    /** The last third joins one after the other within ten seconds. */
    LATE,
    /** Every third is killed in the middle and started again at once. */
    KILLED,
    /** Two builds, each of the size, are released in the same moment. */
    TWO_BUILDS,
    /** Machines stand in racks whose uplinks carry a quarter of what their machines could send ({@link Topology}). */
    RACKS;

    /** The name on the command line. */
    String wire() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Case ofWire(String name) {
        for (Case one : values()) {
            if (one.wire().equals(name)) {
                return one;
            }
        }
        throw new IllegalArgumentException("no case '" + name + "'");
    }

    /** Whether something happens to this one of so many machines. */
    boolean touches(int machine, int machines) {
        return switch (this) {
            case EQUAL, TWO_BUILDS, RACKS -> false;
            case SLOW -> machine % 10 == 0;
            case LATE -> machine >= machines - machines / 3;
            case KILLED -> machine % 3 == 0;
        };
    }

    int builds() {
        return this == TWO_BUILDS ? 2 : 1;
    }
}
