package store

import (
	"context"

	"gorm.io/gorm"

	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// Then gives the turns that a line had within a span, in the order of time, as its jobs stood at the end of it: each from
// where it began, the one that went on without an end. Only of that one it tells what was booked by then.
func (c Counts) Then(ctx context.Context, line plant.LineID, of plant.Span) (all []execution.Job, err error) {
	var rows []struct {
		Job     jobRow `gorm:"embedded"`
		FromAt  int64  `gorm:"column:from_at"`
		ToAt    *int64 `gorm:"column:to_at"`
		LastEnd *int64 `gorm:"column:last_end"`
	}
	end := of.To.UnixMicro()
	err = c.s.read(ctx, "look back at the jobs of line "+string(line), func(db *gorm.DB) error {
		found := db.Raw(`
			SELECT jobs.id, jobs.for_order, jobs.line, jobs.product, jobs.planned, jobs.due_at, jobs.rank, jobs.version,
			       runs.from_at, runs.to_at, jobs.ended_at AS last_end
			  FROM runs
			  JOIN jobs ON jobs.id = runs.job
			 WHERE runs.line = ? AND runs.from_at <= ? AND (runs.to_at IS NULL OR runs.to_at > ?)
			 ORDER BY runs.from_at
			 LIMIT 1000`, text(string(line)), end, of.From.UnixMicro()).Scan(&rows) // more than a line has in a day
		if found.Error != nil {
			return found.Error
		}
		for _, r := range rows {
			j := r.Job.job()
			j.Status, j.Started, j.Ended = execution.Held, moment(r.FromAt), known(r.ToAt)
			over := r.LastEnd != nil && *r.LastEnd <= end
			if over {
				j.Status = execution.Completed
			}
			if r.ToAt == nil || *r.ToAt > end {
				if j.Ended = known(nil); !over {
					j.Status = execution.Running
				}
				if err := bookedBy(db, &j, end); err != nil {
					return err
				}
			}
			all = append(all, j)
		}
		return nil
	})
	return all, err
}

// bookedBy fills in what was booked on a job by a moment.
func bookedBy(db *gorm.DB, j *execution.Job, at int64) error {
	return db.Raw(`
		SELECT CAST(COALESCE(SUM(CASE WHEN scrap THEN 0 ELSE qty END), 0) AS BIGINT),
		       CAST(COALESCE(SUM(CASE WHEN scrap THEN qty ELSE 0 END), 0) AS BIGINT)
		  FROM bookings
		 WHERE job = ? AND at <= ?`, j.ID, at).Row().Scan(&j.Good, &j.Scrap)
}
