package dev.shoal.dev.chaos;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.SplittableRandom;

/**
 * What is to go wrong. Rates are shares of requests, 0 to 1.
 *
 * @param seed the n-th time that the same request comes, the same seed has the same happen to it
 * @param errorRate answered 503 SlowDown without reaching the server
 * @param cutRate the connection is reset in the middle of the body
 * @param corruptRate one byte of the body is another
 * @param latencyMillis before a request goes on
 * @param bytesPerSecond of all bodies together; 0 is no limit
 * @param blackHole requests are taken and never answered
 * @param refuse every connection is reset at once
 * @param staleHead HEAD is answered as it was the first time, whatever has become of the object
 * @param forMillis after so long nothing goes wrong any more; 0 is until told otherwise
 */
public record Faults(
        long seed,
        @JsonProperty("error_rate") double errorRate,
        @JsonProperty("cut_rate") double cutRate,
        @JsonProperty("corrupt_rate") double corruptRate,
        @JsonProperty("latency_ms") long latencyMillis,
        @JsonProperty("bytes_per_second") long bytesPerSecond,
        @JsonProperty("black_hole") boolean blackHole,
        boolean refuse,
        @JsonProperty("stale_head") boolean staleHead,
        @JsonProperty("for_ms") long forMillis) {
    /** Nothing goes wrong. */
    public static final Faults NONE = new Faults(0, 0, 0, 0, 0, 0, false, false, false, 0);

    /** @throws IllegalArgumentException if a rate is none, or a quantity is negative */
    public Faults {
        rate("error_rate", errorRate);
        rate("cut_rate", cutRate);
        rate("corrupt_rate", corruptRate);
        if (latencyMillis < 0 || bytesPerSecond < 0 || forMillis < 0) {
            throw new IllegalArgumentException("latency, bandwidth and duration must not be negative");
        }
    }

    /** Only the errors. */
    public static Faults errors(double rate) {
        return new Faults(0, rate, 0, 0, 0, 0, false, false, false, 0);
    }

    /** Only cut connections. */
    public static Faults cuts(double rate) {
        return new Faults(0, 0, rate, 0, 0, 0, false, false, false, 0);
    }

    /** Only corrupted bodies. */
    public static Faults corruption(double rate) {
        return new Faults(0, 0, 0, rate, 0, 0, false, false, false, 0);
    }

    /** Only a limit to the bandwidth. */
    public static Faults bandwidth(long bytesPerSecond) {
        return new Faults(0, 0, 0, 0, 0, bytesPerSecond, false, false, false, 0);
    }

    /** Only a black hole. */
    public static Faults hole() {
        return new Faults(0, 0, 0, 0, 0, 0, true, false, false, 0);
    }

    /** Only refused connections. */
    public static Faults refusal() {
        return new Faults(0, 0, 0, 0, 0, 0, false, true, false, 0);
    }

    /** Only stale answers to HEAD. */
    public static Faults staleHeads() {
        return new Faults(0, 0, 0, 0, 0, 0, false, false, true, 0);
    }

    @JsonIgnore
    boolean isNone() {
        return equals(NONE);
    }

    /**
     * What happens to one request.
     *
     * @param error it is answered 503
     * @param cut the connection is reset within the body
     * @param corrupt a byte of the body is changed
     * @param place where in the body, as a share of its length
     */
    record Fate(boolean error, boolean cut, boolean corrupt, double place) {}

    /** Decides for the n-th occurrence of a request. */
    Fate fate(String request, int occurrence) {
        SplittableRandom random = new SplittableRandom(
                seed * 0x9E3779B97F4A7C15L + request.hashCode() * 0x100000001B3L + occurrence * 0xD1B54A32D192ED03L);
        // Each is drawn whatever the others are, so that one rate does not move another's victims.
        double error = random.nextDouble();
        double cut = random.nextDouble();
        double corrupt = random.nextDouble();
        return new Fate(error < errorRate, cut < cutRate, corrupt < corruptRate, random.nextDouble());
    }

    private static void rate(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " must be within 0 and 1, got " + value);
        }
    }
}
