-- +goose Up

-- A breakdown without a reason is unexplained, whatever fault code it has: sums by another rule are made anew.
DELETE FROM rollups;
UPDATE rolled SET fresh = 0, mark = mark + 1;
