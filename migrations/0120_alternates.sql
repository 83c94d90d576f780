-- +goose Up

-- When planning takes alternates in an item's place.
ALTER TABLE item ADD COLUMN alternates_taken TEXT NOT NULL DEFAULT 'when late' CHECK (alternates_taken IN ('when late', 'before ordering', 'by hand'));

-- What a planner is asked to do, now also to take an alternate.
CREATE TABLE plan_message_then (
    id       BIGINT  NOT NULL PRIMARY KEY,
    action   TEXT    NOT NULL CHECK (action IN ('order', 'make', 'expedite', 'defer', 'cancel', 'increase', 'decrease', 'substitute')),
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
INSERT INTO plan_message_then (id, action, item, document, line, from_day, to_day, was, quantity, soon, reason, ignored, why, version)
SELECT id, action, item, document, line, from_day, to_day, was, quantity, soon, reason, ignored, why, version FROM plan_message;
DROP TABLE plan_message;
ALTER TABLE plan_message_then RENAME TO plan_message;
CREATE INDEX plan_message_by_item ON plan_message (item, id);
CREATE INDEX plan_message_soon ON plan_message (id) WHERE soon;
CREATE INDEX plan_message_by_wanted ON plan_message (to_day, id);
CREATE INDEX plan_message_by_day ON plan_message (from_day, id);
