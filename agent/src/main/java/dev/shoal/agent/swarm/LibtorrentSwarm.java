package dev.shoal.agent.swarm;

import dev.shoal.model.InfoHash;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.libtorrent4j.alerts.Alerts;
import org.libtorrent4j.swig.address;
import org.libtorrent4j.swig.alert_ptr_vector;
import org.libtorrent4j.swig.error_code;
import org.libtorrent4j.swig.ip_filter;
import org.libtorrent4j.swig.session;
import org.libtorrent4j.swig.session_params;
import org.libtorrent4j.swig.settings_pack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The {@link Swarm} on libtorrent 2.0. Thread-safe: one lock guards the session and its torrents, and one thread of its own
 * takes libtorrent's alerts and calls the listener without that lock. Drives the native session itself, since libtorrent4j's
 * SessionManager turns all alerts on and has a race when it stops.
 */
public final class LibtorrentSwarm implements Swarm {
    private static final Logger LOG = LoggerFactory.getLogger(LibtorrentSwarm.class);
    private static final long ALERT_WAIT_MILLIS = 200;
    private static final long SAVE_LIMIT_SECONDS = 10;
    private static final int GLOBAL_PEER_CLASS = 1;

    /**
     * Sessions of a process begin and end one at a time. A session sets OpenSSL up, and the one in libtorrent4j knows no threads: two
     * that begin together corrupt the heap or never return (7 of 20 fresh JVMs with four sessions each).
     */
    private static final ReentrantLock SESSIONS = new ReentrantLock();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition resumeDataSaved = lock.newCondition();
    private final Map<InfoHash, LiveTorrent> torrents = new HashMap<>();
    private final SwarmListener listener;
    private final AlertReader reader = new AlertReader();
    private final Thread alertThread;
    private final int port;
    private final int uploadSlots;
    private @Nullable session live;
    private volatile boolean stopping;

    private LibtorrentSwarm(session live, int port, int uploadSlots, SwarmListener listener) {
        this.live = live;
        this.port = port;
        this.uploadSlots = uploadSlots;
        this.listener = listener;
        this.alertThread = Thread.ofPlatform().name("swarm-" + port).daemon().unstarted(() -> takeAlerts(live));
    }

    /**
     * Starts a session.
     *
     * @throws SwarmException if libjsig is not preloaded, the native library does not load or the port is taken
     */
    public static LibtorrentSwarm open(SwarmConfig config, SwarmListener listener) {
        SignalGuard.requireShim();
        String version = NativeLibrary.load(config.nativeDirectory());
        session started = begin(SessionSettings.of(config));
        int port = started.listen_port();
        if (port == 0 || (config.port() != 0 && port != config.port())) {
            end(started);
            throw new SwarmException("cannot listen on " + config.host() + ":" + config.port() + " for peers");
        }
        LOG.info("libtorrent {} listens on {}:{}", version, config.host(), port);
        LibtorrentSwarm swarm = new LibtorrentSwarm(started, port, config.uploadSlots(), listener);
        swarm.alertThread.start();
        return swarm;
    }

    private static session begin(settings_pack settings) {
        SESSIONS.lock();
        try {
            session_params params = new session_params(settings);
            session started = new session(params);
            params.delete();
            settings.delete();
            rerouteToGlobalClass(started);
            return started;
        } finally {
            SESSIONS.unlock();
        }
    }

    private static void end(session ending) {
        SESSIONS.lock();
        try {
            ending.delete();
        } finally {
            SESSIONS.unlock();
        }
    }

    // Peers on private addresses are in the "local" class, which no limit applies to.
    private static void rerouteToGlobalClass(session started) {
        ip_filter filter = new ip_filter();
        error_code ignored = new error_code();
        filter.add_rule(
                address.from_string("0.0.0.0", ignored),
                address.from_string("255.255.255.255", ignored),
                GLOBAL_PEER_CLASS);
        started.set_peer_class_filter(filter);
    }

    @Override
    public void add(SwarmTorrent torrent) {
        lock.lock();
        try {
            InfoHash infoHash = torrent.metainfo().infoHash();
            if (!torrents.containsKey(infoHash)) {
                torrents.put(infoHash, LiveTorrent.add(open(), torrent, uploadSlots));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void remove(InfoHash infoHash) {
        lock.lock();
        try {
            LiveTorrent torrent = torrents.get(infoHash);
            if (torrent != null) {
                torrent.requestSave();
                awaitSaved();
                torrents.remove(infoHash);
                open().remove_torrent(torrent.handle());
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<SwarmStatus> status(InfoHash infoHash) {
        lock.lock();
        try {
            open();
            return Optional.ofNullable(torrents.get(infoHash)).map(LiveTorrent::status);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void limits(long uploadBytesPerSecond, long downloadBytesPerSecond) {
        settings_pack pack =
                SessionSettings.limits(Math.toIntExact(uploadBytesPerSecond), Math.toIntExact(downloadBytesPerSecond));
        lock.lock();
        try {
            open().apply_settings(pack);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void close() {
        session closing;
        lock.lock();
        try {
            if (live == null) {
                return;
            }
            torrents.values().forEach(LiveTorrent::requestSave);
            awaitSaved();
            closing = live;
            live = null;
            torrents.clear();
            stopping = true;
        } finally {
            lock.unlock();
        }
        joinAlertThread();
        end(closing);
    }

    // The alert thread takes the lock to mark what it has saved, which this wait gives free.
    private void awaitSaved() {
        long left = TimeUnit.SECONDS.toNanos(SAVE_LIMIT_SECONDS);
        try {
            while (left > 0 && torrents.values().stream().anyMatch(LiveTorrent::isSaving)) {
                left = resumeDataSaved.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void joinAlertThread() {
        if (Thread.currentThread() == alertThread) {
            throw new IllegalStateException("a swarm must not be closed by its listener");
        }
        boolean interrupted = false;
        while (alertThread.isAlive()) {
            try {
                alertThread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private session open() {
        if (live == null) {
            throw new SwarmException("the swarm on port " + port + " is closed");
        }
        return live;
    }

    private void takeAlerts(session taking) {
        alert_ptr_vector batch = new alert_ptr_vector();
        while (!stopping) {
            try {
                taking.wait_for_alert_ms(ALERT_WAIT_MILLIS);
                taking.pop_alerts(batch);
                for (int i = 0; i < batch.size(); i++) {
                    reader.read(Alerts.cast(batch.get(i))).ifPresent(this::handle);
                }
            } catch (RuntimeException e) {
                LOG.error("an alert of the swarm on port {} could not be handled", port, e);
            }
        }
    }

    private void handle(AlertReader.News news) {
        Optional<SwarmEvent> event;
        lock.lock();
        try {
            LiveTorrent torrent = torrents.get(news.infoHash());
            event = torrent == null ? Optional.empty() : torrent.onNews(news);
            resumeDataSaved.signalAll();
        } finally {
            lock.unlock();
        }
        event.ifPresent(listener::onEvent);
    }

    /** The native session, for tests that make a peer lie. */
    session nativeSession() {
        lock.lock();
        try {
            return open();
        } finally {
            lock.unlock();
        }
    }
}
