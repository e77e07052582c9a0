package dev.shoal.simulation.stack;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.model.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What {@code stack.json} in a stack's directory says: what runs where. */
public record StackFile(
        @JsonProperty("supervisor_pid") long supervisorPid,
        URI api,
        @JsonProperty("admin_token_file") Path adminTokenFile,
        String temporal,
        @JsonProperty("temporal_ui") URI temporalUi,
        @JsonProperty("global_consul") URI globalConsul,
        @JsonProperty("home_region") String homeRegion,
        List<Region> regions,
        List<Machine> machines,
        List<StackProcess> processes) {

    /** A region's addresses. */
    public record Region(String name, URI s3, String bucket, URI consul, List<URI> agents) {}

    /** A machine; {@code appPort} is where the service of a released app may listen. */
    public record Machine(
            String id,
            String region,
            @JsonProperty("data_dir") Path dataDir,
            @JsonProperty("app_port") int appPort) {}

    /** A supervised process. */
    public record StackProcess(
            String name, String kind, long pid, int port, String state, boolean healthy, int restarts) {}

    /** Reads the file of the stack in {@code dir}. @throws UncheckedIOException if there is none */
    public static StackFile read(Path dir) {
        try {
            return Json.read(Files.readAllBytes(dir.resolve("stack.json")), StackFile.class);
        } catch (IOException e) {
            throw new UncheckedIOException("no running stack in " + dir + " (start one with ./shoal up)", e);
        }
    }

    /** The administrator's bearer token. */
    public String adminToken() {
        try {
            return Files.readString(adminTokenFile).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process of that name. @throws IllegalArgumentException if there is none */
    public StackProcess process(String name) {
        return processes.stream()
                .filter(p -> p.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no process " + name));
    }

    /** The processes of a kind. */
    public List<StackProcess> ofKind(String kind) {
        return processes.stream().filter(p -> p.kind().equals(kind)).toList();
    }
}
