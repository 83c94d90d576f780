-- +goose Up

-- What people say about a line's time. Rows are only ever inserted: one that undoes another is a row of its own.
CREATE TABLE edits (
    id       BIGINT   NOT NULL PRIMARY KEY,
    line     TEXT     NOT NULL,
    kind     TEXT     NOT NULL,
    from_at  BIGINT   NOT NULL,
    to_at    BIGINT   NOT NULL CHECK (to_at > from_at),
    cut_at   BIGINT,             -- NULL: it is no split
    reason   TEXT     NOT NULL,
    category SMALLINT NOT NULL,  -- as in segments; 0 leaves the time where it is
    comment  TEXT     NOT NULL,
    good     BIGINT   NOT NULL CHECK (good   BETWEEN 0 AND 1000000000000000),
    reject   BIGINT   NOT NULL CHECK (reject BETWEEN 0 AND 1000000000000000),
    cycle    BIGINT   NOT NULL,  -- nanoseconds; 0: not known
    undoes   BIGINT   UNIQUE REFERENCES edits (id),
    shapes   BOOLEAN  NOT NULL,  -- it says what a stop is, or undoes what did
    at       BIGINT   NOT NULL,
    who_id   BIGINT   NOT NULL,
    who_name TEXT     NOT NULL,
    who_role TEXT     NOT NULL,
    key      TEXT                -- NULL: none
);
CREATE INDEX edits_by_line ON edits (line, from_at, id);
CREATE UNIQUE INDEX edits_by_key ON edits (who_id, who_name, key);

-- Shifts as somebody answered for them. Of those of one line and beginning the newest counts.
CREATE TABLE signatures (
    id       BIGINT NOT NULL PRIMARY KEY,
    line     TEXT   NOT NULL,
    from_at  BIGINT NOT NULL,
    to_at    BIGINT NOT NULL CHECK (to_at > from_at),
    shift    TEXT   NOT NULL,
    date     TEXT   NOT NULL,
    content  TEXT   NOT NULL,    -- the segments: JSON, gzip, base64; "" opens the shift again
    comment  TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    who_id   BIGINT NOT NULL,
    who_name TEXT   NOT NULL,
    who_role TEXT   NOT NULL
);
CREATE INDEX signatures_by_line ON signatures (line, from_at, id);

INSERT INTO numbers (name, last) VALUES ('edit', 0), ('signature', 0);
