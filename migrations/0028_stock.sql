-- +goose Up

-- Where material can be. Below 10 are the places that are not ours, and 6, what is on its way.
CREATE TABLE stock_place (
    id         BIGINT  NOT NULL PRIMARY KEY,
    code       TEXT    NOT NULL,
    folded     TEXT    NOT NULL UNIQUE,  -- the code without regard to case
    name       TEXT    NOT NULL,
    parent     BIGINT  NOT NULL,         -- 0: none
    line       TEXT    NOT NULL,         -- beside which it lies; '': none
    quarantine BOOLEAN NOT NULL,
    virtual    BOOLEAN NOT NULL,
    counting   BIGINT  NOT NULL,         -- the count that freezes it; 0: none
    version    BIGINT  NOT NULL,
    retired    BOOLEAN NOT NULL
);
CREATE INDEX stock_place_by_parent ON stock_place (parent);
CREATE INDEX stock_place_by_line ON stock_place (line) WHERE line <> '';
INSERT INTO stock_place (id, code, folded, name, parent, line, quarantine, virtual, counting, version, retired) VALUES
    (1, 'SUPPLIER', 'supplier', 'Suppliers', 0, '', FALSE, TRUE, 0, 1, FALSE),
    (2, 'CUSTOMER', 'customer', 'Customers', 0, '', FALSE, TRUE, 0, 1, FALSE),
    (3, 'PRODUCTION', 'production', 'Production', 0, '', FALSE, TRUE, 0, 1, FALSE),
    (4, 'SCRAP', 'scrap', 'Scrap', 0, '', FALSE, TRUE, 0, 1, FALSE),
    (5, 'COUNT', 'count', 'Count differences', 0, '', FALSE, TRUE, 0, 1, FALSE),
    (6, 'TRANSIT', 'transit', 'In transit', 0, '', FALSE, FALSE, 0, 1, FALSE),
    (7, 'OPENING', 'opening', 'Opening stock', 0, '', FALSE, TRUE, 0, 1, FALSE),
    (10, 'STOCK', 'stock', 'Warehouse', 0, '', FALSE, FALSE, 0, 1, FALSE);

-- What was made or bought together. A serial is a lot of one piece.
CREATE TABLE lot (
    id           BIGINT  NOT NULL PRIMARY KEY,
    item         BIGINT  NOT NULL,
    number       TEXT    NOT NULL,
    serial       BOOLEAN NOT NULL,
    expires_at   BIGINT,                 -- NULL: never
    supplier     BIGINT  NOT NULL,       -- a partner; 0: none
    supplier_lot TEXT    NOT NULL,
    state        TEXT    NOT NULL CHECK (state IN ('free', 'hold', 'quarantine')),
    why          TEXT    NOT NULL,
    by_id        BIGINT  NOT NULL,       -- who made it what it is
    by_name      TEXT    NOT NULL,
    by_role      TEXT    NOT NULL,
    came_at      BIGINT  NOT NULL,
    version      BIGINT  NOT NULL
);
CREATE UNIQUE INDEX lot_by_number ON lot (item, number, serial);
CREATE INDEX lot_by_name ON lot (number, id);
CREATE INDEX lot_held ON lot (item) WHERE state <> 'free';

-- What was posted together, by whom and why: one row for moves first to last.
CREATE TABLE stock_posting (
    first_move BIGINT NOT NULL PRIMARY KEY,
    last_move  BIGINT NOT NULL,
    key        TEXT   UNIQUE,            -- NULL: none
    digest     TEXT   NOT NULL,          -- of what was asked for: the same key must ask for the same
    at         BIGINT NOT NULL,          -- when it happened
    posted_at  BIGINT NOT NULL,
    who_id     BIGINT NOT NULL,
    who_name   TEXT   NOT NULL,
    who_role   TEXT   NOT NULL,
    why        TEXT   NOT NULL
);
CREATE INDEX stock_posting_by_time ON stock_posting (posted_at);

-- The ledger of material: rows are only ever added.
CREATE TABLE stock_move (
    number     BIGINT NOT NULL PRIMARY KEY,   -- the posting order, without gaps
    posting    BIGINT NOT NULL,
    item       BIGINT NOT NULL,
    revision   TEXT   NOT NULL,
    lot        TEXT   NOT NULL,
    serial     TEXT   NOT NULL,
    from_place BIGINT NOT NULL,
    to_place   BIGINT NOT NULL CHECK (to_place <> from_place),
    qty        BIGINT NOT NULL CHECK (qty > 0),
    kind       TEXT   NOT NULL,
    document   TEXT   NOT NULL,
    source     TEXT   NOT NULL,
    reverses   BIGINT,                        -- NULL: none
    at         BIGINT NOT NULL,
    value      BIGINT NOT NULL,               -- what the stock gained, or lost
    cost       BIGINT NOT NULL                -- what came from outside for it: value and variance
);
CREATE INDEX stock_move_by_item ON stock_move (item, number);
CREATE INDEX stock_move_by_lot ON stock_move (item, lot, number) WHERE lot <> '';
CREATE INDEX stock_move_by_serial ON stock_move (item, serial, number) WHERE serial <> '';
CREATE INDEX stock_move_by_document ON stock_move (document, number) WHERE document <> '';
CREATE INDEX stock_move_by_reversed ON stock_move (reverses) WHERE reverses IS NOT NULL;
CREATE INDEX stock_move_by_source ON stock_move (from_place, number);
CREATE INDEX stock_move_by_target ON stock_move (to_place, number);

-- What there is: kept by the transaction that adds the moves, never by anybody else. Rows of nothing are not kept.
CREATE TABLE stock_balance (
    item      BIGINT NOT NULL,
    revision  TEXT   NOT NULL,
    place     BIGINT NOT NULL,
    lot       TEXT   NOT NULL,
    serial    TEXT   NOT NULL,
    qty       BIGINT NOT NULL CHECK (qty >= 0),
    allocated BIGINT NOT NULL CHECK (allocated >= 0 AND allocated <= qty),  -- to documents; nobody else takes it
    since     BIGINT NOT NULL,                -- the move that brought the oldest of it, for picking
    PRIMARY KEY (item, revision, place, lot, serial)
);
CREATE UNIQUE INDEX stock_balance_by_serial ON stock_balance (item, serial) WHERE serial <> '';
CREATE INDEX stock_balance_by_place ON stock_balance (place, item);

INSERT INTO numbers (name, last) VALUES ('stock move', 0), ('place', 100), ('lot', 0);
