package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
	"millwright/internal/mes/trace"
	"millwright/internal/plant"
)

// Runs gives the times in which lines worked on orders: the runs of their jobs and, of an order without any, what
// reports tell of it.
func (k traces) Runs(ctx context.Context, documents []string) (all []trace.Run, err error) {
	err = k.s.read(ctx, "read when orders were worked on", func(db *gorm.DB) error {
		return chunks(idsOf("work", documents), func(some []int64) error {
			ran, rest, err := k.ran(db, some)
			if err != nil {
				return err
			}
			told, err := k.told(db, rest)
			all = append(append(all, ran...), told...)
			return err
		})
	})
	return all, err
}

// ran are the runs of the jobs of orders; rest are the orders that have none.
func (k traces) ran(db *gorm.DB, orders []int64) (all []trace.Run, rest []int64, err error) {
	var rows []struct {
		Run  runRow `gorm:"embedded"`
		Work int64
	}
	err = db.Raw(`
		SELECT r.line, r.from_at, r.to_at, r.job, j.work
		  FROM jobs j
		  JOIN runs r ON r.job = j.id
		 WHERE j.work IN ? AND j.work <> 0
		 ORDER BY j.work, r.from_at, r.line`, orders).Scan(&rows).Error
	seen := map[int64]bool{}
	for _, r := range rows {
		seen[r.Work] = true
		run := r.Run.run()
		all = append(all, trace.Run{Order: workorder.Document(r.Work), Line: run.Line, Span: plant.Span{From: run.From, To: run.To}, Rests: trace.ByRuns})
	}
	for _, id := range orders {
		if !seen[id] {
			rest = append(rest, id)
		}
	}
	return all, rest, err
}

// told are the times that reports of orders tell.
func (k traces) told(db *gorm.DB, orders []int64) (all []trace.Run, err error) {
	var rows []struct {
		WorkOrder, Run, At int64
		Source, Line       string
	}
	err = db.Raw(`
		SELECT r.work_order, r.run, r.at, r.source, o.line
		  FROM work_report r
		  JOIN work_order o ON o.id = r.work_order
		 WHERE r.work_order IN ? AND r.run > 0
		 ORDER BY r.work_order, r.id`, orders).Scan(&rows).Error
	for _, r := range rows {
		line, _, _ := strings.Cut(strings.TrimPrefix(r.Source, "machine:"), "/")
		if !strings.HasPrefix(r.Source, "machine:") {
			line = r.Line
		}
		if line == "" {
			continue
		}
		at := moment(r.At)
		took := time.Duration(r.Run) * 60 * time.Microsecond // millionths of a minute
		all = append(all, trace.Run{Order: workorder.Document(r.WorkOrder), Line: plant.LineID(line), Span: plant.Span{From: at.Add(-took), To: at}, Rests: trace.ByReports})
	}
	return all, err
}

// Homes gives the lines where orders were to be made.
func (k traces) Homes(ctx context.Context, documents []string) (map[string]plant.LineID, error) {
	all := map[string]plant.LineID{}
	err := k.s.read(ctx, "find the lines of orders", func(db *gorm.DB) error {
		return chunks(idsOf("work", documents), func(some []int64) error {
			var rows []struct {
				ID   int64
				Line string
			}
			err := db.Raw("SELECT id, line FROM work_order WHERE id IN ? AND line <> ''", some).Scan(&rows).Error
			for _, r := range rows {
				all[workorder.Document(r.ID)] = plant.LineID(r.Line)
			}
			return err
		})
	})
	return all, err
}

// Receipts are posted as pieces are counted, or when a shift reports them.
const reportedWithin = 3 * 24 * time.Hour

// mostBusy is how many orders are looked at.
const mostBusy = 5000

// Busy gives the orders of which something was received from a line within a span, or soon after it.
func (k traces) Busy(ctx context.Context, line plant.LineID, span plant.Span) (all []string, err error) {
	source := "machine:" + text(string(line))
	err = k.s.read(ctx, "find what line "+string(line)+" made", func(db *gorm.DB) error {
		return db.Raw(`
			SELECT m.document
			  FROM stock_move m
			 WHERE m.kind = 'production' AND m.at BETWEEN ? AND ? AND m.document <> ''
			   AND (m.source = ? OR m.source >= ? AND m.source < ?
			        OR m.document IN (SELECT 'work/' || o.id FROM work_order o WHERE o.line = ?))
			UNION
			SELECT 'work/' || j.work
			  FROM runs r
			  JOIN jobs j ON j.id = r.job
			 WHERE r.line = ? AND r.from_at < ? AND (r.to_at IS NULL OR r.to_at > ?) AND j.work <> 0
			 ORDER BY 1
			 LIMIT ?`,
			span.From.UnixMicro(), span.To.Add(reportedWithin).UnixMicro(), source, source+"/", source+"0", text(string(line)),
			text(string(line)), span.To.UnixMicro(), span.From.UnixMicro(), mostBusy).Scan(&all).Error
	})
	return all, err
}
