package dev.shoal.activities.jobs;

import dev.shoal.activities.blobs.StoredObjects;
import dev.shoal.model.Digest;
import org.jdbi.v3.core.Handle;

/**
 * Who may rely on an object and who may condemn it, one after the other: an advisory lock per prefix, held to the end of the
 * caller's transaction. {@code V9__retention.sql} takes the same for sources.
 */
final class ObjectLocks {
    private ObjectLocks() {}

    static String artifact(Digest digest) {
        return "artifacts/" + digest;
    }

    static String source(Digest digest) {
        return "sources/" + digest;
    }

    static void lock(Handle h, String prefix) {
        h.createQuery("SELECT true FROM (SELECT pg_advisory_xact_lock(hashtextextended(:prefix, 1))) AS locked")
                .bind("prefix", prefix)
                .mapTo(Boolean.class)
                .one();
    }

    /** Does not wait: whoever holds it is about to rely on the object. */
    static boolean tryLock(Handle h, String prefix) {
        return h.createQuery("SELECT pg_try_advisory_xact_lock(hashtextextended(:prefix, 1))")
                .bind("prefix", prefix)
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * Calls off the deletions that have not begun, and those whose requests cannot arrive any more. Under the prefix's lock.
     *
     * @return false if some are under way
     */
    static boolean callOff(Handle h, String prefix) {
        h.createUpdate("""
                DELETE FROM object_deletions WHERE prefix = :prefix
                  AND (deleting_since IS NULL OR deleting_since < clock_timestamp() - make_interval(secs => :lease))""")
                .bind("prefix", prefix)
                .bind("lease", (double) StoredObjects.DELETION_LEASE.toSeconds())
                .execute();
        return h.createQuery("SELECT NOT EXISTS (SELECT 1 FROM object_deletions WHERE prefix = :prefix)")
                .bind("prefix", prefix)
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * For a build that is being recorded: its bytes stay from now on. Whoever uploaded them has claimed them, so there is nothing
     * to call off, unless it is a host of before claims.
     */
    static void keepArtifact(Handle h, Digest digest) {
        lock(h, artifact(digest));
        if (!callOff(h, artifact(digest))) {
            throw new StoreException(
                    "record of a build of " + digest,
                    new IllegalStateException("its artifact is being deleted by retention"));
        }
    }
}
