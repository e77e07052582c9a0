package dev.shoal.api;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.activities.blobs.RegionConfig;
import dev.shoal.activities.jobs.DatabaseConfig;
import dev.shoal.activities.jobs.TokenStore.Role;
import dev.shoal.model.ByteSizes;
import dev.shoal.model.RegionName;
import dev.shoal.model.job.JobLimits;
import io.dropwizard.core.Configuration;
import io.dropwizard.util.DataSize;
import io.dropwizard.util.Duration;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The configuration file of the API, as docs/ARCHITECTURE.md fixes it. Immutable in its own part; unknown keys are an error. */
public final class ApiConfiguration extends Configuration {
    private static final DataSize LARGEST_SOURCE = DataSize.gibibytes(1);
    private static final Duration LIVENESS = Duration.seconds(60);

    private final DatabaseConfig database;
    private final TemporalConfig temporal;
    private final RegionName homeRegion;
    private final List<RegionConfig> regions;
    private final List<BootstrapToken> bootstrapTokens;
    private final Duration machineLiveness;
    private final DataSize largestSource;
    private final JobLimits mostOfAJob;
    private final Optional<Path> caFile;

    /** @throws IllegalArgumentException naming the key that is missing or wrong */
    @JsonCreator
    public ApiConfiguration(
            @JsonProperty("database") @Nullable DatabaseConfig database,
            @JsonProperty("temporal") @Nullable TemporalConfig temporal,
            @JsonProperty("home_region") @Nullable RegionName homeRegion,
            @JsonProperty("regions") @Nullable List<RegionConfig> regions,
            @JsonProperty("bootstrap_tokens") @Nullable List<BootstrapToken> bootstrapTokens,
            @JsonProperty("machine_liveness") @Nullable Duration machineLiveness,
            @JsonProperty("largest_source") @Nullable DataSize largestSource,
            @JsonProperty("build_limits") @Nullable BuildLimitsConfig buildLimits,
            @JsonProperty("ca_file") @Nullable Path caFile) {
        this.mostOfAJob = buildLimits == null ? JobLimits.NONE : buildLimits.most();
        this.caFile = Optional.ofNullable(caFile);
        this.database = required("database", database);
        this.temporal = required("temporal", temporal);
        this.homeRegion = required("home_region", homeRegion);
        this.regions = List.copyOf(required("regions", regions));
        this.bootstrapTokens = bootstrapTokens == null ? List.of() : List.copyOf(bootstrapTokens);
        this.machineLiveness = machineLiveness == null ? LIVENESS : machineLiveness;
        this.largestSource = largestSource == null ? LARGEST_SOURCE : largestSource;
        if (this.regions.stream().noneMatch(r -> r.name().equals(this.homeRegion))) {
            throw new IllegalArgumentException("home_region " + homeRegion + " is not one of the regions");
        }
    }

    /**
     * Where Temporal is.
     *
     * @param webUi to which the dashboard links
     */
    public record TemporalConfig(
            String target,
            String namespace,
            @JsonProperty("web_ui") URI webUi) {}

    /**
     * What every build host allows a build, as in their configuration: a job that asks for more is refused when it is submitted. A host
     * keeps to its own limits whatever a job asks for.
     */
    public record BuildLimitsConfig(
            @JsonProperty("memory_limit") @Nullable String memoryLimit,
            @JsonProperty("pids_limit") @Nullable Integer pidsLimit,
            @JsonProperty("log_limit") @Nullable String logLimit) {
        JobLimits most() {
            return new JobLimits(
                    Optional.empty(),
                    Optional.ofNullable(memoryLimit).map(ByteSizes::parse),
                    Optional.ofNullable(pidsLimit),
                    Optional.ofNullable(logLimit).map(ByteSizes::parse));
        }
    }

    /** A token that is made if its file is missing. The role is written in lower case. */
    public record BootstrapToken(String name, Role role, Path file) {
        /** From the file's words. */
        @JsonCreator
        public static BootstrapToken of(
                @JsonProperty("name") String name, @JsonProperty("role") String role, @JsonProperty("file") Path file) {
            return new BootstrapToken(name, Role.valueOf(role.toUpperCase(Locale.ROOT)), file);
        }
    }

    /** The CA certificates, in PEM, that are trusted instead of the JDK's. */
    public Optional<Path> caFile() {
        return caFile;
    }

    /** The highest limits that a job may ask for. */
    public JobLimits mostOfAJob() {
        return mostOfAJob;
    }

    public DatabaseConfig database() {
        return database;
    }

    public TemporalConfig temporal() {
        return temporal;
    }

    public RegionName homeRegion() {
        return homeRegion;
    }

    public List<RegionConfig> regions() {
        return regions;
    }

    public List<BootstrapToken> bootstrapTokens() {
        return bootstrapTokens;
    }

    /** How recently a machine must have been heard of to count as live. */
    public java.time.Duration machineLiveness() {
        return machineLiveness.toJavaDuration();
    }

    /** The largest tarball that may be uploaded, in bytes. */
    public long largestSource() {
        return largestSource.toBytes();
    }

    private static <T> T required(String key, @Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException(key + " is missing");
        }
        return value;
    }
}
