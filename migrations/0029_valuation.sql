-- +goose Up

-- What each item's stock is worth, by posting order.
CREATE TABLE stock_value (
    item      BIGINT NOT NULL PRIMARY KEY,
    method    TEXT   NOT NULL CHECK (method IN ('fifo', 'average', 'standard')),
    cost      BIGINT NOT NULL,                -- of one stock unit, with a standard cost
    qty       BIGINT NOT NULL CHECK (qty >= 0),
    value     BIGINT NOT NULL CHECK (value >= 0),
    last_cost BIGINT NOT NULL                 -- what one stock unit cost that came last
);

-- What is left of receipts.
CREATE TABLE stock_layer (
    item    BIGINT NOT NULL,
    receipt BIGINT NOT NULL,                  -- the move that brought it
    qty     BIGINT NOT NULL CHECK (qty > 0),
    value   BIGINT NOT NULL CHECK (value >= 0),
    PRIMARY KEY (item, receipt)
);

-- What a move took of which receipt, less what was taken back of it since.
CREATE TABLE stock_draw (
    move    BIGINT NOT NULL,
    receipt BIGINT NOT NULL,
    qty     BIGINT NOT NULL CHECK (qty > 0),
    value   BIGINT NOT NULL CHECK (value >= 0),
    PRIMARY KEY (move, receipt)
);

-- Money that moves without material, or not with all of it: costs that came later, variances. Rows are only ever added.
CREATE TABLE value_entry (
    id       BIGINT NOT NULL PRIMARY KEY,
    item     BIGINT NOT NULL,
    kind     TEXT   NOT NULL CHECK (kind IN ('price', 'landed', 'count', 'method', 'reversal')),
    move     BIGINT NOT NULL,                 -- it is about; 0: none
    after    BIGINT NOT NULL,                 -- the last move when it was booked
    gain     BIGINT NOT NULL,                 -- of the stock's value
    variance BIGINT NOT NULL,                 -- booked beside it: above nothing is a loss
    method   TEXT   NOT NULL,                 -- that the item is valued by from here on; '': as before
    cost     BIGINT NOT NULL,                 -- what was landed, or is the standard cost from here on
    document TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    key      TEXT   UNIQUE,                   -- NULL: none
    who_id   BIGINT NOT NULL,
    who_name TEXT   NOT NULL,
    who_role TEXT   NOT NULL,
    why      TEXT   NOT NULL
);
CREATE INDEX value_entry_by_item ON value_entry (item, id);
CREATE INDEX value_entry_by_time ON value_entry (at);
CREATE INDEX stock_move_by_time ON stock_move (at);

-- Spans that are closed: nothing can be posted into them.
CREATE TABLE period (
    id      BIGINT NOT NULL PRIMARY KEY,
    name    TEXT   NOT NULL UNIQUE,           -- "2026-11"
    from_at BIGINT NOT NULL,
    to_at   BIGINT NOT NULL CHECK (to_at > from_at),
    state   TEXT   NOT NULL CHECK (state IN ('open', 'closed')),
    who_id  BIGINT NOT NULL,
    who_name TEXT  NOT NULL,
    who_role TEXT  NOT NULL,
    set_at  BIGINT NOT NULL,
    why     TEXT   NOT NULL,
    version BIGINT NOT NULL
);
CREATE INDEX period_closed ON period (to_at) WHERE state = 'closed';

-- What each item was worth when a period was closed.
CREATE TABLE period_value (
    period BIGINT NOT NULL,
    item   BIGINT NOT NULL,
    qty    BIGINT NOT NULL,
    value  BIGINT NOT NULL,
    PRIMARY KEY (period, item)
);

INSERT INTO numbers (name, last) VALUES ('value entry', 0), ('period', 0);
