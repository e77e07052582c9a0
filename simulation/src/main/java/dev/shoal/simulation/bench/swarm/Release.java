package dev.shoal.simulation.bench.swarm;

import dev.shoal.model.AppName;
import dev.shoal.model.job.Artifact;
import dev.shoal.simulation.bench.CpuTimes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** One release, from the flip until the last machine has verified it. Confined to one thread. */
final class Release {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final double LATE_WITHIN_SECONDS = 10;

    private final Testbed testbed;
    private final SwarmRegion region;
    private final Machines machines;
    private final int origins;
    private final boolean tracing;

    /** @param tracing whether each second is told on the standard error */
    Release(Testbed testbed, SwarmRegion region, Machines machines, int origins, boolean tracing) {
        this.testbed = testbed;
        this.region = region;
        this.machines = machines;
        this.origins = origins;
        this.tracing = tracing;
    }

    /** Something that happens to a machine so many seconds after the flip. */
    private record Incident(double second, int machine, boolean restart) {}

    /**
     * Releases the artifacts, each as a build of an app of its own.
     *
     * @param seq of all of them
     * @param bound of the untouched machines, in seconds
     */
    SwarmFigures run(Case scene, List<Artifact> artifacts, long seq, double bound, double limitSeconds)
            throws IOException, InterruptedException {
        List<Incident> incidents = incidents(scene, bound);
        double[] cpuBefore = cpu();
        double originCpu = region.cpuSeconds();
        long sent = traffic(true);
        long received = traffic(false);
        long entered = testbed.enteredRacks();
        CpuTimes times = CpuTimes.now();
        long flip = flip(artifacts, seq);
        double[] done = await(artifacts, incidents, flip, limitSeconds);
        CpuTimes after = CpuTimes.now();
        double brought = traffic(false) - received;
        double fromOutside = testbed.enteredRacks() - entered;
        long bytes = artifacts.stream().mapToLong(Artifact::size).sum();
        double[] cpuAfter = cpu();
        double cpuSeconds = 0;
        for (int i = 0; i < machines.count(); i++) {
            // A restarted process counts from its own start.
            cpuSeconds += cpuAfter[i] < cpuBefore[i] ? cpuAfter[i] : cpuAfter[i] - cpuBefore[i];
        }
        double memory = 0;
        List<Double> untouched = new ArrayList<>();
        List<Double> touched = new ArrayList<>();
        for (int i = 0; i < machines.count(); i++) {
            memory = Math.max(memory, (double) machines.agent(i).anonymousBytes());
            (scene.touches(i, machines.count()) ? touched : untouched).add(done[i]);
        }
        return new SwarmFigures(
                "shoal",
                scene.wire(),
                untouched,
                touched,
                bound,
                sent < 0 ? Double.NaN : (double) (traffic(true) - sent) / bytes,
                received < 0 ? Double.NaN : brought / bytes / machines.count(),
                entered < 0 ? Double.NaN : 1 - fromOutside / brought,
                cpuSeconds / machines.count(),
                region.cpuSeconds() - originCpu,
                memory / (1 << 20),
                bytes,
                after.idleShareSince(times),
                after.niceShareSince(times));
    }

    private long flip(List<Artifact> artifacts, long seq) throws IOException {
        long first = Long.MAX_VALUE;
        for (int i = 0; i < artifacts.size(); i++) {
            first = Math.min(first, region.release(new AppName("bench-" + i), seq, artifacts.get(i)));
        }
        return first;
    }

    private List<Incident> incidents(Case scene, double bound) throws IOException, InterruptedException {
        List<Incident> incidents = new ArrayList<>();
        int[] touched = IntStream.range(0, machines.count())
                .filter(i -> scene.touches(i, machines.count()))
                .toArray();
        for (int n = 0; n < touched.length; n++) {
            switch (scene) {
                case LATE -> {
                    machines.agent(touched[n]).signal("STOP");
                    incidents.add(new Incident(LATE_WITHIN_SECONDS * (n + 1) / touched.length, touched[n], false));
                }
                case KILLED -> incidents.add(new Incident(bound / 2, touched[n], true));
                case EQUAL, SLOW, TWO_BUILDS, RACKS -> {}
            }
        }
        return incidents;
    }

    /** Returns the seconds after the flip at which each machine had all. */
    private double[] await(List<Artifact> artifacts, List<Incident> incidents, long flip, double limitSeconds)
            throws IOException, InterruptedException {
        double[] done = new double[machines.count()];
        Arrays.fill(done, Double.NaN);
        List<Incident> ahead = new ArrayList<>(incidents);
        int left = done.length;
        Optional<Trace> trace =
                tracing ? Optional.of(new Trace(testbed, origins, machines.count(), System.err)) : Optional.empty();
        while (left > 0) {
            double now = (System.nanoTime() - flip) / 1e9;
            if (now > limitSeconds) {
                throw new IOException("%d of %d machines did not have the build after %.0f s"
                        .formatted(left, done.length, limitSeconds));
            }
            while (!ahead.isEmpty() && ahead.getFirst().second() <= now) {
                befall(ahead.removeFirst());
            }
            for (int i = 0; i < done.length; i++) {
                int machine = i;
                if (Double.isNaN(done[i])
                        && artifacts.stream().allMatch(a -> machines.hasVerified(machine, a.digest()))) {
                    done[i] = (System.nanoTime() - flip) / 1e9;
                    left--;
                }
            }
            if (trace.isPresent()) {
                trace.get().look(now, left);
            }
            LockSupport.parkNanos(POLL_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return done;
    }

    private void befall(Incident incident) throws IOException, InterruptedException {
        if (incident.restart()) {
            machines.restart(incident.machine());
        } else {
            machines.agent(incident.machine()).signal("CONT");
        }
    }

    private double[] cpu() throws IOException {
        double[] seconds = new double[machines.count()];
        for (int i = 0; i < seconds.length; i++) {
            seconds[i] = machines.agent(i).cpuSeconds();
        }
        return seconds;
    }

    /** What the origins sent, or else what the machines received; negative if the testbed cannot tell. */
    private long traffic(boolean ofOrigins) throws IOException, InterruptedException {
        long bytes = 0;
        if (ofOrigins) {
            for (int host = 0; host < origins; host++) {
                bytes += testbed.sent(host);
            }
        } else {
            for (int i = 0; i < machines.count(); i++) {
                bytes += testbed.received(machines.host(i));
            }
        }
        return bytes;
    }
}
