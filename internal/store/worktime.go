package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
	"millwright/internal/mes/execution"
)

// TimeOn is the time of a line that work orders bear for a job, and by how many reports.
type TimeOn struct {
	SetUp, Run workorder.Minutes
	Reports    int64
}

// TimeOn gives what a source has reported for a job of a stretch (from, to].
func (s *Store) TimeOn(ctx context.Context, job, source string, from, to time.Time) (all TimeOn, err error) {
	err = s.read(ctx, "find the time of a job", func(db *gorm.DB) error {
		return db.Raw(`
			SELECT CAST(COALESCE(SUM(set_up), 0) AS BIGINT), CAST(COALESCE(SUM(run), 0) AS BIGINT), COUNT(*)
			  FROM work_report
			 WHERE job = ? AND job <> ''
			   AND source = ?
			   AND at > ? AND at <= ?
			   AND (set_up <> 0 OR run <> 0)`, text(job), text(source), from.UnixMicro(), to.UnixMicro()).Row().Scan(&all.SetUp, &all.Run, &all.Reports)
	})
	return all, err
}

// TimedLater gives the jobs that were begun more than two days and less than a month ago, and whose work orders still take
// time.
func (s *Store) TimedLater(ctx context.Context) (all []execution.Job, err error) {
	const day = int64(24 * time.Hour / time.Microsecond)
	err = s.read(ctx, "load jobs of some time ago", func(db *gorm.DB) error {
		var rows []jobRow
		err := db.Raw(`
			SELECT j.*
			  FROM jobs AS j
			  JOIN work_order AS w ON w.id = j.work
			 WHERE j.work <> 0
			   AND j.started_at < `+s.dialect.now()+` - ?
			   AND (j.ended_at IS NULL OR j.ended_at > `+s.dialect.now()+` - ?)
			   AND w.lifecycle NOT IN ('closed', 'cancelled')
			 ORDER BY j.line, j.rank, j.id
			 LIMIT ?`, 2*day, 31*day, longest).Scan(&rows).Error
		for _, r := range rows {
			all = append(all, r.job())
		}
		return err
	})
	return all, err
}
