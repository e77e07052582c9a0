-- What a job asks for besides its source. NULL is the default of each, so that a row that asks for nothing pays nothing.
-- policy: like 'all-but-1', how many of its regions it may go without. limits: of its build, below those of the host.
ALTER TABLE jobs ADD COLUMN policy text, ADD COLUMN limits jsonb;
