-- The claim in one round trip and one transaction of its own: what a host waits for is one fsync, not five answers.
-- Its three statements see one another's commits (READ COMMITTED takes a snapshot a statement, in a function too).
CREATE FUNCTION claim_job(ticket text, claimer text) RETURNS SETOF jobs LANGUAGE plpgsql AS $$
DECLARE
    held jobs;
BEGIN
    -- A claim that timed out may still be running while its retry is: one after the other, or both would get a job.
    PERFORM pg_advisory_xact_lock(hashtextextended(ticket, 0));
    SELECT * INTO held FROM jobs WHERE status = 'running' AND workflow_id = ticket FOR UPDATE;
    IF FOUND AND held.host_id = claimer THEN
        RETURN NEXT held;
    ELSIF FOUND THEN
        RETURN QUERY UPDATE jobs SET attempt = attempt + 1, host_id = claimer, stage = 'building',
                                     last_heart_beat = clock_timestamp()
                     WHERE id = held.id RETURNING *;
    ELSE
        -- The CTE is the fence: FOR UPDATE keeps it from being inlined into a nested loop that would claim more than one row.
        RETURN QUERY
            WITH c AS (
              SELECT id FROM jobs WHERE status = 'queued'
              ORDER BY priority, created_at, id
              LIMIT 1 FOR UPDATE SKIP LOCKED)
            UPDATE jobs j SET status = 'running', stage = 'building', attempt = j.attempt + 1, host_id = claimer,
                   workflow_id = ticket, started_at = clock_timestamp(), last_heart_beat = clock_timestamp()
            FROM c WHERE j.id = c.id RETURNING j.*;
    END IF;
END $$;
