-- A failed or stopped job may be run again: as a new job, once.
ALTER TABLE jobs ADD COLUMN retry_of bigint REFERENCES jobs (id);
CREATE UNIQUE INDEX jobs_retry_of ON jobs (retry_of) WHERE retry_of IS NOT NULL;
