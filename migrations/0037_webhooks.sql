-- +goose Up

-- Programs elsewhere that are told what happens in the business.
CREATE TABLE webhook (
    id       BIGINT  NOT NULL PRIMARY KEY,
    name     TEXT    NOT NULL,
    url      TEXT    NOT NULL,
    events   TEXT    NOT NULL,               -- apart by spaces; '': all
    mark     TEXT    NOT NULL,               -- of its secret among the secrets
    active   BOOLEAN NOT NULL,
    failures BIGINT  NOT NULL,               -- deliveries in a row that were given up
    version  BIGINT  NOT NULL
);

-- What is told to each: written by the transaction that made it happen, sent after.
CREATE TABLE webhook_delivery (
    id       BIGINT NOT NULL PRIMARY KEY,     -- of the entry of the audit that tells it, times 64, and which webhook
    webhook  BIGINT NOT NULL REFERENCES webhook (id),
    event    TEXT   NOT NULL,
    thing    TEXT   NOT NULL,                -- kind/id
    at       BIGINT NOT NULL,
    payload  TEXT   NOT NULL,                -- JSON
    state    TEXT   NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    attempts BIGINT NOT NULL,
    next_at  BIGINT NOT NULL,
    until_at BIGINT,                         -- NULL: nobody works on it
    status   BIGINT NOT NULL,                -- of HTTP; 0: no answer
    took     BIGINT NOT NULL,                -- microseconds
    answer   TEXT   NOT NULL,
    fault    TEXT   NOT NULL,
    version  BIGINT NOT NULL
);
CREATE INDEX webhook_delivery_waiting ON webhook_delivery (next_at, id) WHERE state = 'waiting';

INSERT INTO numbers (name, last) VALUES ('webhook', 0);
