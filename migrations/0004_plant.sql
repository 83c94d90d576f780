-- +goose Up

-- Every state that the plant's configuration ever had. Rows are only ever inserted; the newest is in use.
CREATE TABLE revisions (
    number   BIGINT NOT NULL PRIMARY KEY,
    parent   BIGINT NOT NULL UNIQUE,     -- 0: none; unique, so that of two successors one comes too late
    at       BIGINT NOT NULL,
    who_id   BIGINT NOT NULL,
    who_name TEXT   NOT NULL,
    who_role TEXT   NOT NULL,
    why      TEXT   NOT NULL,
    origin   TEXT   NOT NULL,
    content  TEXT   NOT NULL             -- the plant file, without secrets
);

-- What admins work on together and no line follows yet: one row at most.
CREATE TABLE draft (
    id       BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    base     BIGINT NOT NULL,
    version  BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    who_id   BIGINT NOT NULL,
    who_name TEXT   NOT NULL,
    who_role TEXT   NOT NULL,
    content  TEXT   NOT NULL
);
