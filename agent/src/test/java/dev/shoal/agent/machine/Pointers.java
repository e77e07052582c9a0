package dev.shoal.agent.machine;

import dev.shoal.agent.swarm.TestArtifact;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.job.Activation;
import dev.shoal.model.job.Artifact;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.torrent.Metainfo;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** Pointers for tests: app {@code hello}, region {@code eu}. */
final class Pointers {
    static final AppName APP = new AppName("hello");
    static final RegionName EU = new RegionName("eu");
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final Activation PLAIN = Activation.ofFile("app");

    private Pointers() {}

    static Pointer of(long seq, TestArtifact artifact, Activation activation) {
        return of(seq, 0, 1000, artifact.metainfo(), activation, NOW);
    }

    static Pointer of(long seq, int step, int permille, Metainfo metainfo, Activation activation, Instant issued) {
        return new Pointer(
                APP,
                new BuildName(APP + "-" + seq),
                new Seq(seq),
                step,
                new Artifact(metainfo.digest(), metainfo.size(), metainfo.infoHash(), metainfo.pieceLength()),
                activation,
                Map.of(EU, permille),
                issued,
                issued.plus(Duration.ofDays(7)));
    }

    static Activation hooks(String start, String health, String stop, Duration healthTimeout) {
        return new Activation(
                "app",
                Activation.Unpack.NONE,
                Optional.empty(),
                Optional.of(start),
                Optional.of(health),
                Optional.of(stop),
                healthTimeout);
    }
}
