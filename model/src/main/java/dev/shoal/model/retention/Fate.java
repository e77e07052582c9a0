package dev.shoal.model.retention;

import dev.shoal.model.BuildName;
import dev.shoal.model.retention.AppFacts.BuildFacts;
import java.util.Optional;

/** What becomes of a build. */
public sealed interface Fate {
    BuildFacts build();

    /** It stays. */
    record Keep(BuildFacts build, Reason reason) implements Fate {}

    /**
     * It goes.
     *
     * @param sharedWith a build of the same app that stays and has the same artifact, which therefore stays
     */
    record Retire(BuildFacts build, Cause cause, Optional<BuildName> sharedWith) implements Fate {}

    /** Why a build stays. The first that applies, in this order. */
    enum Reason {
        UNFINISHED("its job has not ended"),
        RELEASING("a release of it is under way"),
        CURRENT("the app's newest pointer names it"),
        CURRENT_IN_REGION("the newest pointer that some region was given names it"),
        ON_MACHINES("machines run it"),
        ROLLBACK_WINDOW("it is one of the builds that were released last"),
        YOUNG("it is younger than the grace"),
        WITHIN_LIMITS("neither its age nor the number of newer builds is over the limit");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        /** For people. */
        public String text() {
            return text;
        }
    }

    /** Why a build goes. */
    enum Cause {
        AGE("it is older than build_age"),
        COUNT("its app has keep_builds newer builds");

        private final String text;

        Cause(String text) {
            this.text = text;
        }

        /** For people. */
        public String text() {
            return text;
        }
    }
}
