package dev.shoal.activities.jobs;

import dev.shoal.activities.blobs.ArtifactClaims;
import dev.shoal.activities.blobs.SourceClaims;
import dev.shoal.model.Digest;
import dev.shoal.workflows.Lease;

/** Claims on Postgres. Thread-safe. */
public final class PostgresObjectClaims implements ArtifactClaims, SourceClaims {
    private final Database database;

    public PostgresObjectClaims(Database database) {
        this.database = database;
    }

    @Override
    public Answer claim(Lease lease, Digest digest) {
        return database.inTransaction("claim of artifact " + digest + " for " + lease, h -> {
            ObjectLocks.lock(h, ObjectLocks.artifact(digest));
            int held = h.createUpdate("""
                    INSERT INTO artifact_claims (job_id, attempt, digest)
                    SELECT id, attempt, :digest FROM jobs WHERE id = :id AND attempt = :attempt AND status = 'running'
                    ON CONFLICT (job_id) DO UPDATE SET attempt = excluded.attempt, digest = excluded.digest
                    WHERE artifact_claims.attempt <= excluded.attempt""")
                    .bind("digest", digest.value())
                    .bind("id", lease.job().value())
                    .bind("attempt", lease.attempt())
                    .execute();
            if (held == 0) {
                return Answer.LOST;
            }
            return ObjectLocks.callOff(h, ObjectLocks.artifact(digest)) ? Answer.HELD : Answer.BEING_DELETED;
        });
    }

    @Override
    public boolean claim(Digest source) {
        return database.inTransaction("claim of source " + source, h -> {
            ObjectLocks.lock(h, ObjectLocks.source(source));
            h.createUpdate("""
                    INSERT INTO sources (digest, used_at) VALUES (:digest, clock_timestamp())
                    ON CONFLICT (digest) DO UPDATE SET used_at = excluded.used_at""").bind("digest", source.value()).execute();
            return ObjectLocks.callOff(h, ObjectLocks.source(source));
        });
    }
}
