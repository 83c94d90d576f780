-- +goose Up

-- Where the kept schedule has what is still to be made.
CREATE TABLE schedule_bar (
    id        TEXT    NOT NULL PRIMARY KEY, -- the job's number, or the work order's with the operation's position
    machine   TEXT    NOT NULL,             -- a line, or 'centre/' and the code of a work centre
    starts_at BIGINT  NOT NULL,
    ends_at   BIGINT  NOT NULL,
    pinned    BOOLEAN NOT NULL,             -- a planner put it there
    by_name   TEXT    NOT NULL              -- the planner
);

-- It grows when the order of the schedule changes.
INSERT INTO numbers (name, last) VALUES ('schedule', 1);
