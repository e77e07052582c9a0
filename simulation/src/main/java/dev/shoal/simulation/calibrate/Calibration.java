package dev.shoal.simulation.calibrate;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.simulation.fleet.FleetResult;
import dev.shoal.simulation.fleet.FleetSimulation;
import dev.shoal.simulation.fleet.Scenario;
import dev.shoal.simulation.fleet.Scenarios;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Real releases and the same ones in the simulator, side by side. Nothing is fitted: what the simulator cannot know of this computer
 * (rates of the links, start-up, hashing shared by all agents) is measured in the same run and given to it.
 *
 * @param idle by the number of agents: share of this computer that their busiest release left; below a quarter the computer is part of what is measured
 */
record Calibration(List<Comparison> comparisons, Map<Integer, Double> idle) {
    private static final double TIME_GOAL = 0.10;
    private static final double BYTES_GOAL = 0.15;
    private static final double LEAST_IDLE = 0.25;

    Calibration {
        comparisons = List.copyOf(comparisons);
        idle = Collections.unmodifiableMap(new TreeMap<>(idle));
    }

    /**
     * Simulates what was measured.
     *
     * @param hashBytesPerSecond of one core of this computer
     */
    static Calibration of(List<Measured> measured, double hashBytesPerSecond, int cores) {
        List<Comparison> comparisons = new ArrayList<>();
        Map<Integer, Double> idle = new TreeMap<>();
        for (Measured real : measured) {
            FleetResult result = FleetSimulation.run("calibrate", scene(real, hashBytesPerSecond, cores));
            int n = real.agents();
            double origins = result.bytes().getOrDefault("origins", 0.0) / real.size();
            comparisons.add(new Comparison(
                    n, "makespan, s", real.seconds(1), result.complete().max(), TIME_GOAL));
            comparisons.add(new Comparison(
                    n, "p50, s", real.seconds(0.5), result.complete().p50(), TIME_GOAL));
            comparisons.add(new Comparison(
                    n, "p99, s", real.seconds(0.99), result.complete().p99(), TIME_GOAL));
            comparisons.add(new Comparison(n, "origin, builds", real.originShare(), origins, BYTES_GOAL));
            idle.merge(n, real.idle(), Math::min);
        }
        return new Calibration(comparisons, idle);
    }

    /** The scenario of a measured release. */
    static Scenario scene(Measured real, double hashBytesPerSecond, int cores) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("machines", "" + real.agents());
        settings.put("regions", "1");
        settings.put("size", "" + real.size());
        settings.put("piece", "" + real.pieceLength());
        settings.put("groups", "0");
        settings.put("nic", "" + real.tcpBytesPerSecond());
        settings.put("origins", "" + real.origins());
        settings.put("origin_nic", "" + real.tcpBytesPerSecond());
        // The origin has as many pieces on their way and shows each to one machine, as the real one.
        settings.put("origin_slots", "6");
        settings.put("striped", "true");
        // All agents finish at about the same time and share the cores.
        settings.put("verify", "" + hashBytesPerSecond * Math.min(1, (double) cores / real.agents()));
        // The pointer's way is drawn from 1 to 2 times this; what a tiny build took is the mean.
        settings.put("wan_delay", "" + real.startSeconds() / 1.5);
        settings.put("fanout", "0");
        return Scenarios.load("all-at-once", settings);
    }

    /** Whether all errors are within their goals. */
    @JsonProperty("good")
    boolean isGood() {
        return comparisons.stream().allMatch(Comparison::isGood);
    }

    /** For people. */
    String text() {
        StringBuilder out = new StringBuilder(String.format(
                Locale.ROOT, "%6s  %-14s  %8s  %9s  %8s  %6s%n", "agents", "", "real", "simulated", "error", "goal"));
        for (Comparison c : comparisons) {
            out.append(String.format(
                    Locale.ROOT,
                    "%6d  %-14s  %8.2f  %9.2f  %+7.1f%%  %5.0f%%%s%n",
                    c.agents(),
                    c.what(),
                    c.real(),
                    c.simulated(),
                    c.error() * 100,
                    c.goal() * 100,
                    c.isGood() ? "" : "  missed"));
        }
        idle.forEach((agents, share) -> out.append(String.format(
                Locale.ROOT,
                share < LEAST_IDLE
                        ? "%6d agents left only %.0f %% of this computer idle: it, and not the links, is part of what is measured%n"
                        : "%6d agents left %.0f %% of this computer idle%n",
                agents,
                share * 100)));
        out.append(
                "The simulator cannot tell: the computer's load, TCP's ramps and losses, a JVM's start, a disk that falls behind.\n");
        return out.toString();
    }
}
