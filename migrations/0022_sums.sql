-- +goose Up

-- Sums are kept by reason and by who signed the shift too, and by month: what was kept before is made anew.
DELETE FROM rollups;
UPDATE rolled SET fresh = 0, mark = mark + 1;

-- What the line's fault codes stood for when its sums were made: by another meaning they are made anew.
ALTER TABLE rolled ADD COLUMN meaning TEXT NOT NULL DEFAULT '';
