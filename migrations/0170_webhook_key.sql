-- +goose Up

-- By which key who made a webhook, so that a request that comes again makes none; asked is what was asked for.
ALTER TABLE webhook ADD COLUMN made_id   BIGINT NOT NULL DEFAULT 0;
ALTER TABLE webhook ADD COLUMN made_name TEXT   NOT NULL DEFAULT '';
ALTER TABLE webhook ADD COLUMN made_key  TEXT;
ALTER TABLE webhook ADD COLUMN asked     TEXT   NOT NULL DEFAULT '';
CREATE UNIQUE INDEX webhook_made ON webhook (made_id, made_name, made_key);
