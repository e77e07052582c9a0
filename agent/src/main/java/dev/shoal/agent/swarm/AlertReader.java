package dev.shoal.agent.swarm;

import dev.shoal.agent.ban.PeerAddress;
import dev.shoal.model.InfoHash;
import java.util.Locale;
import java.util.Optional;
import org.libtorrent4j.Operation;
import org.libtorrent4j.TorrentHandle;
import org.libtorrent4j.Vectors;
import org.libtorrent4j.alerts.Alert;
import org.libtorrent4j.alerts.FastresumeRejectedAlert;
import org.libtorrent4j.alerts.FileErrorAlert;
import org.libtorrent4j.alerts.HashFailedAlert;
import org.libtorrent4j.alerts.ListenFailedAlert;
import org.libtorrent4j.alerts.PeerDisconnectedAlert;
import org.libtorrent4j.alerts.SaveResumeDataAlert;
import org.libtorrent4j.alerts.SaveResumeDataFailedAlert;
import org.libtorrent4j.alerts.TorrentAlert;
import org.libtorrent4j.alerts.TorrentCheckedAlert;
import org.libtorrent4j.alerts.TorrentErrorAlert;
import org.libtorrent4j.alerts.TorrentFinishedAlert;
import org.libtorrent4j.alerts.TrackerErrorAlert;
import org.libtorrent4j.swig.libtorrent;
import org.libtorrent4j.swig.libtorrent_errors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Copies what matters out of libtorrent's alerts, which die at the next pop. Confined to the alert thread. */
final class AlertReader {
    private static final Logger LOG = LoggerFactory.getLogger(AlertReader.class);
    private static final int ENOSPC = 28;

    /** What an alert said about a torrent. */
    sealed interface News {
        InfoHash infoHash();

        /** What was on disk has been looked at. */
        record Checked(InfoHash infoHash) implements News {}

        record Complete(InfoHash infoHash) implements News {}

        record ResumeData(InfoHash infoHash, byte[] data) implements News {}

        record NoResumeData(InfoHash infoHash) implements News {}

        record Happened(SwarmEvent event) implements News {
            @Override
            public InfoHash infoHash() {
                return event.infoHash();
            }
        }
    }

    Optional<News> read(Alert<?> alert) {
        return switch (alert) {
            case TorrentFinishedAlert a -> Optional.of(new News.Complete(infoHash(a)));
            case TorrentCheckedAlert a -> Optional.of(new News.Checked(infoHash(a)));
            case SaveResumeDataAlert a ->
                Optional.of(new News.ResumeData(
                        infoHash(a),
                        Vectors.byte_vector2bytes(
                                libtorrent.write_resume_data_buf_ex(a.params().swig()))));
            case SaveResumeDataFailedAlert a -> Optional.of(new News.NoResumeData(infoHash(a)));
            case HashFailedAlert a ->
                Optional.of(new News.Happened(new SwarmEvent.PieceFailed(infoHash(a), a.pieceIndex())));
            case PeerDisconnectedAlert a -> caught(a);
            case TrackerErrorAlert a -> refused(a);
            case FileErrorAlert a -> {
                LOG.warn("{}", a.message());
                yield Optional.of(failed(a, a.error().getValue(), a.error().getMessage()));
            }
            case TorrentErrorAlert a -> {
                LOG.warn("{}", a.message());
                yield Optional.of(failed(a, a.error().getValue(), a.error().getMessage()));
            }
            case FastresumeRejectedAlert a -> {
                LOG.info("checking the file again: {}", a.message());
                yield Optional.empty();
            }
            case ListenFailedAlert a -> {
                LOG.error("{}", a.message());
                yield Optional.empty();
            }
            default -> Optional.empty();
        };
    }

    // libtorrent 2.0.6 posts no peer_ban_alert; a connection that it ends for corrupt pieces says so.
    private static Optional<News> caught(PeerDisconnectedAlert alert) {
        int code = alert.error().getValue();
        boolean wholePiece = code == libtorrent_errors.too_many_corrupt_pieces.swigValue();
        // An error of a socket may have the same number.
        boolean ours = alert.operation() == Operation.BITTORRENT;
        if (!ours || !(wholePiece || code == libtorrent_errors.peer_banned.swigValue())) {
            return Optional.empty();
        }
        try {
            String ip = alert.endpoint().address().toString();
            PeerAddress peer = new PeerAddress(ip + ":" + alert.endpoint().port());
            return Optional.of(new News.Happened(new SwarmEvent.PeerCaught(infoHash(alert), peer, wholePiece)));
        } catch (IllegalArgumentException e) {
            LOG.debug("a peer that is not at an IPv4 address", e);
            return Optional.empty();
        }
    }

    private static Optional<News> refused(TrackerErrorAlert alert) {
        // libtorrent asks again after ever longer pauses, so this is not much of a log.
        LOG.info("{}", alert.message());
        String reason = alert.swig().failure_reason();
        return reason.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new News.Happened(new SwarmEvent.AnnounceRefused(infoHash(alert), alert.trackerUrl(), reason)));
    }

    private static News failed(TorrentAlert<?> alert, int code, String message) {
        // The number alone could be of another category; the text alone depends on the platform.
        boolean full = code == ENOSPC || message.toLowerCase(Locale.ROOT).contains("no space left");
        SwarmEvent.Reason reason = full
                ? SwarmEvent.Reason.DISK_FULL
                : alert instanceof FileErrorAlert ? SwarmEvent.Reason.FILE_ERROR : SwarmEvent.Reason.OTHER;
        return new News.Happened(new SwarmEvent.Failed(infoHash(alert), reason, message));
    }

    private static InfoHash infoHash(TorrentAlert<?> alert) {
        TorrentHandle handle = alert.handle();
        return new InfoHash(handle.infoHash().toHex());
    }
}
