-- +goose Up

-- Each number is given out by one UPDATE … RETURNING in the transaction that uses it.
CREATE TABLE numbers (
    name TEXT   NOT NULL PRIMARY KEY,
    last BIGINT NOT NULL
);
INSERT INTO numbers (name, last) VALUES ('user', 0), ('token', 0), ('booking', 0);

CREATE TABLE users (
    id         BIGINT  NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    folded     TEXT    NOT NULL UNIQUE,   -- the name without regard to case
    hash       TEXT    NOT NULL,          -- argon2id, PHC string
    role       TEXT    NOT NULL,
    disabled   BOOLEAN NOT NULL,
    version    BIGINT  NOT NULL,
    created_at BIGINT  NOT NULL
);

CREATE TABLE tokens (
    id         BIGINT  NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    hash       TEXT    NOT NULL UNIQUE,   -- SHA-256 of the secret
    role       TEXT    NOT NULL,
    page       TEXT    NOT NULL,
    revoked    BOOLEAN NOT NULL,
    created_at BIGINT  NOT NULL,
    seen_at    BIGINT                     -- NULL: never
);

CREATE TABLE sessions (
    hash       TEXT   NOT NULL PRIMARY KEY,   -- SHA-256 of the cookie's token
    data       TEXT   NOT NULL,               -- base64
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- The audit chain: each row's hash covers the row and the hash before it. Rows are only ever inserted.
CREATE TABLE audit (
    seq      BIGINT NOT NULL PRIMARY KEY,
    at       BIGINT NOT NULL,
    who_id   BIGINT NOT NULL,
    who_name TEXT   NOT NULL,
    who_role TEXT   NOT NULL,
    what     TEXT   NOT NULL,
    thing    TEXT   NOT NULL,
    old      TEXT   NOT NULL,
    new      TEXT   NOT NULL,
    why      TEXT   NOT NULL,
    hash     TEXT   NOT NULL
);
CREATE INDEX audit_by_thing ON audit (thing, seq);

-- Where the chain ends, so that rows cut off its end are missed.
CREATE TABLE audit_head (
    id   BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    seq  BIGINT NOT NULL,
    hash TEXT   NOT NULL
);
INSERT INTO audit_head (id, seq, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

CREATE TABLE settings (
    name    TEXT   NOT NULL PRIMARY KEY,
    value   TEXT   NOT NULL,
    version BIGINT NOT NULL
);
