package dev.shoal.model.gate;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many of the regions that it wants a release, or a job, may go without. The default is none.
 *
 * @param mayLack within 0..999
 */
public record Completeness(int mayLack) {
    /** Every region. */
    public static final Completeness ALL = new Completeness(0);

    private static final String EVERY = "all";
    private static final Pattern ALL_BUT = Pattern.compile("all-but-([1-9][0-9]{0,2})");
    private static final int MOST = 999;

    /** @throws IllegalArgumentException if {@code mayLack} is out of bounds */
    public Completeness {
        if (mayLack < 0 || mayLack > MOST) {
            throw new IllegalArgumentException("a release cannot lack " + mayLack + " regions");
        }
    }

    /** {@code all} or {@code all-but-2}. */
    @JsonValue
    public String wire() {
        return mayLack == 0 ? EVERY : EVERY + "-but-" + mayLack;
    }

    /** Reads {@link #wire}. @throws IllegalArgumentException if it is none */
    @JsonCreator
    public static Completeness ofWire(String wire) {
        if (wire.equals(EVERY)) {
            return ALL;
        }
        Matcher matcher = ALL_BUT.matcher(wire);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a policy is 'all' or like 'all-but-1', not '" + wire + "'");
        }
        return new Completeness(Integer.parseInt(matcher.group(1)));
    }

    /** This. @throws IllegalArgumentException if it leaves none of so many regions */
    public Completeness of(int regions) {
        if (mayLack > 0 && mayLack >= regions) {
            throw new IllegalArgumentException(
                    "policy " + wire() + " leaves none of " + regions + (regions == 1 ? " region" : " regions"));
        }
        return this;
    }

    @Override
    public String toString() {
        return wire();
    }
}
