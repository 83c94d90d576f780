-- +goose Up

-- What is made, bought, kept and sold. Quantities are millionths of the stock unit, money millionths of the currency.
CREATE TABLE item (
    id             BIGINT  NOT NULL PRIMARY KEY,
    number         TEXT    NOT NULL,
    folded         TEXT    NOT NULL UNIQUE,  -- the number without regard to case
    name           TEXT    NOT NULL,
    kind           TEXT    NOT NULL CHECK (kind IN ('make', 'buy', 'both', 'service')),
    unit           TEXT    NOT NULL,         -- of stock: a code of UNECE Recommendation 20
    tracking       TEXT    NOT NULL CHECK (tracking IN ('none', 'lot', 'serial')),
    shelf_days     BIGINT  NOT NULL CHECK (shelf_days >= 0),  -- 0: does not expire
    valuation      TEXT    NOT NULL CHECK (valuation IN ('fifo', 'average', 'standard')),
    standard_cost  BIGINT  NOT NULL CHECK (standard_cost >= 0),  -- of one stock unit
    product        TEXT    NOT NULL,         -- the code that lines report; '': none
    barcode        TEXT    NOT NULL,         -- '': none
    phantom        BOOLEAN NOT NULL,
    note           TEXT    NOT NULL,
    lead_days      BIGINT  NOT NULL CHECK (lead_days >= 0),
    safety         BIGINT  NOT NULL CHECK (safety >= 0),
    safety_days    BIGINT  NOT NULL CHECK (safety_days >= 0),
    fence_days     BIGINT  NOT NULL CHECK (fence_days >= 0),
    lot_rule       TEXT    NOT NULL CHECK (lot_rule IN ('lot for lot', 'fixed', 'economic', 'periods', 'up to')),
    lot_quantity   BIGINT  NOT NULL CHECK (lot_quantity >= 0),
    lot_min        BIGINT  NOT NULL CHECK (lot_min >= 0),
    lot_max        BIGINT  NOT NULL CHECK (lot_max >= 0),
    lot_multiple   BIGINT  NOT NULL CHECK (lot_multiple >= 0),
    lot_days       BIGINT  NOT NULL CHECK (lot_days >= 0),
    yield_num      BIGINT  NOT NULL,
    yield_den      BIGINT  NOT NULL CHECK (yield_num > 0 AND yield_num <= yield_den),
    reorder_method TEXT    NOT NULL CHECK (reorder_method IN ('mrp', 'point', 'kanban', 'none')),
    reorder_point  BIGINT  NOT NULL CHECK (reorder_point >= 0),
    supplier       BIGINT  NOT NULL,         -- a partner; 0: none
    version        BIGINT  NOT NULL,
    retired        BOOLEAN NOT NULL,
    made_id        BIGINT  NOT NULL,
    made_name      TEXT    NOT NULL,
    made_key       TEXT                      -- of the request that made it; NULL: none
);
CREATE UNIQUE INDEX item_by_barcode ON item (barcode) WHERE barcode <> '';
CREATE INDEX item_by_product ON item (product) WHERE product <> '';
CREATE UNIQUE INDEX item_by_key ON item (made_id, made_name, made_key);

-- One of a unit is num/den of the item's stock unit.
CREATE TABLE item_unit (
    item BIGINT NOT NULL REFERENCES item (id),
    unit TEXT   NOT NULL,
    num  BIGINT NOT NULL CHECK (num > 0),
    den  BIGINT NOT NULL CHECK (den > 0),
    PRIMARY KEY (item, unit)
);

-- States of an item's design. A revision holds from its time on until the next one does.
CREATE TABLE item_revision (
    item     BIGINT NOT NULL REFERENCES item (id),
    revision TEXT   NOT NULL,
    from_at  BIGINT,                         -- NULL: not in effect yet
    note     TEXT   NOT NULL,
    PRIMARY KEY (item, revision)
);

-- What may be taken in an item's place, the lowest rank first: num/den stock units of it stand for one of the item's.
CREATE TABLE item_alternate (
    item      BIGINT NOT NULL REFERENCES item (id),
    alternate BIGINT NOT NULL REFERENCES item (id),
    rank      BIGINT NOT NULL,
    num       BIGINT NOT NULL CHECK (num > 0),
    den       BIGINT NOT NULL CHECK (den > 0),
    PRIMARY KEY (item, alternate),
    CHECK (alternate <> item)
);
CREATE INDEX item_alternate_of ON item_alternate (alternate);

INSERT INTO numbers (name, last) VALUES ('item', 0);
