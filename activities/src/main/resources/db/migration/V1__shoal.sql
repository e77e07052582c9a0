-- The truths in SQL. Times are the database's clock throughout.

CREATE TABLE jobs (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_name         text        NOT NULL,
    created_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    status           text        NOT NULL DEFAULT 'queued'
                     CHECK (status IN ('queued', 'running', 'failed', 'stopped', 'success')),
    last_heart_beat  timestamptz,
    stage            text        NOT NULL DEFAULT 'queued'
                     CHECK (stage IN ('queued', 'building', 'uploading', 'replicating', 'done')),
    priority         int         NOT NULL,
    attempt          int         NOT NULL DEFAULT 0,
    source           jsonb       NOT NULL,
    release          boolean     NOT NULL,
    regions          text[]      NOT NULL,
    host_id          text,
    workflow_id      text,
    started_at       timestamptz,
    finished_at      timestamptz,
    build_name       text,
    cancel_requested boolean     NOT NULL DEFAULT false,
    reason           text,
    log_tail         text,
    submitted_by     text        NOT NULL,
    idempotency_key  text,
    request_hash     text        NOT NULL,
    CHECK (status <> 'running'
           OR (attempt > 0 AND host_id IS NOT NULL AND workflow_id IS NOT NULL AND last_heart_beat IS NOT NULL)),
    CHECK ((status IN ('failed', 'stopped', 'success')) = (finished_at IS NOT NULL))
) WITH (
    -- Room on each page for heartbeats to stay there (HOT): no index may hold a column that a heartbeat writes.
    fillfactor = 80,
    -- Dead queue entries slow the claim down: vacuum by count, not by share of a growing table.
    autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 500
);
-- The claim reads this index only: its size is the queue's, not the history's.
CREATE INDEX jobs_queue ON jobs (priority, created_at, id) WHERE status = 'queued';
CREATE INDEX jobs_running ON jobs (id) WHERE status = 'running';
-- A ticket carries one job at a time: the idempotence of the claim rests on this.
CREATE UNIQUE INDEX jobs_running_workflow ON jobs (workflow_id) WHERE status = 'running';
-- Lists page through the history of one status or one app, newest first.
CREATE INDEX jobs_by_status ON jobs (status, id);
CREATE INDEX jobs_by_name ON jobs (job_name, id);
CREATE UNIQUE INDEX jobs_idempotency ON jobs (submitted_by, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE TABLE builds (
    build_name   text        PRIMARY KEY,
    app          text        NOT NULL,
    job_id       bigint      NOT NULL UNIQUE REFERENCES jobs (id),
    artifact     jsonb       NOT NULL,
    activation   jsonb       NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    status       text        NOT NULL CHECK (status IN ('REPLICATING', 'REPLICATED', 'FAILED'))
);
CREATE INDEX builds_by_app ON builds (app, job_id);

CREATE TABLE build_replicas (
    build_name   text        NOT NULL REFERENCES builds (build_name),
    region       text        NOT NULL,
    status       text        NOT NULL CHECK (status IN ('PENDING', 'IN_PROGRESS', 'COMPLETE', 'FAILED')),
    bytes        bigint      NOT NULL DEFAULT 0,
    reason       text,
    evidence     jsonb,
    updated_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (build_name, region),
    CHECK ((status = 'COMPLETE') = (evidence IS NOT NULL))
);

CREATE TABLE apps (
    app          text   PRIMARY KEY,
    last_seq     bigint NOT NULL
);

CREATE TABLE releases (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    app             text        NOT NULL REFERENCES apps (app),
    seq             bigint      NOT NULL,
    build_name      text        NOT NULL REFERENCES builds (build_name),
    status          text        NOT NULL DEFAULT 'pending'
                    CHECK (status IN ('pending', 'rolling', 'success', 'incomplete', 'superseded', 'failed')),
    regions         text[]      NOT NULL,
    rollback_of     bigint      REFERENCES releases (id),
    created_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    flipped_at      timestamptz,
    finished_at     timestamptz,
    machines_ok     int         NOT NULL DEFAULT 0,
    machines_total  int         NOT NULL DEFAULT 0,
    missing         jsonb       NOT NULL DEFAULT '{}',
    reason          text,
    requested_by    text        NOT NULL,
    idempotency_key text,
    UNIQUE (app, seq),
    CHECK ((status IN ('pending', 'rolling')) = (finished_at IS NULL))
);
CREATE INDEX releases_open ON releases (id) WHERE status IN ('pending', 'rolling');
CREATE UNIQUE INDEX releases_idempotency ON releases (requested_by, idempotency_key) WHERE idempotency_key IS NOT NULL;

CREATE TABLE machines (
    machine_id    text        PRIMARY KEY,
    region        text        NOT NULL,
    agent_version text        NOT NULL,
    report_number bigint      NOT NULL,
    refused       jsonb       NOT NULL,
    last_seen     timestamptz NOT NULL
) WITH (
    -- 100,000 machines, each rewritten every few seconds: half-empty pages let the new version stay on its page (HOT), and the
    -- table is small enough to be vacuumed often.
    fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 5000
);
CREATE INDEX machines_by_region ON machines (region, machine_id);

CREATE TABLE machine_apps (
    machine_id    text        NOT NULL REFERENCES machines (machine_id),
    app           text        NOT NULL,
    seq           bigint      NOT NULL,
    report        jsonb       NOT NULL,
    -- When this machine was first heard to be healthy with this seq; a new seq starts anew.
    healthy_since timestamptz,
    PRIMARY KEY (machine_id, app)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 5000);
CREATE INDEX machine_apps_by_app ON machine_apps (app, machine_id);

CREATE TABLE audit_log (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor   text        NOT NULL,
    action  text        NOT NULL,
    subject text        NOT NULL,
    detail  jsonb       NOT NULL
);

CREATE TABLE tokens (
    name       text        PRIMARY KEY,
    role       text        NOT NULL CHECK (role IN ('AGENT', 'VIEWER', 'BUILDER', 'RELEASER', 'ADMIN')),
    hash       text        NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    revoked_at timestamptz
);
