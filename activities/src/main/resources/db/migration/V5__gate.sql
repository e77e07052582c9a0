-- Which region lags, since when, and who was to bring the build there.
ALTER TABLE build_replicas ADD COLUMN mode text CHECK (mode IN ('copy', 'managed'));
ALTER TABLE build_replicas ADD COLUMN since timestamptz NOT NULL DEFAULT clock_timestamp();
UPDATE build_replicas SET since = updated_at;

-- What a release was allowed to lack, and the regions that it was made without, each with its status then.
ALTER TABLE releases ADD COLUMN policy text NOT NULL DEFAULT 'all';
ALTER TABLE releases ADD COLUMN excluded jsonb NOT NULL DEFAULT '{}';
