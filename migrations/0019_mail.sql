-- +goose Up

-- The mail server that reports are sent by: one row, once it is set.
CREATE TABLE mail_server (
    id       BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    host     TEXT   NOT NULL,
    port     BIGINT NOT NULL,
    security TEXT   NOT NULL CHECK (security IN ('starttls', 'tls', 'none')),
    username TEXT   NOT NULL,
    mark     TEXT   NOT NULL,  -- by which the password is found among the secrets
    sender   TEXT   NOT NULL,
    version  BIGINT NOT NULL
);

-- Who gets which report, and when.
CREATE TABLE subscriptions (
    id         BIGINT  NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    kind       TEXT    NOT NULL CHECK (kind IN ('shift', 'day', 'week')),
    place      TEXT    NOT NULL,   -- '': the whole plant
    delay      BIGINT  NOT NULL,   -- microseconds after a shift's end
    clock      BIGINT  NOT NULL,   -- minutes after midnight, local
    weekday    BIGINT  NOT NULL,   -- 0: Sunday
    format     TEXT    NOT NULL,
    recipients TEXT    NOT NULL,   -- one on each line
    off        BOOLEAN NOT NULL,
    since      BIGINT  NOT NULL,
    version    BIGINT  NOT NULL
);

-- The outbox: one letter for each subscription and period, whatever became of it.
CREATE TABLE letters (
    id           BIGINT NOT NULL PRIMARY KEY,
    subscription BIGINT NOT NULL REFERENCES subscriptions (id) ON DELETE CASCADE,
    period       TEXT   NOT NULL,
    due_at       BIGINT NOT NULL,
    state        TEXT   NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'failed', 'unsure')),
    attempts     BIGINT NOT NULL,
    next_at      BIGINT NOT NULL,
    until_at     BIGINT,            -- NULL: nobody works on it
    sent_at      BIGINT,
    fault        TEXT   NOT NULL,
    version      BIGINT NOT NULL
);
CREATE UNIQUE INDEX letters_once ON letters (subscription, period);
CREATE INDEX letters_open ON letters (next_at) WHERE state IN ('waiting', 'sending');
CREATE INDEX letters_newest ON letters (due_at);

INSERT INTO numbers (name, last) VALUES ('subscription', 0), ('letter', 0);
