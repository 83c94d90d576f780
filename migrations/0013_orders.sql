-- +goose Up

-- The order of a segment: the job that ran or, where none did, the order that the machine named; '' for neither.
ALTER TABLE segments ADD COLUMN order_id TEXT NOT NULL DEFAULT '';
