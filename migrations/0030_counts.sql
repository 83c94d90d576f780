-- +goose Up

-- Material that is meant for documents. A hard one is of one balance, where it is allocated; a soft one is of the item.
CREATE TABLE reservation (
    id       BIGINT  NOT NULL PRIMARY KEY,
    item     BIGINT  NOT NULL,
    revision TEXT    NOT NULL,
    place    BIGINT  NOT NULL,               -- 0: soft
    lot      TEXT    NOT NULL,
    serial   TEXT    NOT NULL,
    document TEXT    NOT NULL,               -- "sales/7"
    line     BIGINT  NOT NULL,               -- of the document; 0: none
    qty      BIGINT  NOT NULL CHECK (qty > 0),  -- that is still to come
    hard     BOOLEAN NOT NULL,
    at       BIGINT  NOT NULL,
    who_id   BIGINT  NOT NULL,
    who_name TEXT    NOT NULL,
    who_role TEXT    NOT NULL,
    why      TEXT    NOT NULL                -- another lot was taken than suggested; '': as suggested
);
CREATE UNIQUE INDEX reservation_once ON reservation (document, line, item, revision, place, lot, serial, hard);
CREATE INDEX reservation_by_item ON reservation (item);

-- Counting what there is.
CREATE TABLE stock_count (
    id        BIGINT  NOT NULL PRIMARY KEY,
    number    TEXT    NOT NULL UNIQUE,       -- "CNT-000001"
    place     BIGINT  NOT NULL,              -- with all that is in it
    blind     BOOLEAN NOT NULL,              -- who counts does not see what is expected
    frozen    BOOLEAN NOT NULL,              -- nothing moves there meanwhile
    snapshot  BIGINT  NOT NULL,              -- the last move when it began
    tolerance BIGINT  NOT NULL,              -- millionths of what is expected that need no second count
    state     TEXT    NOT NULL CHECK (state IN ('open', 'posted', 'cancelled')),
    began_at  BIGINT  NOT NULL,
    who_id    BIGINT  NOT NULL,
    who_name  TEXT    NOT NULL,
    who_role  TEXT    NOT NULL,
    ended_at  BIGINT,                        -- NULL: not yet
    ended_id  BIGINT  NOT NULL,
    ended_name TEXT   NOT NULL,
    ended_role TEXT   NOT NULL,
    why       TEXT    NOT NULL,
    version   BIGINT  NOT NULL
);
CREATE INDEX stock_count_open ON stock_count (id) WHERE state = 'open';

CREATE TABLE count_line (
    count    BIGINT NOT NULL,
    line     BIGINT NOT NULL,
    item     BIGINT NOT NULL,
    revision TEXT   NOT NULL,
    place    BIGINT NOT NULL,
    lot      TEXT   NOT NULL,
    serial   TEXT   NOT NULL,
    expected BIGINT NOT NULL,                -- when the count began
    counted  BIGINT,                         -- NULL: not yet
    seen     BIGINT NOT NULL,                -- the last move when it was counted
    first    BIGINT,                         -- what was counted before it was counted again; NULL: counted once
    by_id    BIGINT NOT NULL,
    by_name  TEXT   NOT NULL,
    by_role  TEXT   NOT NULL,
    PRIMARY KEY (count, line)
);
CREATE UNIQUE INDEX count_line_once ON count_line (count, item, revision, place, lot, serial);

INSERT INTO numbers (name, last) VALUES ('reservation', 0), ('count', 0);
