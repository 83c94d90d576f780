-- +goose Up

-- How far planning has come: the changes that the list below knows of.
CREATE TABLE plan_wish (
    id   BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    done BIGINT NOT NULL,
    at   BIGINT NOT NULL                    -- when it was planned; 0: never
);
INSERT INTO plan_wish (id, done, at) VALUES (1, -1, 0);

-- What a planner is asked to do. Only what differs is written when it is planned again.
CREATE TABLE plan_message (
    id       BIGINT  NOT NULL PRIMARY KEY,
    action   TEXT    NOT NULL CHECK (action IN ('order', 'make', 'expedite', 'defer', 'cancel', 'increase', 'decrease')),
    item     BIGINT  NOT NULL,
    document TEXT    NOT NULL,              -- the order that it is about; '': a planned order
    line     BIGINT  NOT NULL,
    from_day TEXT    NOT NULL,              -- of a planned order: its release; else due now
    to_day   TEXT    NOT NULL,              -- due, or wanted
    was      BIGINT  NOT NULL,
    quantity BIGINT  NOT NULL,
    soon     BOOLEAN NOT NULL,
    reason   TEXT    NOT NULL,
    ignored  TEXT    NOT NULL,              -- until this date; '': not
    why      TEXT    NOT NULL,
    version  BIGINT  NOT NULL
);
CREATE INDEX plan_message_by_item ON plan_message (item, id);
CREATE INDEX plan_message_soon ON plan_message (id) WHERE soon;

-- What is expected to be ordered in a time, the last date not in it.
CREATE TABLE plan_forecast (
    id       BIGINT NOT NULL PRIMARY KEY,
    item     BIGINT NOT NULL,
    from_day TEXT   NOT NULL,
    to_day   TEXT   NOT NULL CHECK (to_day > from_day),
    quantity BIGINT NOT NULL CHECK (quantity >= 0),
    note     TEXT   NOT NULL,
    version  BIGINT NOT NULL
);
CREATE UNIQUE INDEX plan_forecast_once ON plan_forecast (item, from_day);

-- Loops in which cards order what was used.
CREATE TABLE kanban_loop (
    id       BIGINT  NOT NULL PRIMARY KEY,
    item     BIGINT  NOT NULL,
    supply   TEXT    NOT NULL CHECK (supply IN ('make', 'buy')),
    place    BIGINT  NOT NULL,              -- where its boxes stand; 0: the stock
    line     TEXT    NOT NULL,              -- that uses it; '': none
    quantity BIGINT  NOT NULL CHECK (quantity > 0),   -- of one card
    note     TEXT    NOT NULL,
    retired  BOOLEAN NOT NULL,
    version  BIGINT  NOT NULL
);
CREATE INDEX kanban_loop_by_item ON kanban_loop (item);

CREATE TABLE kanban_card (
    id       BIGINT NOT NULL PRIMARY KEY,
    code     TEXT   NOT NULL UNIQUE,        -- "KB-000001"
    loop     BIGINT NOT NULL REFERENCES kanban_loop (id),
    state    TEXT   NOT NULL CHECK (state IN ('full', 'empty', 'ordered')),
    document TEXT   NOT NULL,               -- that fills it; '': none
    at       BIGINT NOT NULL,
    version  BIGINT NOT NULL
);
CREATE INDEX kanban_card_by_loop ON kanban_card (loop, id);

INSERT INTO numbers (name, last) VALUES ('plan message', 0), ('forecast', 0), ('kanban loop', 0), ('kanban card', 0);
