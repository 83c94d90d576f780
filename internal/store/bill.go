package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
)

// bills keeps how items are made. All who change bills pass one by one, so that two of them cannot close a circle
// together that neither sees.
type bills struct{ s *Store }

var _ bill.Book = bills{}

// Bills keeps how items are made.
func (s *Store) Bills() bill.Book { return bills{s} }

// Find gives a bill.
func (k bills) Find(ctx context.Context, id int64) (found bill.Bill, err error) {
	err = k.s.read(ctx, "find a bill of material", func(db *gorm.DB) (err error) {
		found, err = wholeBill(db, id)
		return err
	})
	return found, err
}

func wholeBill(db *gorm.DB, id int64) (bill.Bill, error) {
	var row billRow
	if err := takeOne(db.Where("id = ?", id), &row, fmt.Sprintf("there is no bill of material of id %d", id)); err != nil {
		return bill.Bill{}, err
	}
	all, err := fillBills(db, []billRow{row})
	if err != nil {
		return bill.Bill{}, err
	}
	return all[0], nil
}

// Of gives the versions of an item.
func (k bills) Of(ctx context.Context, of int64) ([]bill.Bill, error) {
	var rows []billRow
	err := k.s.read(ctx, "load bills of material", func(db *gorm.DB) error {
		return db.Where("item = ?", of).Order("number DESC").Limit(mostItems).Find(&rows).Error
	})
	all := make([]bill.Bill, len(rows))
	for i, r := range rows {
		all[i] = r.bill()
	}
	return all, err
}

// inForce is SQL for the bills that hold at a moment, which it asks for twice: of each item the one released last.
const inForce = `
		SELECT b.*
		  FROM bill AS b
		 WHERE b.state = 'released' AND b.from_at <= ?
		   AND NOT EXISTS (SELECT 1
		                     FROM bill AS later
		                    WHERE later.item = b.item AND later.state = 'released' AND later.from_at <= ? AND later.from_at > b.from_at)`

// Below gives the bills in force of items and of all that they are made of.
func (k bills) Below(ctx context.Context, ids []int64, at time.Time) (*bill.Graph, error) {
	g := &bill.Graph{Items: map[int64]item.Item{}, Bills: map[int64]bill.Bill{}, Centres: map[int64]bill.Centre{}}
	err := k.s.read(ctx, "load what items are made of", func(db *gorm.DB) error {
		if len(ids) == 0 {
			var rows []billRow
			if err := db.Raw(inForce+" ORDER BY b.id", at.UnixMicro(), at.UnixMicro()).Scan(&rows).Error; err != nil {
				return err
			}
			if _, err := addBills(db, g, rows); err != nil {
				return err
			}
			return nameAll(db, g, nil)
		}
		asked := map[int64]bool{}
		for level := ids; len(level) > 0; {
			var next []int64
			for _, id := range level {
				if !asked[id] {
					asked[id] = true
					next = append(next, id)
				}
			}
			rows, err := forced(db, next, at)
			if err != nil {
				return err
			}
			if level, err = addBills(db, g, rows); err != nil {
				return err
			}
		}
		return nameAll(db, g, ids)
	})
	return g, err
}

func forced(db *gorm.DB, ids []int64, at time.Time) (all []billRow, err error) {
	for from := 0; from < len(ids); from += atOnce {
		var rows []billRow
		err := db.Raw(inForce+" AND b.item IN ? ORDER BY b.id", at.UnixMicro(), at.UnixMicro(), ids[from:min(from+atOnce, len(ids))]).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// addBills adds bills to a graph and gives the items that they name.
func addBills(db *gorm.DB, g *bill.Graph, rows []billRow) (named []int64, err error) {
	all, err := fillBills(db, rows)
	for _, b := range all {
		g.Bills[b.Item] = b
		for _, l := range b.Lines {
			named = append(named, l.Item)
		}
	}
	return named, err
}

// nameAll reads the items and work centres that a graph names.
func nameAll(db *gorm.DB, g *bill.Graph, ids []int64) error {
	items, centres := map[int64]bool{}, map[int64]bool{}
	for _, id := range ids {
		items[id] = true
	}
	for _, b := range g.Bills {
		items[b.Item] = true
		for _, l := range b.Lines {
			items[l.Item] = true
		}
		for _, o := range b.Operations {
			centres[o.Centre] = true
		}
	}
	if err := eachItem(db, idsIn(items), func(r itemRow) { g.Items[r.ID] = r.item() }); err != nil {
		return err
	}
	named := idsIn(centres)
	for from := 0; from < len(named); from += atOnce {
		var rows []centreRow
		if err := db.Where("id IN ?", named[from:min(from+atOnce, len(named))]).Find(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			g.Centres[r.ID] = r.centre()
		}
	}
	return nil
}

func idsIn(set map[int64]bool) []int64 {
	all := make([]int64, 0, len(set))
	for id := range set {
		all = append(all, id)
	}
	return all
}

// mostUses is how many bills one question for where an item is used gives.
const mostUses = 20_000

// Above gives the bills that take an item, the nearest first.
func (k bills) Above(ctx context.Context, of int64) ([]bill.Use, error) {
	var all []bill.Use
	err := k.s.read(ctx, "find where an item is used", func(db *gorm.DB) error {
		seen := map[int64]bool{of: true}
		for level, depth := []int64{of}, 1; len(level) > 0 && len(all) < mostUses; depth++ {
			uses, err := usesOf(db, level)
			if err != nil {
				return err
			}
			level = nil
			for _, u := range uses {
				u.Level = depth
				all = append(all, u)
				if !seen[u.Bill.Item] {
					seen[u.Bill.Item] = true
					level = append(level, u.Bill.Item)
				}
			}
		}
		return nil
	})
	return all, err
}

func usesOf(db *gorm.DB, ids []int64) (all []bill.Use, err error) {
	for from := 0; from < len(ids); from += atOnce {
		var rows []struct {
			Bill billRow     `gorm:"embedded;embeddedPrefix:b_"`
			Line billLineRow `gorm:"embedded"`
		}
		err := db.Raw(`
			SELECT l.*, b.id AS b_id, b.item AS b_item, b.number AS b_number, b.state AS b_state, b.revision AS b_revision, b.batch AS b_batch,
			       b.note AS b_note, b.from_at AS b_from_at, b.obsolete_at AS b_obsolete_at, b.version AS b_version
			  FROM bill_line AS l
			  JOIN bill AS b ON b.id = l.bill
			 WHERE l.item IN ? AND l.kind = 'component' AND b.state <> 'obsolete'
			 ORDER BY b.item, b.number DESC, l.position
			 LIMIT ?`, ids[from:min(from+atOnce, len(ids))], mostUses).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			all = append(all, bill.Use{Bill: r.Bill.bill(), Line: r.Line.line(), Of: r.Line.Item})
		}
	}
	return all, nil
}
