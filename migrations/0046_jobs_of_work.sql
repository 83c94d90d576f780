-- +goose Up

-- A job makes an operation of a work order on a line: what is counted for it is reported to the order, in the transaction
-- that books it. What could not be reported yet is the difference; untold says why.
ALTER TABLE jobs ADD COLUMN work       BIGINT NOT NULL DEFAULT 0;   -- the work order; 0: none
ALTER TABLE jobs ADD COLUMN operation  BIGINT NOT NULL DEFAULT 0;   -- its position; 0: the order as a whole
ALTER TABLE jobs ADD COLUMN told_good  BIGINT NOT NULL DEFAULT 0;   -- of good, what is reported to the order
ALTER TABLE jobs ADD COLUMN told_scrap BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN untold     TEXT   NOT NULL DEFAULT '';
CREATE INDEX jobs_by_work ON jobs (work, operation) WHERE work <> 0;

-- The line of a sales order that it is made for, and for no other; 0: none.
ALTER TABLE work_order ADD COLUMN sales_line BIGINT NOT NULL DEFAULT 0;

-- When a component is taken as pieces are counted: with each, with each cycle batch of so many, or when all are made.
ALTER TABLE work_component ADD COLUMN policy TEXT   NOT NULL DEFAULT 'per count';
ALTER TABLE work_component ADD COLUMN every  BIGINT NOT NULL DEFAULT 0;

ALTER TABLE work_report ADD COLUMN job TEXT NOT NULL DEFAULT '';    -- whose counts it reports; '': a person's
CREATE INDEX work_report_by_job ON work_report (job) WHERE job <> '';

-- Why pieces were scrapped, as far as it is known. Rows are only ever added.
CREATE TABLE work_scrap (
    report     BIGINT NOT NULL REFERENCES work_report (id),
    work_order BIGINT NOT NULL,
    reason     TEXT   NOT NULL,
    qty        BIGINT NOT NULL,            -- below 0: taken back
    PRIMARY KEY (report, reason)
);
CREATE INDEX work_scrap_by_order ON work_scrap (work_order, report);

-- Counts that no job owned wait for somebody to say whose they are. What was given to a job is reversed and booked anew;
-- here stands who decided what, and what was decided to be nobody's.
CREATE INDEX bookings_parked ON bookings (line, at) WHERE job IS NULL;
CREATE TABLE parked_decision (
    id      BIGINT NOT NULL PRIMARY KEY,
    line    TEXT   NOT NULL,
    from_at BIGINT NOT NULL,               -- bookings that end from here …
    to_at   BIGINT NOT NULL,               -- … up to and with here …
    last    BIGINT NOT NULL,               -- … as far as they were there
    job     TEXT   NOT NULL,               -- '': they are nobody's
    good    BIGINT NOT NULL,
    scrap   BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    by_id   BIGINT NOT NULL,
    by_name TEXT   NOT NULL,
    why     TEXT   NOT NULL
);
CREATE INDEX parked_decision_by_line ON parked_decision (line, to_at);

-- The queue's number grows whenever others than the lines change jobs: who keeps them in mind looks at it.
INSERT INTO numbers (name, last) VALUES ('queue', 0), ('parked decision', 0);
