package dev.shoal.agent.machine;

import dev.shoal.agent.YamlConfig;
import dev.shoal.model.AppName;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The YAML of a machine process.
 *
 * @param host the address on which the machines listen for peers; default 127.0.0.1
 * @param tokenFile the bearer token for reports
 * @param reportInterval the longest silence towards the region agents; default 10 s
 * @param limits of transfers, for each machine
 * @param caFile of the CA certificates, in PEM, that are trusted instead of the JDK's
 * @param nativeDir where libtorrent's library is unpacked; default in the user's cache, so that processes share it
 */
record MachineAgentConfig(
        int adminPort,
        RegionName region,
        @Nullable String host,
        Consul consul,
        List<URI> regionAgents,
        List<Path> trustedKeys,
        Path tokenFile,
        Duration reportInterval,
        @Nullable LimitPlan limits,
        @Nullable Path nativeDir,
        @Nullable Path caFile,
        List<Machine> machines) {
    private static final Duration DEFAULT_REPORT_INTERVAL = Duration.ofSeconds(10);

    /** The region's own Consul. */
    record Consul(URI url, @Nullable Path tokenFile) {
        Consul {
            required("consul.url", url);
        }

        Optional<Path> token() {
            return Optional.ofNullable(tokenFile);
        }
    }

    /**
     * One machine.
     *
     * @param apps which it runs; default all
     * @param env for its hooks
     * @param keep how many of the newest versions of an app stay on disk, besides the active and the previous one; default 3
     * @param pinned seqs by app whose versions are never deleted
     * @param rack where it stands: most of its peers are of the same rack. Up to 64 letters, digits, dots, dashes, underscores
     */
    record Machine(
            MachineId id,
            Path dataDir,
            int torrentPort,
            List<String> apps,
            Map<String, String> env,
            @Nullable Integer keep,
            Map<AppName, Set<Long>> pinned,
            @Nullable String rack) {
        private static final int DEFAULT_KEEP = 3;
        private static final Pattern RACK = Pattern.compile("[A-Za-z0-9._-]{1,64}");

        Machine {
            required("machines.id", id);
            required("machines.data_dir", dataDir);
            apps = List.copyOf(Objects.requireNonNullElse(apps, List.of("*")));
            env = Map.copyOf(Objects.requireNonNullElse(env, Map.of()));
            pinned = Map.copyOf(Objects.requireNonNullElse(pinned, Map.of()));
            if (keep != null && keep < 0) {
                throw new IllegalArgumentException("machines.keep must not be negative, got " + keep);
            }
            if (rack != null && !RACK.matcher(rack).matches()) {
                throw new IllegalArgumentException("machines.rack must match " + RACK + ", got " + rack);
            }
        }

        int keepVersions() {
            return keep == null ? DEFAULT_KEEP : keep;
        }
    }

    MachineAgentConfig {
        required("region", region);
        required("consul", consul);
        required("token_file", tokenFile);
        regionAgents = notEmpty("region_agents", regionAgents);
        trustedKeys = notEmpty("trusted_keys", trustedKeys);
        machines = notEmpty("machines", machines);
        reportInterval = Objects.requireNonNullElse(reportInterval, DEFAULT_REPORT_INTERVAL);
        Set<Object> unique = new HashSet<>();
        for (Machine machine : machines) {
            if (!unique.add(machine.id) || !unique.add(machine.dataDir.toAbsolutePath())) {
                throw new IllegalArgumentException("two machines share the id or directory of " + machine.id);
            }
        }
    }

    /** Reads and checks the file. @throws MachineException saying what is wrong in it */
    static MachineAgentConfig read(Path file) {
        try {
            return YamlConfig.read(file, MachineAgentConfig.class);
        } catch (IllegalArgumentException e) {
            throw new MachineException(String.valueOf(e.getMessage()), e);
        }
    }

    String listenHost() {
        return host == null ? "127.0.0.1" : host;
    }

    LimitPlan limitPlan() {
        return limits == null ? LimitPlan.NONE : limits;
    }

    Path nativeDirectory() {
        return nativeDir == null ? cache(System.getenv()).resolve("native") : nativeDir;
    }

    private static Path cache(Map<String, String> env) {
        if (env.containsKey("SHOAL_CACHE")) {
            return Path.of(env.get("SHOAL_CACHE"));
        }
        return env.containsKey("XDG_CACHE_HOME")
                ? Path.of(env.get("XDG_CACHE_HOME"), "shoal")
                : Path.of(System.getProperty("user.home"), ".cache", "shoal");
    }

    private static void required(String key, @Nullable Object value) {
        if (value == null) {
            throw new IllegalArgumentException("'" + key + "' is missing");
        }
    }

    private static <T> List<T> notEmpty(String key, @Nullable List<T> values) {
        if (values == null || values.isEmpty()) {
            throw new IllegalArgumentException("'" + key + "' must not be empty");
        }
        return List.copyOf(values);
    }
}
