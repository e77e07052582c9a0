package dev.shoal.agent.machine;

import dev.shoal.model.AppName;
import dev.shoal.model.Digest;
import dev.shoal.model.Seq;
import dev.shoal.model.pointer.Pointer;
import dev.shoal.model.torrent.Metainfo;
import java.util.List;
import java.util.Set;

/** What a machine is to do next. Each comes back as a {@link MachineEvent}, except where it says otherwise. */
sealed interface Step {
    /** Write the state to disk before anything else is done. No event. */
    record Persist() implements Step {}

    /** Get the metainfo, or find that the file is there already. */
    record FetchMetainfo(Pointer pointer) implements Step {}

    record Download(Pointer pointer, Metainfo metainfo) implements Step {}

    /** Stop a download that is no longer wanted. No event. */
    record CancelDownload(Pointer pointer) implements Step {}

    /** Serve what is on disk, after a restart; piece by piece as it is found to be right, unless it bears a mark. No event. */
    record Seed(Pointer pointer) implements Step {}

    /** Mark a file that is served as verified, or delete it, unless it bears the mark. No event. */
    record Mark(Pointer pointer) implements Step {}

    record Verify(Pointer pointer) implements Step {}

    record Stage(Pointer pointer) implements Step {}

    /** Switch to it, and back to {@code fallback} if it does not become healthy. */
    record Activate(Pointer pointer, List<Pointer> fallback) implements Step {
        public Activate {
            fallback = List.copyOf(fallback);
        }
    }

    /** Let the running activation of the app end soon, because a newer version is ready. No event of its own. */
    record HurryActivation(AppName app) implements Step {}

    /** See to it that the active version runs. */
    record Recover(Pointer pointer) implements Step {}

    /** Try again later; longer the more failures. */
    record RetryLater(AppName app, Seq seq, int failures) implements Step {}

    /**
     * Delete what nobody needs: no event.
     *
     * @param versions which must stay, per app
     * @param artifacts downloads which must stay
     * @param versionsKept how many of the newest versions of an app stay beside those
     */
    record Clean(List<Pointer> versions, Set<Digest> artifacts, int versionsKept) implements Step {
        public Clean {
            versions = List.copyOf(versions);
            artifacts = Set.copyOf(artifacts);
        }
    }

    /** Tell people, once. No event. */
    record LogRefusal(String key, long modifyIndex, String reason, String detail) implements Step {}
}
