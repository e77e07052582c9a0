-- When the machines of each release became healthy. Kept apart from machine_apps, which knows the newest seq of a machine only: the
-- next release must not change what was measured of this one, and a page of releases must not read 100,000 machines for each.
CREATE TABLE arrivals (
    app        text        NOT NULL,
    seq        bigint      NOT NULL,
    first_at   timestamptz NOT NULL,
    last_at    timestamptz NOT NULL,
    machines   int         NOT NULL,
    PRIMARY KEY (app, seq)
) WITH (fillfactor = 50);

INSERT INTO arrivals (app, seq, first_at, last_at, machines)
SELECT app, seq, min(healthy_since), max(healthy_since), count(*)
FROM machine_apps WHERE healthy_since IS NOT NULL GROUP BY app, seq;

-- It served the search for the first and the last machine.
DROP INDEX machine_apps_by_app;
