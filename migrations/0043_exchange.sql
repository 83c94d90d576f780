-- +goose Up

-- By which another system knows an order, so that what it sends twice is kept once.
ALTER TABLE work_order ADD COLUMN reference TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX work_order_reference ON work_order (reference) WHERE reference <> '';
CREATE INDEX work_order_by_begin ON work_order (begins, id);

-- What was done in a time, for who is told of it.
CREATE INDEX work_report_by_time ON work_report (at, id);
