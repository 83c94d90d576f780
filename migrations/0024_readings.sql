-- +goose Up

-- Of which product pieces are, where a line made several in that time; '' is whatever it made.
ALTER TABLE edits ADD COLUMN product TEXT NOT NULL DEFAULT '';
-- What a counter said at the end of the time, millionths; 0 unless the kind is reading.
ALTER TABLE edits ADD COLUMN counter BIGINT NOT NULL DEFAULT 0;
