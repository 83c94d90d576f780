package store

import (
	"context"
	"strings"
	"time"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/mes/board"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
)

type schedules struct{ s *Store }

var _ board.Book = schedules{}

// Schedule keeps the schedule, and reads what it is made of.
func (s *Store) Schedule() board.Book { return schedules{s} }

type scheduleRow struct {
	ID       string `gorm:"column:id;primaryKey"`
	Machine  string `gorm:"column:machine"`
	StartsAt int64  `gorm:"column:starts_at"`
	EndsAt   int64  `gorm:"column:ends_at"`
	Pinned   bool   `gorm:"column:pinned"`
	ByName   string `gorm:"column:by_name"`
}

// TableName is the row's table.
func (scheduleRow) TableName() string { return "schedule_bar" }

func (r scheduleRow) placed() board.Placed {
	return board.Placed{Key: r.ID, Machine: r.Machine, Start: moment(r.StartsAt), End: moment(r.EndsAt), Pinned: r.Pinned, By: r.ByName}
}

func rowOfPlaced(p board.Placed) scheduleRow {
	return scheduleRow{ID: text(p.Key), Machine: text(p.Machine), StartsAt: p.Start.UnixMicro(), EndsAt: p.End.UnixMicro(), Pinned: p.Pinned, ByName: text(p.By)}
}

// Kept gives the schedule that is kept.
func (k schedules) Kept(ctx context.Context) (kept board.Kept, err error) {
	var rows []scheduleRow
	err = k.s.review(ctx, "read the schedule", func(tx *gorm.DB) error {
		if err := tx.Raw("SELECT last FROM numbers WHERE name = 'schedule'").Row().Scan(&kept.Version); err != nil {
			return err
		}
		return tx.Order("id").Limit(longest).Find(&rows).Error
	})
	for _, r := range rows {
		kept.Bars = append(kept.Bars, r.placed())
	}
	return kept, err
}

// Keep puts a schedule in the place of the one of its version.
func (k schedules) Keep(ctx context.Context, kept board.Kept) (version int64, err error) {
	err = k.s.write(ctx, "keep the schedule", func(tx *gorm.DB) error {
		if version, err = k.take(tx, kept.Version, kept.Anew); err != nil {
			return err
		}
		var rows []scheduleRow
		if err := tx.Limit(longest).Find(&rows).Error; err != nil {
			return err
		}
		was := make(map[string]scheduleRow, len(rows))
		for _, r := range rows {
			was[r.ID] = r
		}
		for _, p := range kept.Bars {
			r := rowOfPlaced(p)
			old, is := was[r.ID]
			delete(was, r.ID)
			if is && old == r {
				continue
			}
			if err := keepBar(tx, r); err != nil {
				return err
			}
		}
		for id := range was {
			if err := tx.Exec("DELETE FROM schedule_bar WHERE id = ?", id).Error; err != nil {
				return err
			}
		}
		return nil
	})
	return version, err
}

// take refuses a version that is not the kept one, and gives the one that follows where something is anew.
func (k schedules) take(tx *gorm.DB, version int64, anew bool) (int64, error) {
	if err := k.s.dialect.queue(tx, "schedule"); err != nil {
		return 0, err
	}
	var is int64
	if err := tx.Raw("SELECT last FROM numbers WHERE name = 'schedule'").Row().Scan(&is); err != nil {
		return 0, err
	}
	if is != version {
		return 0, conflict("the schedule has changed since you looked; look again")
	}
	if !anew {
		return is, nil
	}
	return next(tx, "schedule", 1)
}

func keepBar(tx *gorm.DB, r scheduleRow) error {
	return tx.Exec(`
		INSERT INTO schedule_bar (id, machine, starts_at, ends_at, pinned, by_name) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET machine = excluded.machine, starts_at = excluded.starts_at, ends_at = excluded.ends_at, pinned = excluded.pinned, by_name = excluded.by_name`,
		r.ID, r.Machine, r.StartsAt, r.EndsAt, r.Pinned, r.ByName).Error
}

// Decide keeps what a planner decides of an operation's place.
func (k schedules) Decide(ctx context.Context, d board.Decision, by plant.Person) (version int64, err error) {
	err = k.s.write(ctx, "move "+d.Key+" in the schedule", func(tx *gorm.DB) error {
		if version, err = k.take(tx, d.Version, true); err != nil {
			return err
		}
		r, old, rows := rowOfPlaced(d.Placed), "", []scheduleRow(nil)
		if !d.Pinned {
			r.ByName = ""
		}
		if err := tx.Where("id = ?", r.ID).Limit(1).Find(&rows).Error; err != nil {
			return err
		}
		if len(rows) > 0 {
			old = rows[0].words()
		}
		if err := keepBar(tx, r); err != nil {
			return err
		}
		_, err := k.s.audit(tx, access.Entry{Who: by, What: "schedule.move", On: "schedule " + r.ID, Old: old, New: r.words(), Why: d.Why})
		return err
	})
	return version, err
}

// words tells a bar in the audit chain.
func (r scheduleRow) words() string {
	w := "on " + r.Machine + " from " + moment(r.StartsAt).Format(time.RFC3339)
	if r.Pinned {
		return w + ", put there"
	}
	return w + ", as it comes"
}

// Business reads what the schedule is made of, as it is at one moment.
func (k schedules) Business(ctx context.Context) (b board.Business, err error) {
	err = k.s.review(ctx, "read what is to be scheduled", func(tx *gorm.DB) error {
		b = board.Business{Ended: map[board.Step]bool{}, Centres: map[int64]board.Centre{}, Items: map[int64]board.Item{}}
		for _, part := range []func(*gorm.DB, *board.Business) error{scheduledJobs, scheduledWork, scheduledParts, scheduledCentres, k.items, scheduledComing, scheduledKit} {
			if err := part(tx, &b); err != nil {
				return err
			}
		}
		return nil
	})
	return b, err
}

const openWork = "('created', 'firmed', 'released', 'started')"

// scheduledJobs reads open jobs, and those of open work orders that have ended.
func scheduledJobs(tx *gorm.DB, b *board.Business) error {
	var rows []jobRow
	err := tx.Raw(`
		SELECT *
		  FROM jobs
		 WHERE status NOT IN (?, ?)
		 ORDER BY line, rank, id
		 LIMIT ?`, execution.Completed, execution.Aborted, longest).Scan(&rows).Error
	if err != nil {
		return err
	}
	for _, r := range rows {
		b.Jobs = append(b.Jobs, r.job())
	}
	var ended []struct{ Work, Operation int64 }
	err = tx.Raw(`
		SELECT j.work, j.operation
		  FROM work_order w
		  JOIN jobs j ON j.work = w.id
		 WHERE w.lifecycle IN `+openWork+`
		   AND j.status IN (?, ?)
		 LIMIT ?`, execution.Completed, execution.Aborted, longest).Scan(&ended).Error
	for _, e := range ended {
		b.Ended[board.Step{Work: e.Work, Operation: e.Operation}] = true
	}
	return err
}

// scheduledWork reads open work orders, those that are due first in front.
func scheduledWork(tx *gorm.DB, b *board.Business) error {
	var rows []struct {
		Row          workRow `gorm:"embedded"`
		Name, Wanted string
	}
	err := tx.Raw(`
		SELECT w.*, i.name, COALESCE(NULLIF(l.promised, ''), l.requested, '') AS wanted
		  FROM work_order w
		  JOIN item i ON i.id = w.item
		  LEFT JOIN sales_line l ON l.id = w.sales_line AND l.open > 0
		 WHERE w.lifecycle IN `+openWork+`
		 ORDER BY w.due, w.rank, w.id
		 LIMIT ?`, longest).Scan(&rows).Error
	for i := range rows {
		b.Work = append(b.Work, board.Work{Order: rows[i].Row.order(), Name: rows[i].Name, Wanted: dateOf(rows[i].Wanted)})
	}
	return err
}

// scheduledParts reads what those orders take, and their steps.
func scheduledParts(tx *gorm.DB, b *board.Business) error {
	at := make(map[int64]int, len(b.Work))
	for i := range b.Work {
		at[b.Work[i].ID] = i
	}
	var parts []workComponentRow
	err := tx.Raw(`
		SELECT c.*
		  FROM work_component c
		  JOIN work_order w ON w.id = c.work_order
		 WHERE w.lifecycle IN ` + openWork + `
		 ORDER BY c.work_order, c.position`).Scan(&parts).Error
	if err != nil {
		return err
	}
	for _, r := range parts {
		if i, is := at[r.Order]; is {
			b.Work[i].Components = append(b.Work[i].Components, r.component())
		}
	}
	var steps []workOperationRow
	err = tx.Raw(`
		SELECT o.*
		  FROM work_operation o
		  JOIN work_order w ON w.id = o.work_order
		 WHERE w.lifecycle IN ` + openWork + `
		 ORDER BY o.work_order, o.position`).Scan(&steps).Error
	for _, r := range steps {
		if i, is := at[r.Order]; is {
			b.Work[i].Operations = append(b.Work[i].Operations, r.operation())
		}
	}
	return err
}

func scheduledCentres(tx *gorm.DB, b *board.Business) error {
	var rows []struct {
		ID                int64
		Code, Name, Place string
	}
	err := tx.Raw("SELECT id, code, name, place FROM work_centre ORDER BY id LIMIT ?", longest).Scan(&rows).Error
	for _, r := range rows {
		line, _, _ := strings.Cut(r.Place, "/")
		b.Centres[r.ID] = board.Centre{Code: r.Code, Name: r.Name, Line: plant.LineID(line)}
	}
	return err
}

// items reads what there is of the items that the orders take.
func (k schedules) items(tx *gorm.DB, b *board.Business) error {
	var rows []struct {
		ID, Free int64
		Name     string
	}
	err := tx.Raw(`
		SELECT i.id, i.name, COALESCE(h.free, 0) AS free
		  FROM item i
		  LEFT JOIN (` + heldSQL(k.s.dialect.now()) + ` GROUP BY b.item) h ON h.item = i.id
		 WHERE i.id IN (SELECT c.item FROM work_component c JOIN work_order w ON w.id = c.work_order WHERE w.lifecycle IN ` + openWork + `)`).Scan(&rows).Error
	for _, r := range rows {
		b.Items[r.ID] = board.Item{Name: r.Name, Free: plant.Quantity(max(0, r.Free))}
	}
	return err
}

// scheduledComing reads what suppliers bring.
func scheduledComing(tx *gorm.DB, b *board.Business) error {
	var rows []planLine
	err := tx.Raw(`
		SELECT l.item, l.document, o.number, l.place, l.due, l.requested AS asked, l.open
		  FROM purchase_line l
		  JOIN purchase_order o ON o.id = l.document
		 WHERE l.open > 0 AND o.firm
		 ORDER BY l.id
		 LIMIT ?`, longest).Scan(&rows).Error
	for _, r := range rows {
		b.Coming = append(b.Coming, board.Coming{Item: r.Item, Date: r.date(), Quantity: plant.Quantity(r.Open), Number: r.Number})
	}
	return err
}
