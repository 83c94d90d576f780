-- +goose Up

-- Calls for help at a line. A call goes from raised to answered to done, and no way back.
CREATE TABLE calls (
    id            BIGINT NOT NULL PRIMARY KEY,
    line          TEXT   NOT NULL,
    unit          TEXT   NOT NULL,   -- '': the line
    kind          TEXT   NOT NULL CHECK (kind IN ('material', 'maintenance', 'quality')),
    note          TEXT   NOT NULL,
    raised_at     BIGINT NOT NULL,
    raised_id     BIGINT NOT NULL,
    raised_name   TEXT   NOT NULL,
    raised_role   TEXT   NOT NULL,
    answered_at   BIGINT,            -- NULL: not yet
    answered_id   BIGINT NOT NULL,
    answered_name TEXT   NOT NULL,
    answered_role TEXT   NOT NULL,
    done_at       BIGINT,            -- NULL: not yet
    done_id       BIGINT NOT NULL,
    done_name     TEXT   NOT NULL,
    done_role     TEXT   NOT NULL,
    version       BIGINT NOT NULL,
    key           TEXT               -- NULL: none
);
CREATE UNIQUE INDEX calls_open ON calls (line, unit, kind) WHERE done_at IS NULL;
CREATE INDEX calls_by_line ON calls (line, raised_at);
CREATE UNIQUE INDEX calls_by_key ON calls (raised_id, raised_name, key);

INSERT INTO numbers (name, last) VALUES ('call', 0);
