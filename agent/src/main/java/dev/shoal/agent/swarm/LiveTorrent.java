package dev.shoal.agent.swarm;

import dev.shoal.model.torrent.Metainfo;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.libtorrent4j.TorrentFlags;
import org.libtorrent4j.TorrentInfo;
import org.libtorrent4j.Vectors;
import org.libtorrent4j.swig.add_torrent_params;
import org.libtorrent4j.swig.bitfield;
import org.libtorrent4j.swig.byte_vector;
import org.libtorrent4j.swig.error_code;
import org.libtorrent4j.swig.int_vector;
import org.libtorrent4j.swig.libtorrent;
import org.libtorrent4j.swig.session;
import org.libtorrent4j.swig.status_flags_t;
import org.libtorrent4j.swig.storage_mode_t;
import org.libtorrent4j.swig.string_vector;
import org.libtorrent4j.swig.torrent_flags_t;
import org.libtorrent4j.swig.torrent_handle;
import org.libtorrent4j.swig.torrent_status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A torrent in a session. Guarded by the lock of {@link LibtorrentSwarm}.
 *
 * <p>Resume data is consumed by the start and written by the stop. So a process that was killed finds none and libtorrent
 * checks the partial file piece by piece: nothing verified is fetched again, and nothing that a power cut lost is believed.
 */
final class LiveTorrent {
    private static final Logger LOG = LoggerFactory.getLogger(LiveTorrent.class);

    /** Longer than the two or three seconds in which a new piece gets around. */
    private static final int FRONT_SECONDS = 4;

    private static final int LEAST_FRONT = 16;
    private static final int MOST_FRONT = 256;

    private static final int HURRIED = 16;
    private static final byte TOP_PRIORITY = 7;

    private final SwarmTorrent torrent;
    private final torrent_handle handle;
    private int leading;
    private boolean finished;
    private boolean failed;
    private boolean saving;

    private LiveTorrent(SwarmTorrent torrent, torrent_handle handle) {
        this.torrent = torrent;
        this.handle = handle;
    }

    /** @param uploadSlots how many of its peers are served at a time */
    static LiveTorrent add(session in, SwarmTorrent torrent, int uploadSlots) {
        error_code error = new error_code();
        add_torrent_params params = params(torrent);
        params.setMax_uploads(uploadSlots);
        torrent_handle handle = in.add_torrent(params, error);
        if (error.failed()) {
            throw new SwarmException("cannot add " + torrent.metainfo().digest() + ": " + error.message());
        }
        return new LiveTorrent(torrent, handle);
    }

    private static add_torrent_params params(SwarmTorrent torrent) {
        add_torrent_params params = torrent.seedMode() ? new add_torrent_params() : resumed(torrent.resumeData());
        Metainfo metainfo = torrent.metainfo();
        params.set_ti(TorrentInfo.bdecode(metainfo.encode()).swig());
        params.setSave_path(torrent.directory().toString());
        // Reserves the space at once: a full disk is an error here, and a SIGBUS in a sparse mapping later.
        params.setStorage_mode(storage_mode_t.storage_mode_allocate);
        params.setMax_connections(SessionSettings.CONNECTIONS_PER_TORRENT);
        string_vector trackers = new string_vector();
        int_vector tiers = new int_vector();
        for (URI tracker : torrent.trackers()) {
            trackers.add(tracker.toString());
            tiers.add(0);
        }
        params.setTrackers(trackers);
        params.setTracker_tiers(tiers);
        torrent_flags_t flags = params.getFlags()
                .and_(TorrentFlags.PAUSED.inv())
                .and_(TorrentFlags.AUTO_MANAGED.inv())
                // Peers come from the trackers alone, which is what balances the swarm and keeps it inside the region.
                .or_(TorrentFlags.DISABLE_PEX)
                .or_(TorrentFlags.OVERRIDE_TRACKERS)
                .or_(TorrentFlags.OVERRIDE_WEB_SEEDS);
        params.setFlags(torrent.seedMode() ? flags.or_(TorrentFlags.SEED_MODE) : flags);
        return params;
    }

    private static add_torrent_params resumed(Path resumeData) {
        try {
            if (Files.exists(resumeData)) {
                byte_vector bytes = Vectors.bytes2byte_vector(Files.readAllBytes(resumeData));
                Files.delete(resumeData);
                error_code error = new error_code();
                add_torrent_params params = libtorrent.read_resume_data_ex(bytes, error);
                bytes.delete();
                if (!error.failed()) {
                    return params;
                }
                LOG.warn("{} is unreadable, checking the file instead: {}", resumeData, error.message());
            }
            return new add_torrent_params();
        } catch (IOException e) {
            throw new SwarmException("cannot read " + resumeData, e);
        }
    }

    torrent_handle handle() {
        return handle;
    }

    SwarmStatus status() {
        torrent_status status = handle.status(torrent_handle.query_pieces);
        try {
            return new SwarmStatus(
                    status.getTotal_done(),
                    leadingBytes(status),
                    torrent.metainfo().size(),
                    status.getNum_peers(),
                    status.getTotal_payload_upload(),
                    status.getTotal_payload_download(),
                    state(status));
        } finally {
            // The bitfield is a part of it: a collection before its last bit is read would be a crash.
            status.delete();
        }
    }

    /** Pieces that it has it keeps, so the search goes on where it ended. */
    private long leadingBytes(torrent_status status) {
        Metainfo metainfo = torrent.metainfo();
        if (status.getIs_finished()) {
            leading = metainfo.pieceCount();
            return metainfo.size();
        }
        bitfield pieces = status.get_pieces();
        while (leading < pieces.size() && pieces.get_bit(leading)) {
            leading++;
        }
        hurryStragglers(pieces, status.getNum_pieces() - front(status));
        return metainfo.pieceOffset(leading);
    }

    /**
     * Rarest first passes over what has become common, for as long as anything rarer comes, which is to the end: a few pieces would keep
     * the file from growing from its start. What lies well before as many pieces as there are is such a one.
     */
    private void hurryStragglers(bitfield pieces, int until) {
        int hurried = 0;
        for (int piece = leading; piece < until && hurried < HURRIED; piece++) {
            if (!pieces.get_bit(piece)) {
                handle.piece_priority_ex(piece, TOP_PRIORITY);
                hurried++;
            }
        }
    }

    /** How many pieces come while a new one gets around. */
    private int front(torrent_status status) {
        long pieces = (long) status.getDownload_payload_rate()
                * FRONT_SECONDS
                / torrent.metainfo().pieceLength();
        return Math.clamp(pieces, LEAST_FRONT, MOST_FRONT);
    }

    private SwarmStatus.State state(torrent_status status) {
        if (failed) {
            return SwarmStatus.State.FAILED;
        } else if (status.getIs_finished()) {
            return SwarmStatus.State.SEEDING;
        }
        return switch (status.getState().toString()) {
            case "checking_files", "checking_resume_data" -> SwarmStatus.State.CHECKING;
            default -> SwarmStatus.State.DOWNLOADING;
        };
    }

    /** Asks for resume data; the answer comes as news. A finished file needs none: it is added again in seed mode. */
    void requestSave() {
        if (!torrent.seedMode() && !finished && !failed && state(handle.status()) == SwarmStatus.State.DOWNLOADING) {
            saving = true;
            handle.save_resume_data(torrent_handle.flush_disk_cache);
        }
    }

    boolean isSaving() {
        return saving;
    }

    /** Takes the news in and says what the listener is to hear. */
    Optional<SwarmEvent> onNews(AlertReader.News news) {
        return switch (news) {
            case AlertReader.News.Complete complete -> finish();
            case AlertReader.News.Checked checked ->
                handle.status(status_flags_t.from_int(0)).getIs_finished() ? finish() : Optional.empty();
            case AlertReader.News.ResumeData data -> {
                write(data.data());
                saving = false;
                yield Optional.empty();
            }
            case AlertReader.News.NoResumeData none -> {
                saving = false;
                yield Optional.empty();
            }
            case AlertReader.News.Happened happened -> {
                failed |= happened.event() instanceof SwarmEvent.Failed;
                yield Optional.of(happened.event());
            }
        };
    }

    private Optional<SwarmEvent> finish() {
        if (finished) {
            return Optional.empty();
        }
        finished = true;
        return Optional.of(new SwarmEvent.Finished(torrent.metainfo().infoHash()));
    }

    private void write(byte[] data) {
        Path target = torrent.resumeData();
        try {
            Path temporary = target.resolveSibling(target.getFileName() + ".tmp");
            Files.write(temporary, data);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            LOG.warn("{} could not be written; the file will be checked at the next start", target, e);
        }
    }
}
