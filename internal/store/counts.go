package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

// Counts reads the count ledger.
type Counts struct{ s *Store }

// Job gives one job; errs.NotFound when there is none.
func (c Counts) Job(ctx context.Context, id string) (execution.Job, error) {
	var row jobRow
	err := c.s.read(ctx, "find job", func(db *gorm.DB) error {
		return takeJob(db, &row, id)
	})
	return row.job(), err
}

// OfWork gives the jobs that make a work order, by operation.
func (c Counts) OfWork(ctx context.Context, work int64) ([]execution.Job, error) {
	var rows []jobRow
	err := c.s.read(ctx, "list the jobs of a work order", func(db *gorm.DB) error {
		return db.Raw("SELECT * FROM jobs WHERE work <> 0 AND work = ? ORDER BY operation, id LIMIT 1000", work).Scan(&rows).Error
	})
	jobs := make([]execution.Job, len(rows))
	for i, r := range rows {
		jobs[i] = r.job()
	}
	return jobs, err
}

// OfJob gives the last bookings of a job that end within a span, in the order of their time; at most limit.
func (c Counts) OfJob(ctx context.Context, job string, within plant.Span, limit int) ([]execution.Booking, error) {
	return c.list(ctx, "job", job, within, limit)
}

// OfLine gives the last bookings of a line that end within a span, in the order of their time; at most limit.
func (c Counts) OfLine(ctx context.Context, line plant.LineID, within plant.Span, limit int) ([]execution.Booking, error) {
	return c.list(ctx, "line", string(line), within, limit)
}

func (c Counts) list(ctx context.Context, column, value string, within plant.Span, limit int) ([]execution.Booking, error) {
	var rows []bookingRow
	err := c.s.read(ctx, "list bookings of "+column, func(db *gorm.DB) error {
		return db.Raw(`
			SELECT *
			  FROM (SELECT *
			          FROM bookings
			         WHERE `+column+` = ? AND at >= ? AND at < ?
			         ORDER BY at DESC, id DESC
			         LIMIT ?) AS newest
			 ORDER BY at, id`,
			text(value), within.From.UnixMicro(), within.To.UnixMicro(), limit).Scan(&rows).Error
	})
	bookings := make([]execution.Booking, len(rows))
	for i, r := range rows {
		bookings[i] = r.booking()
	}
	return bookings, err
}

func (r bookingRow) booking() execution.Booking {
	b := execution.Booking{
		Tag: r.Tag, Line: plant.LineID(r.Line), Unit: plant.UnitID(r.Unit), Scrap: r.Scrap, Estimated: r.Estimated,
		Since: moment(r.SinceAt), At: moment(r.At), Qty: plant.Quantity(r.Qty),
	}
	if r.Job != nil {
		b.Job = *r.Job
	}
	return b
}

// Sum is what is booked on a job, from the bookings themselves.
func (c Counts) Sum(ctx context.Context, job string) (good, scrap plant.Quantity, err error) {
	err = c.s.read(ctx, "sum bookings of job "+text(job), func(db *gorm.DB) error {
		return db.Raw(`
			SELECT CAST(COALESCE(SUM(CASE WHEN scrap THEN 0 ELSE qty END), 0) AS BIGINT),
			       CAST(COALESCE(SUM(CASE WHEN scrap THEN qty ELSE 0 END), 0) AS BIGINT)
			  FROM bookings
			 WHERE job = ?`, text(job)).Row().Scan(&good, &scrap)
	})
	return good, scrap, err
}

// Verify proves that every job's progress is the sum of its bookings, and gives how many jobs that is true of.
// An error tells of the first one that it is not true of.
func (c Counts) Verify(ctx context.Context) (sound int64, err error) {
	var wrong struct {
		ID                    string
		Good, Scrap           plant.Quantity
		BookedGood, BookedBad plant.Quantity
	}
	err = c.s.review(ctx, "verify the count ledger", func(tx *gorm.DB) error {
		found := tx.Raw(`
			SELECT jobs.id, jobs.good, jobs.scrap,
			       COALESCE(sums.good,  0) AS booked_good,
			       COALESCE(sums.scrap, 0) AS booked_bad
			  FROM jobs
			  LEFT JOIN (SELECT job,
			                    CAST(SUM(CASE WHEN scrap THEN 0 ELSE qty END) AS BIGINT) AS good,
			                    CAST(SUM(CASE WHEN scrap THEN qty ELSE 0 END) AS BIGINT) AS scrap
			               FROM bookings
			              WHERE job IS NOT NULL
			              GROUP BY job) AS sums ON sums.job = jobs.id
			 WHERE jobs.good <> COALESCE(sums.good, 0) OR jobs.scrap <> COALESCE(sums.scrap, 0)
			 ORDER BY jobs.id
			 LIMIT 1`).Scan(&wrong)
		if found.Error != nil {
			return found.Error
		}
		if found.RowsAffected > 0 {
			return fmt.Errorf("count ledger broken: job %s shows %s good and %s scrap, its bookings make %s and %s",
				wrong.ID, wrong.Good, wrong.Scrap, wrong.BookedGood, wrong.BookedBad)
		}
		return tx.Raw("SELECT COUNT(*) FROM jobs").Row().Scan(&sound)
	})
	return sound, err
}
