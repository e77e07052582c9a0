package dev.shoal.model.provenance;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An in-toto Statement v1 whose predicate is SLSA provenance v1 (slsa.dev/spec/v1.0/provenance). Names are the specifications'.
 *
 * @param subject what was built
 */
public record Statement(
        @JsonProperty("_type") String type, List<Resource> subject, String predicateType, Predicate predicate) {
    /** The type of every statement of version 1. */
    public static final String TYPE = "https://in-toto.io/Statement/v1";

    /** The type of every SLSA provenance of version 1. */
    public static final String PREDICATE_TYPE = "https://slsa.dev/provenance/v1";

    /** The media type of a statement in a DSSE envelope. */
    public static final String PAYLOAD_TYPE = "application/vnd.in-toto+json";

    public Statement {
        subject = List.copyOf(subject);
    }

    /** How and where it was built. */
    public record Predicate(BuildDefinition buildDefinition, RunDetails runDetails) {}

    /**
     * The inputs.
     *
     * @param buildType says what the parameters mean
     * @param externalParameters under the control of who submitted the build, hence to be checked by who verifies
     * @param internalParameters set by Shoal
     */
    public record BuildDefinition(
            String buildType,
            Map<String, Object> externalParameters,
            Map<String, Object> internalParameters,
            List<Resource> resolvedDependencies) {
        public BuildDefinition {
            externalParameters = Map.copyOf(externalParameters);
            internalParameters = Map.copyOf(internalParameters);
            resolvedDependencies = List.copyOf(resolvedDependencies);
        }
    }

    /** The execution. */
    public record RunDetails(Builder builder, Metadata metadata) {}

    /** Who is trusted to have run the build as described: a URI. */
    public record Builder(String id) {}

    /** {@code invocationId} is unique for the builder. */
    public record Metadata(String invocationId, Instant startedOn, Instant finishedOn) {}

    /** A resource descriptor: an artifact by its digests, hex. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Resource(@Nullable String name, @Nullable String uri, Map<String, String> digest) {
        public Resource {
            digest = Map.copyOf(digest);
        }
    }
}
