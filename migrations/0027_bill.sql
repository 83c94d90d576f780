-- +goose Up

-- Where work is done, and what an hour of it costs.
CREATE TABLE work_centre (
    id           BIGINT  NOT NULL PRIMARY KEY,
    code         TEXT    NOT NULL,
    folded       TEXT    NOT NULL UNIQUE,  -- the code without regard to case
    name         TEXT    NOT NULL,
    place        TEXT    NOT NULL,         -- the line or machine of the plant that it is: 'filling-1', 'filling-1/filler'; '': none
    machine_hour BIGINT  NOT NULL CHECK (machine_hour >= 0),
    labour_hour  BIGINT  NOT NULL CHECK (labour_hour >= 0),  -- of one person
    retired      BOOLEAN NOT NULL,
    version      BIGINT  NOT NULL
);

-- A version of how an item is made: its parts, and the steps in which it is made. What is released is never changed.
CREATE TABLE bill (
    id          BIGINT NOT NULL PRIMARY KEY,
    item        BIGINT NOT NULL REFERENCES item (id),
    number      BIGINT NOT NULL,           -- 1, 2, 3 … of its item
    state       TEXT   NOT NULL CHECK (state IN ('draft', 'released', 'obsolete')),
    revision    TEXT   NOT NULL,           -- of the item that it makes; '': any
    batch       BIGINT NOT NULL CHECK (batch > 0),  -- the lines are for so much of the item
    note        TEXT   NOT NULL,
    from_at     BIGINT,                    -- holds from then on, until the next one released does; NULL: not released
    obsolete_at BIGINT,                    -- NULL: not yet
    version     BIGINT NOT NULL,
    made_id     BIGINT NOT NULL,
    made_name   TEXT   NOT NULL,
    made_key    TEXT,                      -- of the request that made it; NULL: none
    CHECK (state <> 'released' OR from_at IS NOT NULL),
    UNIQUE (item, number)
);
CREATE UNIQUE INDEX bill_in_force ON bill (item, from_at) WHERE state = 'released';
CREATE UNIQUE INDEX bill_by_key ON bill (made_id, made_name, made_key);

-- What a batch takes, and what comes of it besides the item.
CREATE TABLE bill_line (
    bill      BIGINT NOT NULL REFERENCES bill (id),
    position  BIGINT NOT NULL,
    kind      TEXT   NOT NULL CHECK (kind IN ('component', 'co-product', 'by-product')),
    item      BIGINT NOT NULL REFERENCES item (id),
    quantity  BIGINT NOT NULL CHECK (quantity >= 0),  -- of a batch, in the line's unit
    unit      TEXT   NOT NULL,
    once      BIGINT NOT NULL CHECK (once >= 0),      -- of each order besides, in the line's unit: start-up scrap
    scrap     BIGINT NOT NULL CHECK (scrap >= 0),     -- per cent that is taken on top
    policy    TEXT   NOT NULL CHECK (policy IN ('per count', 'per cycle batch', 'at completion', 'by hand')),
    every     BIGINT NOT NULL CHECK (every >= 0),     -- of the item: how much a cycle batch is; 0: none
    operation BIGINT NOT NULL,                        -- the position of the operation that takes it; 0: the first
    instead   BIGINT NOT NULL,                        -- the position of the line that it may stand for; 0: it is none's alternate
    share     BIGINT NOT NULL CHECK (share >= 0),     -- per cent of the cost, of what comes out besides
    note      TEXT   NOT NULL,
    per_num   BIGINT NOT NULL,                        -- stock units of one stock unit made, with scrap: as the units were when it was kept
    per_den   BIGINT NOT NULL CHECK (per_den > 0),
    once_q    BIGINT NOT NULL,                        -- once, in stock units
    PRIMARY KEY (bill, position)
);
CREATE INDEX bill_line_by_item ON bill_line (item, bill);

-- The steps in which a batch is made. Times are microseconds.
CREATE TABLE bill_operation (
    bill        BIGINT NOT NULL REFERENCES bill (id),
    position    BIGINT NOT NULL,
    name        TEXT   NOT NULL,
    work_centre BIGINT NOT NULL REFERENCES work_centre (id),
    setup_us    BIGINT NOT NULL CHECK (setup_us >= 0),
    run_us      BIGINT NOT NULL CHECK (run_us >= 0),  -- of one batch
    queue_us    BIGINT NOT NULL CHECK (queue_us >= 0),
    crew        BIGINT NOT NULL CHECK (crew >= 0),    -- people at it
    note        TEXT   NOT NULL,
    PRIMARY KEY (bill, position)
);
CREATE INDEX bill_operation_by_centre ON bill_operation (work_centre, bill);

INSERT INTO numbers (name, last) VALUES ('bill', 0), ('work centre', 0);
