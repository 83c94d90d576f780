package store

import (
	"context"
	"time"

	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
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
