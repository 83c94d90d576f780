-- +goose Up

-- What is made to order. Dates are local dates of the plant; quantities are in the item's stock unit.
CREATE TABLE work_order (
    id             BIGINT NOT NULL PRIMARY KEY,
    number         TEXT   NOT NULL UNIQUE,
    item           BIGINT NOT NULL,
    revision       TEXT   NOT NULL,
    product        TEXT   NOT NULL,        -- the code that lines report for it; '': none
    line           TEXT   NOT NULL,        -- '': anywhere
    quantity       BIGINT NOT NULL CHECK (quantity > 0),
    good           BIGINT NOT NULL CHECK (good >= 0),
    scrap          BIGINT NOT NULL CHECK (scrap >= 0),
    begins         TEXT   NOT NULL,
    due            TEXT   NOT NULL,
    rank           BIGINT NOT NULL,
    lifecycle      TEXT   NOT NULL CHECK (lifecycle IN ('created', 'firmed', 'released', 'started', 'completed', 'closed', 'cancelled')),
    held           TEXT   NOT NULL,        -- why it is on hold; '': it is not
    note           TEXT   NOT NULL,
    parent         BIGINT NOT NULL,        -- the order that it was split off; 0: none
    snapshot       BIGINT NOT NULL,        -- in force; 0: not released yet
    planned_cost   BIGINT NOT NULL,        -- of the whole quantity, at the release
    issued_value   BIGINT NOT NULL,        -- as the stock ledger posted it
    booked_value   BIGINT NOT NULL,        -- time and energy
    received_value BIGINT NOT NULL,        -- as the stock ledger posted it
    settled        BIGINT NOT NULL,        -- at its close
    created_at     BIGINT NOT NULL,
    created_name   TEXT   NOT NULL,
    closed_at      BIGINT,                 -- NULL: it is not closed
    version        BIGINT NOT NULL
);
CREATE INDEX work_order_by_item ON work_order (item, id);
CREATE INDEX work_order_by_due ON work_order (due, id);
CREATE INDEX work_order_open ON work_order (lifecycle, due, id);

-- What an order takes, or gives beside its product, by the snapshot in force.
CREATE TABLE work_component (
    work_order BIGINT  NOT NULL REFERENCES work_order (id),
    position   BIGINT  NOT NULL,
    item       BIGINT  NOT NULL,
    revision   TEXT    NOT NULL,
    per_num    BIGINT  NOT NULL CHECK (per_num >= 0),
    per_den    BIGINT  NOT NULL CHECK (per_den > 0),
    once       BIGINT  NOT NULL CHECK (once >= 0),
    base       BIGINT  NOT NULL,
    since      BIGINT  NOT NULL,           -- pieces from which per counts
    operation  BIGINT  NOT NULL,
    flow       TEXT    NOT NULL CHECK (flow IN ('backflush', 'by hand')),
    place      BIGINT  NOT NULL,           -- 0: the stock
    output     BOOLEAN NOT NULL,
    issued     BIGINT  NOT NULL,
    short      BIGINT  NOT NULL CHECK (short >= 0),
    cost       BIGINT  NOT NULL,           -- of one stock unit, at the release
    value      BIGINT  NOT NULL,           -- issued
    PRIMARY KEY (work_order, position)
);
CREATE INDEX work_component_by_item ON work_component (item, work_order);
CREATE INDEX work_component_short ON work_component (work_order) WHERE short > 0;

-- Steps of an order. Times are millionths of minutes, rates those of an hour at the release.
CREATE TABLE work_operation (
    work_order   BIGINT  NOT NULL REFERENCES work_order (id),
    position     BIGINT  NOT NULL,
    name         TEXT    NOT NULL,
    centre       BIGINT  NOT NULL,
    set_up       BIGINT  NOT NULL CHECK (set_up >= 0),
    run          BIGINT  NOT NULL CHECK (run >= 0),
    machine_rate BIGINT  NOT NULL,
    labour_rate  BIGINT  NOT NULL,
    done         BOOLEAN NOT NULL,
    good         BIGINT  NOT NULL,
    scrap        BIGINT  NOT NULL,
    set_up_is    BIGINT  NOT NULL,
    run_is       BIGINT  NOT NULL,
    labour_is    BIGINT  NOT NULL,
    machine      BIGINT  NOT NULL,         -- money booked
    labour       BIGINT  NOT NULL,
    energy       BIGINT  NOT NULL,
    PRIMARY KEY (work_order, position)
);

-- Bill and routing as they were copied: rows are only ever added. From so many pieces on the next one is in force.
CREATE TABLE work_snapshot (
    work_order BIGINT NOT NULL REFERENCES work_order (id),
    number     BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    made       BIGINT NOT NULL,            -- pieces from which it is in force
    bill       BIGINT NOT NULL,            -- the version that was copied; 0: none
    content    TEXT   NOT NULL,            -- components and operations in JSON
    by_name    TEXT   NOT NULL,
    why        TEXT   NOT NULL,
    PRIMARY KEY (work_order, number)
);

-- What was reported of an order: rows are only ever added; what was wrong is taken back by another.
CREATE TABLE work_report (
    id         BIGINT NOT NULL PRIMARY KEY,
    work_order BIGINT NOT NULL REFERENCES work_order (id),
    operation  BIGINT NOT NULL,            -- 0: the order
    good       BIGINT NOT NULL,            -- below 0: taken back
    scrap      BIGINT NOT NULL,
    set_up     BIGINT NOT NULL,
    run        BIGINT NOT NULL,
    labour     BIGINT NOT NULL,
    cost       BIGINT NOT NULL,            -- of time and energy
    issued     BIGINT NOT NULL,            -- value of material
    received   BIGINT NOT NULL,
    first_move BIGINT NOT NULL,            -- of the stock ledger; 0: none
    last_move  BIGINT NOT NULL,
    source     TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    by_id      BIGINT NOT NULL,
    by_name    TEXT   NOT NULL
);
CREATE INDEX work_report_by_order ON work_report (work_order, id);

-- What was asked for with a key, so that the same again does nothing twice.
CREATE TABLE work_command (
    who_id   BIGINT NOT NULL,
    who_name TEXT   NOT NULL,
    key      TEXT   NOT NULL,
    asked    TEXT   NOT NULL,              -- a digest of it
    answer   BIGINT NOT NULL,              -- the id of what it made
    PRIMARY KEY (who_id, who_name, key)
);

INSERT INTO numbers (name, last) VALUES ('work', 0), ('work report', 0);
