package dev.shoal.agent.machine;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.pointer.VerifyKey;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The YAML of a machine process, checked.
 *
 * @param nativeDir where libtorrent's library is unpacked; by default in the user's cache
 * @param host the address the machines listen on for peers
 */
record MachineAgentConfig(
        int adminPort,
        RegionName region,
        String host,
        Consul consul,
        List<URI> regionAgents,
        List<Path> trustedKeys,
        Path tokenFile,
        Duration reportInterval,
        Path nativeDir,
        List<Machine> machines) {

    /** The region's own Consul. */
    record Consul(URI url, Optional<Path> tokenFile) {}

    /** One machine. */
    record Machine(MachineId id, Path dataDir, int torrentPort, List<String> apps, Map<String, String> env) {}

    private record Raw(
            int adminPort,
            String region,
            @Nullable String host,
            RawConsul consul,
            List<URI> regionAgents,
            List<Path> trustedKeys,
            Path tokenFile,
            @Nullable String reportInterval,
            @Nullable Path nativeDir,
            List<RawMachine> machines) {}

    private record RawConsul(URI url, @Nullable Path tokenFile) {}

    private record RawMachine(
            String id,
            Path dataDir,
            int torrentPort,
            @Nullable List<String> apps,
            @JsonProperty("env") @Nullable Map<String, String> env) {}

    private static final Pattern DURATION = Pattern.compile("(\\d+)(ms|s|m|h|d)");

    /** Reads and checks the file. @throws MachineException saying what is wrong in it */
    static MachineAgentConfig read(Path file) {
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory())
                .registerModule(new Jdk8Module())
                .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
        try {
            return checked(yaml.readValue(Files.readAllBytes(file), Raw.class));
        } catch (IOException | RuntimeException e) {
            String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
            throw new MachineException(file + ": " + message, e);
        }
    }

    private static MachineAgentConfig checked(Raw raw) {
        List<Machine> machines = new ArrayList<>();
        Set<Object> unique = new HashSet<>();
        for (RawMachine m : required("machines", raw.machines)) {
            Machine machine = new Machine(
                    new MachineId(required("machines.id", m.id)),
                    required("machines.data_dir", m.dataDir).toAbsolutePath(),
                    m.torrentPort,
                    m.apps == null ? List.of("*") : List.copyOf(m.apps),
                    m.env == null ? Map.of() : Map.copyOf(m.env));
            if (!unique.add(machine.id) || !unique.add(machine.dataDir)) {
                throw new IllegalArgumentException("two machines share the id or directory of " + machine.id);
            }
            machines.add(machine);
        }
        RawConsul consul = required("consul", raw.consul);
        List<URI> agents = required("region_agents", raw.regionAgents);
        List<Path> keys = required("trusted_keys", raw.trustedKeys);
        if (machines.isEmpty() || agents.isEmpty() || keys.isEmpty()) {
            throw new IllegalArgumentException("machines, region_agents and trusted_keys must not be empty");
        }
        return new MachineAgentConfig(
                raw.adminPort,
                new RegionName(required("region", raw.region)),
                raw.host == null ? "127.0.0.1" : raw.host,
                new Consul(required("consul.url", consul.url), Optional.ofNullable(consul.tokenFile)),
                List.copyOf(agents),
                List.copyOf(keys),
                required("token_file", raw.tokenFile),
                duration(raw.reportInterval == null ? "10s" : raw.reportInterval),
                raw.nativeDir == null ? cache().resolve("native") : raw.nativeDir,
                machines);
    }

    /** The trusted keys' contents. @throws MachineException naming the file that is no public key */
    List<VerifyKey> readTrustedKeys() {
        return trustedKeys.stream().map(MachineAgentConfig::readKey).toList();
    }

    private static VerifyKey readKey(Path file) {
        try {
            return VerifyKey.ofPem(Files.readString(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new MachineException("trusted key " + file + ": " + e.getMessage(), e);
        }
    }

    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("a duration is like 15s, 10m or 1h, got '" + text + "'");
        }
        long n = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(n);
            case "s" -> Duration.ofSeconds(n);
            case "m" -> Duration.ofMinutes(n);
            case "h" -> Duration.ofHours(n);
            default -> Duration.ofDays(n);
        };
    }

    private static Path cache() {
        String shoal = System.getenv("SHOAL_CACHE");
        String xdg = System.getenv("XDG_CACHE_HOME");
        if (shoal != null) {
            return Path.of(shoal);
        }
        return xdg != null ? Path.of(xdg, "shoal") : Path.of(System.getProperty("user.home"), ".cache", "shoal");
    }

    private static <T> T required(String key, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("'" + key + "' is missing");
        }
        return value;
    }
}
