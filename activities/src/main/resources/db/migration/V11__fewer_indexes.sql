-- Every claim and every end of a job moves its row in each index that holds the row. Two of them cost more than they gave.

-- While few jobs ran, the planner took this index to find what a ticket holds and read every running job at every claim. What looks at
-- all running jobs finds them in jobs_running_workflow as well.
DROP INDEX jobs_running;

-- Pages of the seldom ends come from this index, those of succeeded jobs from the primary key, those of queued and running ones from theirs.
DROP INDEX jobs_by_status;
CREATE INDEX jobs_unsuccessful ON jobs (id) WHERE status IN ('failed', 'stopped');
