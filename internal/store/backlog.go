package store

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/storeman"
	"millwright/internal/plant"
)

var _ storeman.Backlog = backlog{}

// backlog is what was short, or could not be told, when it was counted.
type backlog struct{ s *Store }

// Backlog is what was short, or could not be told, when it was counted.
func (s *Store) Backlog() storeman.Backlog { return backlog{s} }

// Settle takes what counts have used and was not there, as far as it is there now: for the order first that is due first.
func (k backlog) Settle(ctx context.Context, by plant.Person) (n int, err error) {
	var rows []struct{ WorkOrder, Position, Item int64 }
	free := map[int64]int64{}
	err = k.s.read(ctx, "look for what is short", func(db *gorm.DB) error {
		err := db.Raw(`
			SELECT c.work_order, c.position, c.item
			  FROM work_component c
			  JOIN work_order w ON w.id = c.work_order
			 WHERE c.short > 0 AND w.held = '' AND w.lifecycle IN ('released', 'started', 'completed')
			 ORDER BY w.due, w.rank, w.id, c.position
			 LIMIT 500`).Scan(&rows).Error
		if err != nil || len(rows) == 0 {
			return err
		}
		var items []int64
		for _, r := range rows {
			items = append(items, r.Item)
		}
		free, err = usable(db, k.s.dialect.now(), items)
		return err
	})
	if err != nil {
		return 0, err
	}
	for len(rows) > 0 {
		r := workorder.Report{Order: rows[0].WorkOrder, Source: "person"}
		for len(rows) > 0 && rows[0].WorkOrder == r.Order {
			if free[rows[0].Item] > 0 {
				r.Issues = append(r.Issues, workorder.Issue{Position: rows[0].Position, Settle: true})
			}
			rows = rows[1:]
		}
		if len(r.Issues) == 0 {
			continue
		}
		_, err := k.s.Works().Report(ctx, r, workorder.Doing{By: by, Why: "what was short is there"})
		switch errs.KindOf(err) {
		case errs.Conflict, errs.Invalid, errs.NotFound: // somebody has it, or it may not be used
		default:
			if err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

// Retell reports to work orders what they could not take of the counts of jobs.
func (k backlog) Retell(ctx context.Context) (n int, err error) {
	var ids []string
	err = k.s.read(ctx, "look for counts that are not reported", func(db *gorm.DB) error {
		return db.Raw("SELECT id FROM jobs WHERE untold <> '' ORDER BY id LIMIT 200").Scan(&ids).Error
	})
	for _, id := range ids {
		if err != nil {
			return n, err
		}
		n++
		err = k.s.write(ctx, "report counts to a work order", func(tx *gorm.DB) error {
			p := execution.Posting{Bookings: []execution.Booking{{Job: id}}}
			made, err := (&books{k.s}).workOf(tx, &p)
			if err != nil || made.parked {
				return err
			}
			p.Bookings = slices.Clone(p.Bookings[:0])
			return made.report(tx, p)
		})
	}
	return n, err
}
