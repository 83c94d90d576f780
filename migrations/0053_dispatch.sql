-- +goose Up

-- What a machine that takes job orders and the job last agreed on: so that it can be told who has changed what. A row goes
-- when both are done with the job.
CREATE TABLE job_sent (
    unit    TEXT   NOT NULL,
    job     TEXT   NOT NULL,
    told    TEXT   NOT NULL,   -- the job's status when the machine was told, or told us; '': never
    seen    BIGINT NOT NULL,   -- the machine's state: the numbers of OPC 10031-4; 0: it does not have the job order
    planned BIGINT NOT NULL,   -- what it was told to make
    trouble TEXT   NOT NULL,   -- why the two do not agree; '' when they do
    at      BIGINT NOT NULL,
    PRIMARY KEY (unit, job)
);
