package dev.shoal.agent.machine;

import dev.shoal.agent.ban.AccusationBatch;
import dev.shoal.agent.ban.BanNotice;
import dev.shoal.agent.swarm.SwarmEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the region agents of peers that sent this machine wrong bytes, and knows when they say so of this machine. Every region
 * agent is told, again and again while it is news, and decides for itself. Thread-safe; one thread of its own sends.
 */
final class PeerWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeerWatch.class);
    private static final Duration REPEAT = Duration.ofSeconds(60);

    private final MachineIdentity identity;
    private final RegionAgents agents;
    private final Path tokenFile;
    private final Clock clock;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition caught = lock.newCondition();
    private final Suspects suspects = new Suspects();
    private final Map<String, BanNotice> notices = new HashMap<>();
    private boolean news;
    private long accused;

    PeerWatch(MachineIdentity identity, RegionAgents agents, Path tokenFile, Clock clock) {
        this.identity = identity;
        this.agents = agents;
        this.tokenFile = tokenFile;
        this.clock = clock;
        this.thread =
                Thread.ofPlatform().name("peers-" + identity.id()).daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Takes in what is about other peers or about what trackers think of this one; other news is not for it. */
    void onEvent(SwarmEvent event) {
        lock.lock();
        try {
            switch (event) {
                case SwarmEvent.PieceFailed e -> suspects.failed(e);
                case SwarmEvent.PeerCaught e -> {
                    LOG.warn(
                            "{} sent wrong bytes of {} ({})",
                            e.peer(),
                            e.infoHash(),
                            e.wholePiece() ? "a piece" : "a block");
                    suspects.caught(e, clock.instant());
                    accused++;
                    news = true;
                    caught.signalAll();
                }
                case SwarmEvent.AnnounceRefused e -> refused(e);
                case SwarmEvent.Finished e -> {}
                case SwarmEvent.Failed e -> {}
            }
        } finally {
            lock.unlock();
        }
    }

    private void refused(SwarmEvent.AnnounceRefused event) {
        BanNotice.parse(event.reason()).ifPresent(notice -> {
            BanNotice before = notices.put(event.tracker(), notice);
            if (!notice.equals(before)) {
                LOG.error("{}: this machine is {}", identity.id(), notice);
            }
        });
    }

    /** What the region agents have banned this machine for, if one has and its ban lasts. */
    Optional<String> banned() {
        Instant now = clock.instant();
        lock.lock();
        try {
            notices.values().removeIf(notice -> !now.isBefore(notice.until()));
            return notices.isEmpty()
                    ? Optional.empty()
                    : Optional.of(notices.values().stream()
                            .map(BanNotice::toString)
                            .sorted()
                            .distinct()
                            .collect(Collectors.joining("; ")));
        } finally {
            lock.unlock();
        }
    }

    /** How often a peer was caught since the start. */
    long accused() {
        lock.lock();
        try {
            return accused;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            while (true) {
                AccusationBatch batch = next();
                if (!batch.accusations().isEmpty()) {
                    send(batch);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for news, or until what is known is to be said again. */
    private AccusationBatch next() throws InterruptedException {
        lock.lock();
        try {
            long left = REPEAT.toNanos();
            while (!news && left > 0) {
                left = caught.awaitNanos(left);
            }
            news = false;
            return new AccusationBatch(identity.id(), identity.region(), suspects.accusations(clock.instant()));
        } finally {
            lock.unlock();
        }
    }

    private void send(AccusationBatch batch) throws InterruptedException {
        try {
            List<String> failures =
                    agents.accuse(batch, Files.readString(tokenFile).strip());
            failures.forEach(failure -> LOG.info("will be said again: {}", failure));
        } catch (IOException e) {
            LOG.warn("{} cannot be read, nobody is accused", tokenFile, e);
        }
        // A bad peer is caught a few times in a row: one message for all of them.
        TimeUnit.SECONDS.sleep(1);
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
