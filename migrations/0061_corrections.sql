-- +goose Up

-- Samples that were corrected: what stood there, what holds instead, who said so and why. Rows are only ever added; done
-- turns to 1 with the transaction that brings the bookings in line.
CREATE TABLE corrections (
    id          BIGINT NOT NULL PRIMARY KEY,
    tag         TEXT   NOT NULL,
    at          BIGINT NOT NULL,   -- the sample's time
    was_kind    TEXT   NOT NULL,
    was         TEXT   NOT NULL,
    was_quality BIGINT NOT NULL,
    new_kind    TEXT   NOT NULL,
    new         TEXT   NOT NULL,
    new_quality BIGINT NOT NULL,
    by_id       BIGINT NOT NULL,
    by_name     TEXT   NOT NULL,
    by_role     TEXT   NOT NULL,
    said_at     BIGINT NOT NULL,
    why         TEXT   NOT NULL,
    done        BIGINT NOT NULL
);
CREATE INDEX corrections_by_tag ON corrections (tag, at);
CREATE INDEX corrections_open ON corrections (done, id);
INSERT INTO numbers (name, last) VALUES ('correction', 0);
