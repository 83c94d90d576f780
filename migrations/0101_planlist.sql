-- +goose Up

-- How often the planner's list was changed: who remembers it knows by this whether it is still so.
ALTER TABLE plan_wish ADD COLUMN listed BIGINT NOT NULL DEFAULT 0;
