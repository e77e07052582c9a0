-- How many jobs of an app may run at once. The row '*' (no app's name: those are DNS labels) is the default of apps without a row.
CREATE TABLE app_limits (
    app         text        PRIMARY KEY,
    max_running int         NOT NULL CHECK (max_running >= 1),
    updated_at  timestamptz NOT NULL DEFAULT clock_timestamp()
);
