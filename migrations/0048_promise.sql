-- +goose Up

-- What is promised of orders: a line of a sales order ('sales/7', 1), a work order ('work/11', 0), a job ('job/J-7', 0).
-- The baseline is the first promise, and never changes.
CREATE TABLE promise (
    document    TEXT    NOT NULL,
    line        BIGINT  NOT NULL,
    baseline    BIGINT,             -- NULL: nobody could say
    dated       BOOLEAN NOT NULL,   -- the baseline is the end of a date that was promised
    baseline_at BIGINT  NOT NULL,   -- when it was promised
    best        BIGINT,             -- NULL: nobody can say
    likely      BIGINT,             -- NULL: nobody can say
    causes      TEXT    NOT NULL,
    told_at     BIGINT  NOT NULL,
    open        BOOLEAN NOT NULL,   -- it is still foretold
    PRIMARY KEY (document, line)
);
CREATE INDEX promise_open ON promise (document, line) WHERE open;

-- How a forecast has changed: a row is added where it differs by enough from the one before.
CREATE TABLE promise_history (
    document TEXT   NOT NULL,
    line     BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    best     BIGINT,
    likely   BIGINT,
    causes   TEXT   NOT NULL,
    PRIMARY KEY (document, line, at)
);
