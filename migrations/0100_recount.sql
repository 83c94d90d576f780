-- +goose Up

-- What people counted of a job in the place of its machines, good pieces and scrap together, and what of it these have not
-- told yet: whatever they tell later of that time takes its place.
ALTER TABLE jobs ADD COLUMN ahead_said BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN ahead_rest BIGINT NOT NULL DEFAULT 0;
ALTER TABLE jobs ADD COLUMN ahead_from BIGINT;   -- NULL: all since it began
ALTER TABLE jobs ADD COLUMN ahead_to   BIGINT;   -- NULL: nothing

-- Of a recount: the job that has so many in all. How many more or less than were counted of it are its rows in
-- edit_booking, to which is added what machines tell of them later.
ALTER TABLE edits ADD COLUMN job TEXT NOT NULL DEFAULT '';
CREATE INDEX edit_booking_by_job ON edit_booking (job, edit);
