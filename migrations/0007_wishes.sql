-- +goose Up

-- What the time ledger is still to be derived anew for. A row is written before the reading or the revision that it is
-- for, and goes in the transaction that keeps the ledger with it: none is forgotten, whenever the program is killed.
CREATE TABLE wishes (
    line    TEXT   NOT NULL,
    why     TEXT   NOT NULL,   -- late: readings came from before what is kept; change: the line is set up otherwise
    from_at BIGINT NOT NULL,
    mark    BIGINT NOT NULL,   -- another with each wish; of a change, the number of the revision
    PRIMARY KEY (line, why)
);
