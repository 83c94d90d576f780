-- +goose Up

-- How much of a job's good pieces and scrap rests on a share by time, as one reading spanned a change of jobs.
ALTER TABLE jobs ADD COLUMN estimated BIGINT NOT NULL DEFAULT 0;
UPDATE jobs
   SET estimated = (SELECT COALESCE(SUM(b.qty), 0) FROM bookings AS b WHERE b.job = jobs.id AND b.estimated)
 WHERE EXISTS (SELECT 1 FROM bookings AS b WHERE b.job = jobs.id AND b.estimated);
