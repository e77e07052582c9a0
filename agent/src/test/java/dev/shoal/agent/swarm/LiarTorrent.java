package dev.shoal.agent.swarm;

import org.libtorrent4j.TorrentFlags;
import org.libtorrent4j.TorrentInfo;
import org.libtorrent4j.swig.add_torrent_params;
import org.libtorrent4j.swig.bitfield;
import org.libtorrent4j.swig.error_code;
import org.libtorrent4j.swig.int_vector;
import org.libtorrent4j.swig.status_flags_t;
import org.libtorrent4j.swig.string_vector;
import org.libtorrent4j.swig.torrent_handle;

/** Serves a file without ever looking whether it is right. */
public final class LiarTorrent {
    private final torrent_handle handle;

    private LiarTorrent(torrent_handle handle) {
        this.handle = handle;
    }

    /** Serves what lies in the torrent's file. */
    public static LiarTorrent addWithoutChecks(LibtorrentSwarm swarm, SwarmTorrent torrent) {
        add_torrent_params params = new add_torrent_params();
        params.set_ti(TorrentInfo.bdecode(torrent.metainfo().encode()).swig());
        params.setSave_path(torrent.directory().toString());
        params.set_have_pieces(new bitfield(torrent.metainfo().pieceCount(), true));
        string_vector trackers = new string_vector();
        int_vector tiers = new int_vector();
        torrent.trackers().forEach(t -> {
            trackers.add(t.toString());
            tiers.add(0);
        });
        params.setTrackers(trackers);
        params.setTracker_tiers(tiers);
        params.setFlags(params.getFlags()
                .and_(TorrentFlags.PAUSED.inv())
                .and_(TorrentFlags.AUTO_MANAGED.inv())
                .or_(TorrentFlags.NO_VERIFY_FILES)
                .or_(TorrentFlags.UPLOAD_MODE));
        error_code error = new error_code();
        torrent_handle handle = swarm.nativeSession().add_torrent(params, error);
        if (error.failed()) {
            throw new IllegalStateException(error.message());
        }
        return new LiarTorrent(handle);
    }

    /** Payload bytes, to anybody. */
    public long uploaded() {
        return handle.status(status_flags_t.from_int(0)).getTotal_payload_upload();
    }
}
