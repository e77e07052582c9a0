package dev.shoal.agent.machine;

import dev.shoal.agent.consul.KvEntry;
import dev.shoal.agent.swarm.LibtorrentSwarm;
import dev.shoal.agent.swarm.SwarmConfig;
import dev.shoal.agent.swarm.SwarmEvent;
import dev.shoal.agent.swarm.SwarmStatus;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.pointer.VerifyKey;
import dev.shoal.model.report.MachineReport;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One machine, put together: its session, its steps and its loop. Thread-safe. */
final class Machine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Machine.class);
    private static final int WORKERS = 4;

    private final MachineIdentity identity;
    private final FileChannel lockFile;
    private final CrashFile crashFile;
    private final GuardedSwarm swarm;
    private final ReportSender reports;
    private final PeerWatch peers;
    private final Transfers transfers;
    private final MachineLoop loop;

    private Machine(
            MachineIdentity identity,
            FileChannel lockFile,
            CrashFile crashFile,
            GuardedSwarm swarm,
            ReportSender reports,
            PeerWatch peers,
            Transfers transfers,
            MachineLoop loop) {
        this.identity = identity;
        this.lockFile = lockFile;
        this.crashFile = crashFile;
        this.swarm = swarm;
        this.reports = reports;
        this.peers = peers;
        this.transfers = transfers;
        this.loop = loop;
    }

    /** Starts a machine. @throws MachineException if its directory cannot be used, or is used by another process */
    static Machine start(
            MachineAgentConfig config,
            MachineAgentConfig.Machine machine,
            List<VerifyKey> trusted,
            HttpClient http,
            List<URI> trackers) {
        try {
            Path dataDir = Files.createDirectories(machine.dataDir()).toRealPath();
            FileChannel lockFile = lock(dataDir);
            Downloads downloads = new Downloads(dataDir, BootId.current());
            MachineIdentity identity = new MachineIdentity(machine.id(), config.region(), machine.apps(), trusted);
            RegionAgents agents = new RegionAgents(
                    http, config.regionAgents(), trackers, machine.id().hashCode(), machine.rack());
            PeerWatch peers = new PeerWatch(identity, agents, config.tokenFile(), Clock.systemUTC());
            SwarmRelay relay = new SwarmRelay(peers);
            SwarmConfig session = new SwarmConfig(
                    config.listenHost(),
                    machine.torrentPort(),
                    config.nativeDirectory(),
                    SwarmConfig.DEFAULT_UPLOAD_SLOTS);
            CrashFile crashFile = new CrashFile(dataDir);
            CrashHistory crashes = crashFile.begin(Instant.now());
            GuardedSwarm swarm =
                    new GuardedSwarm(() -> LibtorrentSwarm.open(session, relay::onEvent), crashes.pause(Instant.now()));
            ReportSender reports = new ReportSender(machine.id().value(), agents, config.tokenFile());
            Transfers transfers = new Transfers(downloads, swarm, agents);
            Activator activator = new Activator(new HookRunner(identity, machine.env(), System.getenv()));
            MachineLoop loop = new MachineLoop(
                    identity,
                    machine.keepVersions(),
                    dataDir,
                    config.reportInterval(),
                    Clock.systemUTC(),
                    events -> {
                        relay.events = events;
                        return new MachineSteps(
                                dataDir,
                                transfers,
                                activator,
                                machine.pinned(),
                                executor("storage-" + machine.id(), 1),
                                executor("work-" + machine.id(), WORKERS),
                                events);
                    },
                    reports::submit,
                    crashes);
            reports.start();
            peers.start();
            loop.start();
            return new Machine(identity, lockFile, crashFile, swarm, reports, peers, transfers, loop);
        } catch (IOException e) {
            throw new MachineException("machine " + machine.id() + ": " + e.getMessage(), e);
        }
    }

    /** Tells the machine what Consul holds. */
    void onPointers(List<KvEntry> values) {
        loop.post(new MachineEvent.PointersSeen(values));
    }

    Optional<MachineReport> latest() {
        return loop.latest();
    }

    Optional<String> trouble() {
        return loop.trouble()
                .or(() -> swarm.pausing()
                        .map(left -> "the agent ended unexpectedly too often; no transfers for another "
                                + left.toSeconds() + " s"));
    }

    /** What people want to know. */
    AgentStatus.Machine status() {
        MachineState state = loop.state();
        return new AgentStatus.Machine(
                identity.id(),
                identity.region(),
                trouble(),
                peers.banned(),
                peers.accused(),
                transfers.reused(),
                state.refused(),
                state.apps().values().stream().map(t -> status(state, t)).toList());
    }

    private AgentStatus.App status(MachineState state, AppTrack track) {
        Pointer wanted = track.wanted();
        Optional<SwarmStatus> transfer = swarm.status(wanted.artifact().infoHash());
        return new AgentStatus.App(
                wanted.app(),
                wanted.build(),
                wanted.seq(),
                wanted.step(),
                track.state(),
                track.changedAt(),
                track.running(),
                track.bytes(),
                wanted.artifact().size(),
                transfer.map(SwarmStatus::peers).orElse(0),
                transfer.map(SwarmStatus::downloaded).orElse(0L),
                transfer.map(SwarmStatus::uploaded).orElse(0L),
                track.failures(),
                wanted.expiresAt(),
                state.frozen().contains(wanted.app()),
                track.detail());
    }

    /** Applies to everything the machine serves and fetches. */
    void limit(TransferLimits limits) {
        swarm.limits(limits.upload(), limits.download());
    }

    /** Stops the agent's part; services that hooks started go on. */
    @Override
    public void close() {
        loop.close();
        reports.close();
        peers.close();
        swarm.close();
        try {
            crashFile.end();
            lockFile.close();
        } catch (IOException e) {
            LOG.warn("the directory was not left in order", e);
        }
    }

    private static FileChannel lock(Path dataDir) throws IOException {
        FileChannel channel =
                FileChannel.open(dataDir.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            LOG.debug("{} is locked by this process", dataDir, e);
        }
        if (lock == null) {
            channel.close();
            throw new IOException(dataDir + " is used by another agent");
        }
        return channel;
    }

    // Platform threads: libtorrent's JNI frames would pin virtual ones.
    private static ExecutorService executor(String name, int threads) {
        return Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().name(name + "-", 0).daemon().factory());
    }

    /** The session exists before the loop that it talks to. */
    private static final class SwarmRelay {
        private final PeerWatch peers;
        private volatile java.util.function.@Nullable Consumer<MachineEvent> events;

        SwarmRelay(PeerWatch peers) {
            this.peers = peers;
        }

        void onEvent(SwarmEvent event) {
            peers.onEvent(event);
            java.util.function.Consumer<MachineEvent> to = events;
            if (to == null) {
                return;
            }
            switch (event) {
                case SwarmEvent.Finished e -> to.accept(new MachineEvent.Downloaded(e.infoHash()));
                case SwarmEvent.Failed e ->
                    to.accept(new MachineEvent.DownloadFailed(
                            e.infoHash(), e.reason() == SwarmEvent.Reason.DISK_FULL, e.detail()));
                case SwarmEvent.PieceFailed e ->
                    LOG.warn("piece {} of {} came with wrong bytes", e.piece(), e.infoHash());
                case SwarmEvent.PeerCaught e -> {}
                case SwarmEvent.AnnounceRefused e -> {}
            }
        }
    }
}
