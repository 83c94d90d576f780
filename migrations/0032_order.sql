-- +goose Up

-- Sales orders, from the quote on, and purchase orders, from the request on. Both are kept alike. What is to be delivered,
-- was, or will never be is counted on each line: ordered = delivered + open + cancelled, and what came too much beside it.
-- All quantities are in the stock unit but what was asked for, which is in the unit of the line.

CREATE TABLE sales_order (
    id           BIGINT  NOT NULL PRIMARY KEY,
    number       TEXT    NOT NULL,
    partner      BIGINT  NOT NULL REFERENCES partner (id),
    reference    TEXT    NOT NULL,   -- the partner's number of it
    address      TEXT    NOT NULL,   -- where the goods go
    terms        TEXT    NOT NULL,
    note         TEXT    NOT NULL,   -- printed
    firm         BOOLEAN NOT NULL,   -- false: a quote; true: confirmed
    state        TEXT    NOT NULL,   -- derived from the lines in the transaction that changes them
    amount       BIGINT  NOT NULL,
    due          TEXT    NOT NULL,   -- the first date of what is open; '': nothing is
    created_at   BIGINT  NOT NULL,
    created_name TEXT    NOT NULL,
    firm_at      BIGINT,
    version      BIGINT  NOT NULL
);
CREATE UNIQUE INDEX sales_order_number ON sales_order (number);
CREATE INDEX sales_order_partner ON sales_order (partner, id);
CREATE INDEX sales_order_state ON sales_order (state, id);
CREATE INDEX sales_order_due ON sales_order (due, id);

CREATE TABLE sales_line (
    id         BIGINT NOT NULL PRIMARY KEY,
    document   BIGINT NOT NULL REFERENCES sales_order (id),
    place      BIGINT NOT NULL,   -- 1, 2, …
    item       BIGINT NOT NULL,
    revision   TEXT   NOT NULL,
    text       TEXT   NOT NULL,   -- the item's name as it is printed
    unit       TEXT   NOT NULL,
    num        BIGINT NOT NULL,   -- one unit is num/den stock units, as it was then
    den        BIGINT NOT NULL,
    asked      BIGINT NOT NULL,   -- in the unit
    price      BIGINT NOT NULL,   -- of one unit
    price_why  TEXT   NOT NULL,   -- "list 2026, from 500: 4.20"
    over_pct   BIGINT NOT NULL,
    under_pct  BIGINT NOT NULL,
    requested  TEXT   NOT NULL,   -- a date; '': none
    promised   TEXT   NOT NULL,   -- a date; '': none yet
    quantity   BIGINT NOT NULL,
    delivered  BIGINT NOT NULL,
    cancelled  BIGINT NOT NULL,
    returned   BIGINT NOT NULL,   -- and not to be delivered again
    billed     BIGINT NOT NULL,   -- handed over to accounting
    open       BIGINT NOT NULL,   -- still to come; 0 of a quote
    CHECK (delivered >= 0 AND cancelled >= 0 AND returned >= 0 AND open >= 0)
);
CREATE UNIQUE INDEX sales_line_place ON sales_line (document, place);
CREATE INDEX sales_line_open ON sales_line (item, promised) WHERE open > 0;
CREATE INDEX sales_line_item ON sales_line (item, id);

-- What went or came: never changed but by the mark of its export; a mistake is reversed by another.
CREATE TABLE sales_paper (
    id        BIGINT NOT NULL PRIMARY KEY,
    number    TEXT   NOT NULL,
    document  BIGINT NOT NULL REFERENCES sales_order (id),
    kind      TEXT   NOT NULL CHECK (kind IN ('delivery', 'return', 'reversal')),
    reverses  BIGINT,             -- the paper that was a mistake
    reference TEXT   NOT NULL,    -- the partner's number of it
    note      TEXT   NOT NULL,
    at        BIGINT NOT NULL,    -- when it happened
    by_name   TEXT   NOT NULL
);
CREATE UNIQUE INDEX sales_paper_number ON sales_paper (number);
CREATE UNIQUE INDEX sales_paper_reverses ON sales_paper (reverses);
CREATE INDEX sales_paper_document ON sales_paper (document, id);

CREATE TABLE sales_paper_line (
    id       BIGINT  NOT NULL PRIMARY KEY,
    paper    BIGINT  NOT NULL REFERENCES sales_paper (id),
    line     BIGINT  NOT NULL REFERENCES sales_line (id),
    quantity BIGINT  NOT NULL,    -- less than 0 where it came back
    amount   BIGINT  NOT NULL,    -- by the line's price, as settled
    again    BOOLEAN NOT NULL,    -- what came back is to be delivered again
    cut      BIGINT  NOT NULL,    -- what was cancelled with it, since little enough is missing
    stock    BIGINT  NOT NULL,    -- the place in the plant; 0: no stock
    revision TEXT    NOT NULL,
    lot      TEXT    NOT NULL,
    serial   TEXT    NOT NULL,
    move     BIGINT  NOT NULL,    -- in the stock ledger; 0: none
    export   BIGINT               -- NULL: accounting does not know it yet
);
CREATE INDEX sales_paper_line_paper ON sales_paper_line (paper, id);
CREATE INDEX sales_paper_line_line ON sales_paper_line (line);
CREATE INDEX sales_paper_line_waiting ON sales_paper_line (id) WHERE export IS NULL;
CREATE INDEX sales_paper_line_export ON sales_paper_line (export, id);

CREATE TABLE sales_export (
    id      BIGINT NOT NULL PRIMARY KEY,
    at      BIGINT NOT NULL,
    by_name TEXT   NOT NULL,
    lines   BIGINT NOT NULL,
    amount  BIGINT NOT NULL
);

CREATE TABLE purchase_order (
    id           BIGINT  NOT NULL PRIMARY KEY,
    number       TEXT    NOT NULL,
    partner      BIGINT  NOT NULL REFERENCES partner (id),
    reference    TEXT    NOT NULL,   -- the partner's number of it
    address      TEXT    NOT NULL,   -- where the goods go
    terms        TEXT    NOT NULL,
    note         TEXT    NOT NULL,   -- printed
    firm         BOOLEAN NOT NULL,   -- false: a request; true: ordered
    state        TEXT    NOT NULL,   -- derived from the lines in the transaction that changes them
    amount       BIGINT  NOT NULL,
    due          TEXT    NOT NULL,   -- the first date of what is open; '': nothing is
    created_at   BIGINT  NOT NULL,
    created_name TEXT    NOT NULL,
    firm_at      BIGINT,
    version      BIGINT  NOT NULL
);
CREATE UNIQUE INDEX purchase_order_number ON purchase_order (number);
CREATE INDEX purchase_order_partner ON purchase_order (partner, id);
CREATE INDEX purchase_order_state ON purchase_order (state, id);
CREATE INDEX purchase_order_due ON purchase_order (due, id);

CREATE TABLE purchase_line (
    id         BIGINT NOT NULL PRIMARY KEY,
    document   BIGINT NOT NULL REFERENCES purchase_order (id),
    place      BIGINT NOT NULL,   -- 1, 2, …
    item       BIGINT NOT NULL,
    revision   TEXT   NOT NULL,
    text       TEXT   NOT NULL,   -- the item's name as it is printed
    unit       TEXT   NOT NULL,
    num        BIGINT NOT NULL,   -- one unit is num/den stock units, as it was then
    den        BIGINT NOT NULL,
    asked      BIGINT NOT NULL,   -- in the unit
    price      BIGINT NOT NULL,   -- of one unit
    price_why  TEXT   NOT NULL,   -- "list 2026, from 500: 4.20"
    over_pct   BIGINT NOT NULL,
    under_pct  BIGINT NOT NULL,
    requested  TEXT   NOT NULL,   -- a date; '': none
    due        TEXT   NOT NULL,   -- a date; '': none yet
    ordered    BIGINT NOT NULL,
    received   BIGINT NOT NULL,
    cancelled  BIGINT NOT NULL,
    returned   BIGINT NOT NULL,   -- and not to be delivered again
    billed     BIGINT NOT NULL,   -- handed over to accounting
    open       BIGINT NOT NULL,   -- still to come, also of requests
    CHECK (received >= 0 AND cancelled >= 0 AND returned >= 0 AND open >= 0)
);
CREATE UNIQUE INDEX purchase_line_place ON purchase_line (document, place);
CREATE INDEX purchase_line_open ON purchase_line (item, due) WHERE open > 0;
CREATE INDEX purchase_line_item ON purchase_line (item, id);

-- What went or came: never changed but by the mark of its export; a mistake is reversed by another.
CREATE TABLE purchase_paper (
    id        BIGINT NOT NULL PRIMARY KEY,
    number    TEXT   NOT NULL,
    document  BIGINT NOT NULL REFERENCES purchase_order (id),
    kind      TEXT   NOT NULL CHECK (kind IN ('delivery', 'return', 'reversal')),
    reverses  BIGINT,             -- the paper that was a mistake
    reference TEXT   NOT NULL,    -- the partner's number of it
    note      TEXT   NOT NULL,
    at        BIGINT NOT NULL,    -- when it happened
    by_name   TEXT   NOT NULL
);
CREATE UNIQUE INDEX purchase_paper_number ON purchase_paper (number);
CREATE UNIQUE INDEX purchase_paper_reverses ON purchase_paper (reverses);
CREATE INDEX purchase_paper_document ON purchase_paper (document, id);

CREATE TABLE purchase_paper_line (
    id       BIGINT  NOT NULL PRIMARY KEY,
    paper    BIGINT  NOT NULL REFERENCES purchase_paper (id),
    line     BIGINT  NOT NULL REFERENCES purchase_line (id),
    quantity BIGINT  NOT NULL,    -- less than 0 where it came back
    amount   BIGINT  NOT NULL,    -- by the line's price, as settled
    again    BOOLEAN NOT NULL,    -- what came back is to be delivered again
    cut      BIGINT  NOT NULL,    -- what was cancelled with it, since little enough is missing
    stock    BIGINT  NOT NULL,    -- the place in the plant; 0: no stock
    revision TEXT    NOT NULL,
    lot      TEXT    NOT NULL,
    serial   TEXT    NOT NULL,
    move     BIGINT  NOT NULL,    -- in the stock ledger; 0: none
    export   BIGINT               -- NULL: accounting does not know it yet
);
CREATE INDEX purchase_paper_line_paper ON purchase_paper_line (paper, id);
CREATE INDEX purchase_paper_line_line ON purchase_paper_line (line);
CREATE INDEX purchase_paper_line_waiting ON purchase_paper_line (id) WHERE export IS NULL;
CREATE INDEX purchase_paper_line_export ON purchase_paper_line (export, id);

CREATE TABLE purchase_export (
    id      BIGINT NOT NULL PRIMARY KEY,
    at      BIGINT NOT NULL,
    by_name TEXT   NOT NULL,
    lines   BIGINT NOT NULL,
    amount  BIGINT NOT NULL
);

-- One line of a purchase order may come in many parts, each on its day.
CREATE TABLE purchase_call (
    line     BIGINT NOT NULL REFERENCES purchase_line (id),
    due      TEXT   NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (line, due)
);

-- What was asked for with a key, so that the same again does nothing twice.
CREATE TABLE order_command (
    who_id   BIGINT NOT NULL,
    who_name TEXT   NOT NULL,
    key      TEXT   NOT NULL,
    asked    TEXT   NOT NULL,   -- a digest of it
    answer   BIGINT NOT NULL,   -- the id of what it made
    PRIMARY KEY (who_id, who_name, key)
);

INSERT INTO numbers (name, last) VALUES ('sales', 0), ('sales line', 0), ('sales paper', 0), ('sales export', 0),
    ('purchase', 0), ('purchase line', 0), ('purchase paper', 0), ('purchase export', 0), ('paper line', 0);

-- Where what customers return waits until somebody has looked at it.
INSERT INTO stock_place (id, code, folded, name, parent, line, quarantine, virtual, counting, version, retired) VALUES
    (11, 'QUARANTINE', 'quarantine', 'Quarantine', 0, '', TRUE, FALSE, 0, 1, FALSE);
