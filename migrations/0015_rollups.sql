-- +goose Up

-- Sums of the time ledger: a shorter way to the same numbers, which may be deleted at any time and is then made again.
CREATE TABLE rollups (
    line    TEXT   NOT NULL,
    grain   TEXT   NOT NULL,   -- hour: the slots of one date; day: the dates of one month
    side    TEXT   NOT NULL,   -- of days: what the rows are kept by besides the product; '' for nothing
    from_at BIGINT NOT NULL,
    to_at   BIGINT NOT NULL,
    packed  BYTEA  NOT NULL,   -- rows, as package rollup packs them
    PRIMARY KEY (line, grain, side, from_at)
);

-- Up to where the sums of a line are those of its ledger. Who changes a line's time sets it back in the same transaction.
CREATE TABLE rolled (
    line  TEXT   NOT NULL PRIMARY KEY,
    fresh BIGINT NOT NULL,
    mark  BIGINT NOT NULL   -- another with each change of the line's time
);
