package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"millwright/internal/mes/execution/promise"
	"millwright/internal/mes/execution/promise/outlook"
	"millwright/internal/plant"
)

// promises keeps what is promised of orders, and reads what it is foretold from.
type promises struct{ s *Store }

var _ outlook.Book = promises{}

// Promises keeps what is promised of orders.
func (s *Store) Promises() outlook.Book { return promises{s} }

type promiseRow struct {
	Document   string `gorm:"column:document;primaryKey"`
	Line       int64  `gorm:"column:line;primaryKey;autoIncrement:false"`
	Baseline   *int64 `gorm:"column:baseline"`
	Dated      bool   `gorm:"column:dated"`
	BaselineAt int64  `gorm:"column:baseline_at"`
	Best       *int64 `gorm:"column:best"`
	Likely     *int64 `gorm:"column:likely"`
	Causes     string `gorm:"column:causes"`
	ToldAt     int64  `gorm:"column:told_at"`
	Open       bool   `gorm:"column:open"`
}

// TableName is the row's table.
func (promiseRow) TableName() string { return "promise" }

func (r promiseRow) told() outlook.Told {
	return outlook.Told{
		Ref: promise.Ref{Document: r.Document, Line: r.Line}, Baseline: known(r.Baseline), Dated: r.Dated, BaselineAt: moment(r.BaselineAt),
		Best: known(r.Best), Likely: known(r.Likely), Causes: r.Causes, At: moment(r.ToldAt), Open: r.Open,
	}
}

type promisePastRow struct {
	Document string `gorm:"column:document;primaryKey"`
	Line     int64  `gorm:"column:line;primaryKey;autoIncrement:false"`
	At       int64  `gorm:"column:at;primaryKey;autoIncrement:false"`
	Best     *int64 `gorm:"column:best"`
	Likely   *int64 `gorm:"column:likely"`
	Causes   string `gorm:"column:causes"`
}

// TableName is the row's table.
func (promisePastRow) TableName() string { return "promise_history" }

// Told gives what is kept of everything that is still foretold.
func (k promises) Told(ctx context.Context) (all []outlook.Told, err error) {
	var rows []promiseRow
	err = k.s.read(ctx, "load what is promised", func(db *gorm.DB) error {
		return db.Where("open").Order("document, line").Find(&rows).Error
	})
	for _, r := range rows {
		all = append(all, r.told())
	}
	return all, err
}

// Keep writes forecasts. A baseline is kept once, and what somebody else has foretold later stands.
func (k promises) Keep(ctx context.Context, all []outlook.Told) error {
	return k.s.write(ctx, "keep what is promised", func(tx *gorm.DB) error {
		for i := range all {
			t := &all[i]
			err := tx.Exec(`
				INSERT INTO promise (document, line, baseline, dated, baseline_at, best, likely, causes, told_at, open)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
				    ON CONFLICT (document, line) DO UPDATE
				   SET baseline = COALESCE(promise.baseline, excluded.baseline), best = excluded.best, likely = excluded.likely, causes = excluded.causes,
				       told_at = excluded.told_at, open = excluded.open
				 WHERE promise.told_at < excluded.told_at`,
				text(t.Document), t.Line, maybe(t.Baseline), t.Dated, t.At.UnixMicro(), maybe(t.Best), maybe(t.Likely), text(t.Causes), t.At.UnixMicro(), t.Open).Error
			if err != nil {
				return err
			}
			err = tx.Exec("INSERT INTO promise_history (document, line, at, best, likely, causes) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
				text(t.Document), t.Line, t.At.UnixMicro(), maybe(t.Best), maybe(t.Likely), text(t.Causes)).Error
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Forget drops how forecasts were before a time, of what is not foretold any more.
func (k promises) Forget(ctx context.Context, before time.Time) error {
	return k.s.write(ctx, "forget old forecasts", func(tx *gorm.DB) error {
		return tx.Exec(`
			DELETE FROM promise_history
			 WHERE at < ?
			   AND NOT EXISTS (SELECT 1 FROM promise p WHERE p.document = promise_history.document AND p.line = promise_history.line AND p.open)`, before.UnixMicro()).Error
	})
}

// pasts is how many forecasts of one order are given.
const pasts = 200

// Dates gives the four dates of something, and how its forecast has changed.
func (k promises) Dates(ctx context.Context, r promise.Ref, zone *time.Location) (d outlook.Dates, err error) {
	err = k.s.read(ctx, "find the dates of "+r.Document, func(db *gorm.DB) error {
		var rows []promiseRow
		if err := db.Where("document = ? AND line = ?", text(r.Document), r.Line).Limit(1).Find(&rows).Error; err != nil {
			return err
		}
		d.Ref = r
		if len(rows) == 1 {
			d.Told = rows[0].told()
		}
		var past []promisePastRow
		if err := db.Where("document = ? AND line = ?", text(r.Document), r.Line).Order("at DESC").Limit(pasts).Find(&past).Error; err != nil {
			return err
		}
		for _, p := range past {
			d.History = append(d.History, outlook.Past{At: moment(p.At), Best: known(p.Best), Likely: known(p.Likely), Causes: p.Causes})
		}
		return k.asked(db, &d, zone)
	})
	return d, err
}

// asked finds when something was wanted, and when it was done.
func (k promises) asked(db *gorm.DB, d *outlook.Dates, zone *time.Location) error {
	var row struct {
		Wanted string
		Done   *int64
		Whole  bool
		Due    *int64
	}
	kind, id, _ := strings.Cut(d.Document, "/")
	ask := map[string]string{
		"sales": `
			SELECT l.requested AS wanted, (l.open = 0 AND l.delivered > 0) AS whole,
			       (SELECT MAX(p.at) FROM sales_paper_line x JOIN sales_paper p ON p.id = x.paper WHERE x.line = l.id AND p.kind = 'delivery') AS done
			  FROM sales_line l
			 WHERE 'sales/' || CAST(l.document AS TEXT) = ? AND l.place = ?`,
		"work": `
			SELECT w.due AS wanted, w.lifecycle IN ('completed', 'closed') AS whole,
			       (SELECT MAX(r.at) FROM work_report r WHERE r.work_order = w.id) AS done
			  FROM work_order w
			 WHERE 'work/' || CAST(w.id AS TEXT) = ? AND ? = 0`,
		"job": `
			SELECT '' AS wanted, j.due_at AS due, j.status = 'completed' AS whole, j.ended_at AS done
			  FROM jobs j
			 WHERE j.id = ? AND ? = 0`,
	}[kind]
	if ask == "" {
		return nil
	}
	name := d.Document
	if kind == "job" {
		name = id
	}
	if err := db.Raw(ask, text(name), d.Line).Scan(&row).Error; err != nil {
		return err
	}
	d.Requested = known(row.Due)
	if day := dateOf(row.Wanted); day != 0 {
		d.Requested = (day + 1).Begin(zoneOr(zone))
	}
	if row.Whole {
		d.Actual = known(row.Done)
	}
	return nil
}

func zoneOr(zone *time.Location) *time.Location {
	if zone == nil {
		return time.UTC
	}
	return zone
}

// Wish counts the changes that a forecast has to know of: all that it reads of the business is audited, or moves material.
func (k promises) Wish(ctx context.Context) (wished int64, err error) {
	err = k.s.read(ctx, "look for changes to foretell", func(db *gorm.DB) error {
		return db.Raw("SELECT (SELECT seq FROM audit_head WHERE id = 1) + (SELECT last FROM numbers WHERE name = 'stock move') + (SELECT last FROM numbers WHERE name = 'work report')").Row().Scan(&wished)
	})
	return wished, err
}

// Business gives what a forecast reads of the business, at one moment.
func (k promises) Business(ctx context.Context) (b outlook.Business, err error) {
	err = k.s.review(ctx, "read what to foretell", func(tx *gorm.DB) error {
		for _, read := range []func(*gorm.DB, *outlook.Business) error{promisedSales, promisedWork, promisedComing, k.items, promisedPlaces} {
			if err := read(tx, &b); err != nil {
				return err
			}
		}
		return nil
	})
	return b, err
}

// share is a part of an amount.
func shareOf(m plant.Money, part, whole int64) plant.Money {
	q, _ := m.Times(part, whole)
	return q
}
