-- +goose Up

-- Jobs whose counts are not all reported to their work orders are tried again.
CREATE INDEX jobs_untold ON jobs (id) WHERE untold <> '';
