package dev.shoal.simulation.bench.swarm;

import dev.shoal.simulation.bench.CpuTimes;
import dev.shoal.simulation.bench.swarm.Rival.Share;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One distribution by another program, from the start of its leechers until the last has the file. */
final class RivalRelease {
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private RivalRelease() {}

    /** Runs it; the machines are the hosts after the first. */
    static SwarmFigures run(Rival rival, Testbed testbed, Path dir, Share share, double bound, double limitSeconds)
            throws IOException, InterruptedException {
        List<HostProcess> started = new ArrayList<>();
        try {
            List<List<String>> leechers = rival.origin(testbed, share, dir, started);
            double originCpu = cpu(started);
            long sent = testbed.sent(0);
            long received = received(testbed, share);
            CpuTimes times = CpuTimes.now();
            long start = System.nanoTime();
            for (int i = 0; i < leechers.size(); i++) {
                started.add(HostProcess.start(
                        testbed.on(1 + i, leechers.get(i)), dir.resolve(rival.wire() + "-" + i + ".log"), false));
            }
            double[] done = await(dir, share, start, limitSeconds);
            CpuTimes after = CpuTimes.now();
            long bytes = share.metainfo().size();
            List<HostProcess> own = started.subList(started.size() - done.length, started.size());
            return new SwarmFigures(
                    rival.wire(),
                    Case.EQUAL.wire(),
                    Arrays.stream(done).boxed().toList(),
                    List.of(),
                    bound,
                    sent < 0 ? Double.NaN : (double) (testbed.sent(0) - sent) / bytes,
                    received < 0 ? Double.NaN : (double) (received(testbed, share) - received) / bytes / done.length,
                    Double.NaN,
                    cpu(own) / done.length,
                    cpu(started.subList(0, started.size() - done.length)) - originCpu,
                    memory(own),
                    bytes,
                    after.idleShareSince(times),
                    after.niceShareSince(times));
        } finally {
            started.reversed().forEach(HostProcess::close);
        }
    }

    private static double[] await(Path dir, Share share, long start, double limitSeconds)
            throws IOException, InterruptedException {
        double[] done = new double[share.leechers()];
        Arrays.fill(done, Double.NaN);
        for (int left = done.length; left > 0; ) {
            double now = (System.nanoTime() - start) / 1e9;
            if (now > limitSeconds) {
                throw new IOException("%d of %d leechers were not done after %.0f s, see %s"
                        .formatted(left, done.length, limitSeconds, dir));
            }
            for (int i = 0; i < done.length; i++) {
                if (Double.isNaN(done[i]) && share.isDone(dir, i)) {
                    done[i] = now;
                    left--;
                }
            }
            LockSupport.parkNanos(POLL_NANOS);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return done;
    }

    private static long received(Testbed testbed, Share share) throws IOException, InterruptedException {
        long bytes = 0;
        for (int i = 0; i < share.leechers(); i++) {
            bytes += testbed.received(1 + i);
        }
        return bytes;
    }

    /** Of all of them; not a number if one has ended. */
    private static double cpu(List<HostProcess> processes) throws IOException {
        double seconds = 0;
        for (HostProcess process : processes) {
            seconds += process.isAlive() ? process.cpuSeconds() : Double.NaN;
        }
        return seconds;
    }

    private static double memory(List<HostProcess> leechers) throws IOException {
        double most = Double.NaN;
        for (HostProcess leecher : leechers) {
            if (leecher.isAlive()) {
                double mebibytes = leecher.anonymousBytes() / (double) (1 << 20);
                most = Double.isNaN(most) ? mebibytes : Math.max(most, mebibytes);
            }
        }
        return most;
    }
}
