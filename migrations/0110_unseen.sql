-- +goose Up
-- Of the ideal time of a segment's pieces: that of those made while nobody saw the line. Of what is kept nothing is known of it.
ALTER TABLE segments ADD COLUMN unseen BIGINT NOT NULL DEFAULT 0;
