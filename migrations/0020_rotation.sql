-- +goose Up

-- The walls that a display shows by turns, "/wall/line/a=20 /wall/hall/b=60 calls stops"; '': its page alone.
ALTER TABLE tokens ADD COLUMN rotation TEXT NOT NULL DEFAULT '';
