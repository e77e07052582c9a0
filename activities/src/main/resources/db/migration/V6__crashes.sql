-- How often a machine's agent ended without being told to, within the hour before its last report.
ALTER TABLE machines ADD COLUMN crashes int NOT NULL DEFAULT 0;
