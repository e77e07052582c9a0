package dev.shoal.agent.machine;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.shoal.agent.consul.KvWatch;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.MachineId;
import dev.shoal.model.RegionName;
import dev.shoal.model.Seq;
import dev.shoal.model.report.AppState;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What {@code GET /v1/status} of an agent says about the whole process. */
record AgentStatus(
        @JsonProperty("agent_version") String agentVersion,
        long pid,
        @JsonProperty("started_at") Instant startedAt,
        KvWatch.State consul,
        TransferLimits limits,
        List<Machine> machines) {

    /**
     * One machine.
     *
     * @param trouble why it is not well
     * @param banned why its neighbours are not told of it, nor it of them, and until when
     * @param accused how often it caught a peer sending wrong bytes, since the start
     * @param reused bytes that were copied from other artifacts on its disk instead of fetched, since the start
     * @param refused pointers refused since the start, by reason
     */
    record Machine(
            MachineId id,
            RegionName region,
            Optional<String> trouble,
            Optional<String> banned,
            long accused,
            long reused,
            Map<String, Long> refused,
            List<App> apps) {}

    /**
     * How far a machine is with an app.
     *
     * @param build what is wanted; {@code state} is about it
     * @param running what {@code current} names
     * @param bytes that are there, of {@code size}
     * @param peers connected now
     * @param downloaded and {@code uploaded}: payload since the agent knows the artifact
     * @param failures in a row
     * @param frozen whether the pointer has expired without renewal
     * @param detail the last error
     */
    record App(
            AppName app,
            BuildName build,
            Seq seq,
            int step,
            AppState state,
            Instant since,
            Optional<BuildName> running,
            long bytes,
            long size,
            int peers,
            long downloaded,
            long uploaded,
            int failures,
            @JsonProperty("expires_at") Instant expiresAt,
            boolean frozen,
            Optional<String> detail) {}
}
