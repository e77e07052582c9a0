-- A build whose artifact is deleted, or about to be. It cannot be released any more.
ALTER TABLE builds ADD COLUMN retired_at timestamptz;
CREATE INDEX builds_kept ON builds (app, job_id) WHERE retired_at IS NULL;
CREATE INDEX builds_by_digest ON builds ((artifact ->> 'digest')) WHERE retired_at IS NULL;
CREATE INDEX releases_by_build ON releases (build_name);

-- What they name may have gone: a number that leads nowhere is history, not damage.
ALTER TABLE releases DROP CONSTRAINT releases_rollback_of_fkey;
ALTER TABLE jobs DROP CONSTRAINT jobs_retry_of_fkey;

-- Objects that are to go, one row a region and prefix, until they are gone. Written in the transaction that decides it; this row is
-- what a kill cannot lose.
CREATE TABLE object_deletions (
    prefix         text        NOT NULL,
    region         text        NOT NULL,
    queued_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Requests may be on their way to S3 since then.
    deleting_since timestamptz,
    PRIMARY KEY (prefix, region)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE INDEX object_deletions_by_region ON object_deletions (region, queued_at, prefix);

-- Which bytes a running attempt is about to rely on. Worth something only while the job runs with that attempt.
CREATE TABLE artifact_claims (
    job_id  bigint PRIMARY KEY,
    attempt int    NOT NULL,
    digest  text   NOT NULL
);
CREATE INDEX artifact_claims_by_digest ON artifact_claims (digest);

-- Uploaded sources, when they were last uploaded or submitted, and the jobs that name them.
CREATE TABLE sources (
    digest  text        PRIMARY KEY,
    used_at timestamptz NOT NULL
);
CREATE INDEX sources_by_use ON sources (used_at);
CREATE TABLE source_jobs (
    digest text   NOT NULL,
    job_id bigint NOT NULL,
    PRIMARY KEY (digest, job_id)
);
CREATE INDEX source_jobs_by_job ON source_jobs (job_id);
INSERT INTO source_jobs (digest, job_id) SELECT source ->> 'sha256', id FROM jobs WHERE source ->> 'type' = 'tarball';
INSERT INTO sources (digest, used_at) SELECT DISTINCT digest, clock_timestamp() FROM source_jobs;

-- In the transaction that makes the job, whichever statement that is. The lock is the one under which a source is condemned.
CREATE FUNCTION note_source() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sha256 text := NEW.source ->> 'sha256';
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('sources/' || sha256, 1));
    INSERT INTO source_jobs (digest, job_id) VALUES (sha256, NEW.id);
    INSERT INTO sources (digest, used_at) VALUES (sha256, clock_timestamp())
        ON CONFLICT (digest) DO UPDATE SET used_at = excluded.used_at;
    DELETE FROM object_deletions WHERE prefix = 'sources/' || sha256 AND deleting_since IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER jobs_source AFTER INSERT ON jobs FOR EACH ROW
    WHEN (NEW.source ->> 'type' = 'tarball') EXECUTE FUNCTION note_source();

-- One row: the policy of the monitors (NULL: nothing is deleted), and how far they have come.
CREATE TABLE retention (
    only_row   boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    policy     jsonb,
    last_round timestamptz,
    -- The logs of all jobs up to this one are condemned.
    log_cursor bigint NOT NULL DEFAULT 0
);
INSERT INTO retention DEFAULT VALUES;
