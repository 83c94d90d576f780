-- +goose Up

-- Whose owner a user is: '', 'OT' or 'IT'.
ALTER TABLE users ADD COLUMN owner TEXT NOT NULL DEFAULT '';

-- Everybody who had a hand in the draft, in JSON.
ALTER TABLE draft ADD COLUMN authors TEXT NOT NULL DEFAULT '[]';

INSERT INTO numbers (name, last) VALUES ('request', 0), ('approval', 0), ('signing key', 0);

-- Who must agree to which kind of change. Rows are only ever inserted; the newest is in force.
CREATE TABLE approval_rules (
    version  BIGINT NOT NULL PRIMARY KEY,
    at       BIGINT NOT NULL,
    who_name TEXT   NOT NULL,
    why      TEXT   NOT NULL,
    content  TEXT   NOT NULL             -- JSON: kind of change → side
);

-- Changes that wait, or waited, for others to agree. What stands above the status never changes.
CREATE TABLE requests (
    number   BIGINT NOT NULL PRIMARY KEY,
    subject  TEXT   NOT NULL,            -- plant, rules
    base     BIGINT NOT NULL,
    at       BIGINT NOT NULL,
    who_id   BIGINT NOT NULL,
    who_name TEXT   NOT NULL,
    who_role TEXT   NOT NULL,
    side     TEXT   NOT NULL,            -- whose owner asks
    authors  TEXT   NOT NULL,            -- JSON
    why      TEXT   NOT NULL,
    origin   TEXT   NOT NULL,
    since    TEXT   NOT NULL,
    content  TEXT   NOT NULL,
    hash     TEXT   NOT NULL,            -- SHA-256 of content
    touches  TEXT   NOT NULL,            -- JSON
    needs    TEXT   NOT NULL,
    status   TEXT   NOT NULL,            -- open, published, refused, withdrawn
    ended_at BIGINT,                     -- NULL: open
    ended_by TEXT   NOT NULL,
    end_why  TEXT   NOT NULL,
    outcome  BIGINT NOT NULL             -- what it became; 0: nothing
);
CREATE INDEX requests_by_status ON requests (status, number);

-- What a change would have made of the past, as often as it was computed. Rows are only ever inserted.
CREATE TABLE request_effects (
    request BIGINT NOT NULL REFERENCES requests (number),
    number  BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    content TEXT   NOT NULL,
    PRIMARY KEY (request, number)
);

-- What owners said to requests, signed. Rows are only ever inserted.
CREATE TABLE approvals (
    number      BIGINT NOT NULL PRIMARY KEY,
    request     BIGINT NOT NULL REFERENCES requests (number),
    at          BIGINT NOT NULL,
    who_id      BIGINT NOT NULL,
    who_name    TEXT   NOT NULL,
    who_role    TEXT   NOT NULL,
    side        TEXT   NOT NULL,
    verdict     TEXT   NOT NULL,
    comment     TEXT   NOT NULL,
    effect      BIGINT NOT NULL,
    signing_key BIGINT NOT NULL,
    signature   TEXT   NOT NULL,
    UNIQUE (request, side)
);

CREATE TABLE signing_keys (
    number     BIGINT NOT NULL PRIMARY KEY,
    at         BIGINT NOT NULL,
    public_key TEXT   NOT NULL,          -- ed25519
    mark       TEXT   NOT NULL           -- of its secret half among the secrets
);
