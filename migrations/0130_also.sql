-- +goose Up

-- What an operation takes besides its crew's skill and its tool, by id and millionths: " t3:2000000 s1:1000000 ".
ALTER TABLE bill_operation ADD COLUMN also TEXT NOT NULL DEFAULT '';
ALTER TABLE work_operation ADD COLUMN also TEXT NOT NULL DEFAULT '';
CREATE INDEX bill_operation_also ON bill_operation (bill, position) WHERE also <> '';
