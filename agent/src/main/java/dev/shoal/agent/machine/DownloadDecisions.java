package dev.shoal.agent.machine;

import dev.shoal.model.InfoHash;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.report.AppState;
import dev.shoal.model.torrent.Metainfo;
import java.time.Instant;
import java.util.Optional;

/** What follows from the news of a download. Pure. */
final class DownloadDecisions {
    private DownloadDecisions() {}

    /** Every piece is there and right: whoever waits for it goes on. If nobody does, it is served again after a restart. */
    static Decision downloaded(MachineState state, InfoHash infoHash, Instant now) {
        boolean awaited = !state.wanting(infoHash, t -> t.isFetching() || t.state() == AppState.VERIFYING)
                .isEmpty();
        if (awaited) {
            return Decision.forEach(
                    state,
                    state.wanting(infoHash, AppTrack::isFetching),
                    (s, t) -> Decision.of(s.with(t.in(AppState.VERIFYING, now)), new Step.Verify(t.wanted())));
        }
        return state.apps().values().stream()
                .flatMap(MachineState::needed)
                .filter(p -> p.artifact().infoHash().equals(infoHash))
                .findFirst()
                .map(p -> Decision.of(state, new Step.Mark(p)))
                .orElse(Decision.of(state));
    }

    /** Why this metainfo is not that of the signed pointer, if so. */
    static Optional<String> mismatch(Pointer pointer, Metainfo metainfo) {
        boolean same = metainfo.infoHash().equals(pointer.artifact().infoHash())
                && metainfo.digest().equals(pointer.artifact().digest())
                && metainfo.size() == pointer.artifact().size()
                && metainfo.pieceLength() == pointer.artifact().pieceLength();
        return same
                ? Optional.empty()
                : Optional.of("the region's metainfo has info hash " + metainfo.infoHash() + " and " + metainfo.size()
                        + " bytes, the signed pointer says "
                        + pointer.artifact().infoHash() + " and "
                        + pointer.artifact().size());
    }
}
