-- +goose Up

-- Quantities keep within ±4·10¹⁸ (four million million pieces), so that adding two can never overflow.
CREATE TABLE jobs (
    id         TEXT   NOT NULL PRIMARY KEY,
    for_order  TEXT   NOT NULL,
    line       TEXT   NOT NULL,
    product    TEXT   NOT NULL,
    planned    BIGINT NOT NULL,
    good       BIGINT NOT NULL CHECK (good  BETWEEN -4000000000000000000 AND 4000000000000000000),
    scrap      BIGINT NOT NULL CHECK (scrap BETWEEN -4000000000000000000 AND 4000000000000000000),
    status     TEXT   NOT NULL,
    due_at     BIGINT,                    -- NULL: none
    started_at BIGINT,                    -- NULL: not yet
    ended_at   BIGINT,                    -- NULL: not yet
    rank       BIGINT NOT NULL,
    version    BIGINT NOT NULL
);
-- A line works on one job at a time.
CREATE UNIQUE INDEX jobs_running ON jobs (line) WHERE status = 'running';
CREATE INDEX jobs_by_end ON jobs (ended_at);
CREATE INDEX jobs_by_line ON jobs (line, rank);

-- Which job owned a line, and when.
CREATE TABLE runs (
    line    TEXT   NOT NULL,
    from_at BIGINT NOT NULL,
    to_at   BIGINT CHECK (to_at >= from_at),   -- NULL: still
    job     TEXT   NOT NULL REFERENCES jobs (id),
    PRIMARY KEY (line, from_at)
);
CREATE UNIQUE INDEX runs_open ON runs (line) WHERE to_at IS NULL;
CREATE INDEX runs_by_end ON runs (to_at);
CREATE INDEX runs_by_job ON runs (job);

-- The count ledger. Rows are only ever inserted; a job's good and scrap are their sums.
CREATE TABLE bookings (
    id        BIGINT  NOT NULL PRIMARY KEY,
    tag       TEXT    NOT NULL,
    line      TEXT    NOT NULL,
    unit      TEXT    NOT NULL,
    job       TEXT    REFERENCES jobs (id),   -- NULL: no job owned the line
    scrap     BOOLEAN NOT NULL,
    estimated BOOLEAN NOT NULL,
    since_at  BIGINT  NOT NULL,
    at        BIGINT  NOT NULL,
    qty       BIGINT  NOT NULL CHECK (qty BETWEEN -4000000000000000000 AND 4000000000000000000)
);
CREATE INDEX bookings_by_line ON bookings (line, at, id);
CREATE INDEX bookings_by_job ON bookings (job, at, id);

-- How far each counter is booked.
CREATE TABLE marks (
    tag   TEXT   NOT NULL PRIMARY KEY,
    at    BIGINT NOT NULL,
    total BIGINT NOT NULL
);
