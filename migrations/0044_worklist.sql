-- +goose Up

-- The planner's worklist is put in order by its dates.
CREATE INDEX plan_message_by_wanted ON plan_message (to_day, id);
CREATE INDEX plan_message_by_day ON plan_message (from_day, id);
