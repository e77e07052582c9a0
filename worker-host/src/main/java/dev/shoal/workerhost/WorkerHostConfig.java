package dev.shoal.workerhost;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.activities.blobs.RegionConfig;
import dev.shoal.activities.host.BuildHostConfig;
import dev.shoal.activities.host.BuildSecret;
import dev.shoal.activities.jobs.DatabaseConfig;
import dev.shoal.activities.sandbox.BuildLimits;
import dev.shoal.model.AppName;
import dev.shoal.model.ByteSizes;
import dev.shoal.model.HostId;
import dev.shoal.model.RegionName;
import dev.shoal.model.gate.ReplicationMode;
import dev.shoal.model.pointer.SigningKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The configuration file of every role; see {@code docs/ARCHITECTURE.md}. Each role needs its own section and ignores the others'.
 *
 * @param caFile of the CA certificates, in PEM, that are trusted instead of the JDK's
 * @param adminPort of {@code GET /health}; 0 takes a free one
 */
record WorkerHostConfig(
        @JsonProperty("admin_port") int adminPort,
        TemporalConfig temporal,
        DatabaseConfig database,
        @JsonProperty("home_region") RegionName homeRegion,
        List<RegionConfig> regions,
        Optional<BuildConfig> build,
        Optional<ReleaseConfig> release,
        Optional<MonitorConfig> monitor,
        @JsonProperty("ca_file") Optional<Path> caFile) {
    WorkerHostConfig {
        regions = List.copyOf(regions);
        RegionName home = homeRegion;
        if (regions.stream().noneMatch(region -> region.name().equals(home))) {
            throw new IllegalArgumentException("home_region " + home + " is not one of the regions");
        }
        List<RegionName> known = regions.stream().map(RegionConfig::name).toList();
        release.map(ReleaseConfig::managed)
                .ifPresent(managed -> managed.keySet().forEach(region -> {
                    if (!known.contains(region) || region.equals(home)) {
                        throw new IllegalArgumentException(
                                "release.replication: " + region + " is no other region than home");
                    }
                }));
    }

    /** The names of all regions, in the file's order. */
    List<RegionName> regionNames() {
        return regions.stream().map(RegionConfig::name).toList();
    }

    /** Where Temporal's frontend is. */
    record TemporalConfig(String target, String namespace) {}

    /**
     * Role {@code build}.
     *
     * @param hostId stays the same across restarts on the same disk
     * @param slots concurrent builds
     * @param heartBeatInterval of {@code last_heart_beat} in SQL
     * @param grace for running builds on SIGTERM
     * @param memoryLimit of each build, like {@code 4GiB}; none by default
     * @param pidsLimit processes and threads of each build; 4096 by default
     * @param cpuWeight of each build, 100 is everybody's; none by default
     * @param secrets that builds of some apps get, by the name of the variable
     * @param cacheMaxBytes of git mirrors, like {@code 50GiB}, the default
     * @param logLimit how much of a build's output is kept, like {@code 64MiB}
     */
    record BuildConfig(
            @JsonProperty("host_id") HostId hostId,
            int slots,
            @JsonProperty("work_dir") Path workDir,
            @JsonProperty("heart_beat_interval") Optional<Duration> heartBeatInterval,
            Optional<Duration> grace,
            @JsonProperty("memory_limit") Optional<String> memoryLimit,
            @JsonProperty("pids_limit") Optional<Integer> pidsLimit,
            @JsonProperty("cpu_weight") Optional<Integer> cpuWeight,
            @JsonProperty("log_limit") Optional<String> logLimit,
            Optional<Map<String, SecretConfig>> secrets,
            @JsonProperty("cache_max_bytes") Optional<String> cacheMaxBytes) {
        private static final long DEFAULT_CACHE = 50L << 30;
        private static final int DEFAULT_PIDS = 4096;
        private static final Duration DEFAULT_HEART_BEAT = Duration.ofSeconds(15);
        private static final Duration DEFAULT_GRACE = Duration.ofSeconds(30);

        BuildConfig {
            if (slots < 1 || slots > 256) {
                throw new IllegalArgumentException("build.slots must be within 1..256, got " + slots);
            }
            if (!workDir.isAbsolute()) {
                throw new IllegalArgumentException("build.work_dir must be absolute, got '" + workDir + "'");
            }
            heartBeatInterval =
                    Optional.of(positive("build.heart_beat_interval", heartBeatInterval.orElse(DEFAULT_HEART_BEAT)));
            grace = Optional.of(positive("build.grace", grace.orElse(DEFAULT_GRACE)));
            var unusedLimits = limits(memoryLimit, pidsLimit, cpuWeight);
            var unusedOutput = logLimit.map(ByteSizes::parse);
            secrets = secrets.map(Map::copyOf);
            var unusedCache = cacheMaxBytes.map(ByteSizes::parse);
            var unusedSecrets = given(secrets);
        }

        /** Of builds of this host. */
        List<BuildSecret> given() {
            return given(secrets);
        }

        private static List<BuildSecret> given(Optional<Map<String, SecretConfig>> secrets) {
            return secrets.orElse(Map.of()).entrySet().stream()
                    .map(secret -> new BuildSecret(
                            secret.getKey(),
                            secret.getValue().file(),
                            secret.getValue().apps()))
                    .toList();
        }

        BuildLimits limits() {
            return limits(memoryLimit, pidsLimit, cpuWeight);
        }

        private static BuildLimits limits(
                Optional<String> memory, Optional<Integer> pids, Optional<Integer> cpuWeight) {
            return new BuildLimits(
                    memory.map(text -> OptionalLong.of(ByteSizes.parse(text))).orElse(OptionalLong.empty()),
                    OptionalInt.of(pids.orElse(DEFAULT_PIDS)),
                    cpuWeight.map(OptionalInt::of).orElse(OptionalInt.empty()));
        }

        /** What the git mirrors may take together. */
        long mirrorBytes() {
            return cacheMaxBytes.map(ByteSizes::parse).orElse(DEFAULT_CACHE);
        }

        /** Of each build, in bytes. */
        long keptOutput() {
            return logLimit.map(ByteSizes::parse).orElse(BuildHostConfig.DEFAULT_LOG_LIMIT);
        }

        Duration beat() {
            return heartBeatInterval.orElse(DEFAULT_HEART_BEAT);
        }

        Duration drain() {
            return grace.orElse(DEFAULT_GRACE);
        }
    }

    /** A secret that is given to builds: the file that holds it, and to whose builds. */
    record SecretConfig(Path file, Set<AppName> apps) {}

    /**
     * How a region gets its builds.
     *
     * @param deadline of a provider that replicates; then Shoal copies
     */
    record ReplicationConfig(ReplicationMode mode, Optional<Duration> deadline) {
        private static final Duration DEFAULT_DEADLINE = Duration.ofMinutes(20);

        ReplicationConfig {
            if (mode == ReplicationMode.COPY && deadline.isPresent()) {
                throw new IllegalArgumentException("release.replication: only mode managed has a deadline");
            }
            deadline = Optional.of(positive("release.replication deadline", deadline.orElse(DEFAULT_DEADLINE)));
        }
    }

    /**
     * Role {@code release}.
     *
     * @param globalConsulTokenFile of the ACL token, which may write pointers; read anew for each request
     * @param provenanceSigningKeyFile of a key that signs nothing else; builds have no provenance without it
     * @param replication of the regions that are not simply copied to
     */
    record ReleaseConfig(
            @JsonProperty("signing_key_file") Path signingKeyFile,
            @JsonProperty("verify_key_file") Path verifyKeyFile,
            @JsonProperty("global_consul") URI globalConsul,
            @JsonProperty("global_consul_token_file") Optional<Path> globalConsulTokenFile,
            @JsonProperty("pointer_validity") Optional<Duration> pointerValidity,
            @JsonProperty("rollout_deadline") Optional<Duration> rolloutDeadline,
            @JsonProperty("machine_liveness") Optional<Duration> machineLiveness,
            Optional<Map<RegionName, ReplicationConfig>> replication,
            @JsonProperty("provenance_signing_key_file") Optional<Path> provenanceSigningKeyFile,
            @JsonProperty("provenance_verify_key_file") Optional<Path> provenanceVerifyKeyFile) {
        ReleaseConfig {
            if (provenanceSigningKeyFile.isPresent() != provenanceVerifyKeyFile.isPresent()) {
                throw new IllegalArgumentException(
                        "release: provenance_signing_key_file and provenance_verify_key_file belong together");
            }
            replication = replication.map(Map::copyOf);
            pointerValidity =
                    Optional.of(positive("release.pointer_validity", pointerValidity.orElse(Duration.ofDays(7))));
            rolloutDeadline =
                    Optional.of(positive("release.rollout_deadline", rolloutDeadline.orElse(Duration.ofMinutes(10))));
            machineLiveness =
                    Optional.of(positive("release.machine_liveness", machineLiveness.orElse(Duration.ofSeconds(60))));
        }

        /** What signs provenance; without it builds have none. */
        Optional<SigningKey> provenanceKey() throws IOException {
            return provenanceSigningKeyFile.isEmpty() || provenanceVerifyKeyFile.isEmpty()
                    ? Optional.empty()
                    : Optional.of(SigningKey.ofPem(
                            Files.readString(provenanceSigningKeyFile.get()),
                            Files.readString(provenanceVerifyKeyFile.get())));
        }

        /** The regions to which the provider replicates, each with its deadline. */
        Map<RegionName, Duration> managed() {
            return replication.orElse(Map.of()).entrySet().stream()
                    .filter(region -> region.getValue().mode() == ReplicationMode.MANAGED)
                    .collect(Collectors.toUnmodifiableMap(
                            Map.Entry::getKey,
                            region -> region.getValue().deadline().orElseThrow()));
        }

        Duration validity() {
            return pointerValidity.orElseThrow();
        }

        Duration deadline() {
            return rolloutDeadline.orElseThrow();
        }

        Duration liveness() {
            return machineLiveness.orElseThrow();
        }
    }

    /**
     * Role {@code monitor}.
     *
     * @param threshold a running job whose last heartbeat is older is looked at
     * @param interval between two rounds
     * @param retention what is deleted and when; without it nothing is: deleting must be asked for
     */
    record MonitorConfig(
            Optional<Duration> threshold, Optional<Duration> interval, Optional<RetentionConfig> retention) {
        MonitorConfig {
            threshold = Optional.of(positive("monitor.threshold", threshold.orElse(Duration.ofMinutes(20))));
            interval = Optional.of(positive("monitor.interval", interval.orElse(Duration.ofSeconds(10))));
        }

        Duration limit() {
            return threshold.orElseThrow();
        }

        Duration every() {
            return interval.orElseThrow();
        }
    }

    static Duration positive(String name, Duration value) {
        if (value.isZero() || value.isNegative()) {
            throw new IllegalArgumentException(name + " must be positive, got " + value);
        }
        return value;
    }
}
