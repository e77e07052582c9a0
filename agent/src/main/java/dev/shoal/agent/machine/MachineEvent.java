package dev.shoal.agent.machine;

import dev.shoal.agent.consul.KvEntry;
import dev.shoal.model.AppName;
import dev.shoal.model.BuildName;
import dev.shoal.model.InfoHash;
import dev.shoal.model.Seq;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.torrent.Metainfo;
import java.util.List;
import java.util.Optional;

/** What can happen to a machine. Results of steps name what they were about, so that late ones change nothing. */
sealed interface MachineEvent {
    /** What Consul holds now. A missing key is no news. */
    record PointersSeen(List<KvEntry> values) implements MachineEvent {
        public PointersSeen {
            values = List.copyOf(values);
        }
    }

    record MetainfoFetched(Pointer pointer, Metainfo metainfo) implements MachineEvent {}

    /** Time has passed. */
    record Ticked() implements MachineEvent {}

    record Progressed(InfoHash infoHash, long bytes) implements MachineEvent {}

    /** Every piece is on disk. */
    record Downloaded(InfoHash infoHash) implements MachineEvent {}

    record DownloadFailed(InfoHash infoHash, boolean diskFull, String reason) implements MachineEvent {}

    /** The whole file has the digest that was signed. */
    record Verified(AppName app, Seq seq) implements MachineEvent {}

    record Staged(AppName app, Seq seq) implements MachineEvent {}

    /** A step before the switch did not work; it is tried again later. */
    record AttemptFailed(AppName app, Seq seq, boolean diskFull, String reason) implements MachineEvent {}

    record RetryDue(AppName app, Seq seq) implements MachineEvent {}

    /** Switched, started and healthy. */
    record Activated(Pointer pointer) implements MachineEvent {}

    /** Did not start or did not become healthy. {@code running} is what {@code current} names now. */
    record ActivationFailed(Pointer pointer, String reason, Optional<BuildName> running) implements MachineEvent {}

    /** After a restart of the agent: the active version was found healthy, or made so. */
    record Recovered(Pointer pointer) implements MachineEvent {}

    record RecoveryFailed(Pointer pointer, String reason) implements MachineEvent {}
}
