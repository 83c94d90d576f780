package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// stocktakes keeps counts of the stock.
type stocktakes struct{ s *Store }

var _ stock.Counts = stocktakes{}

// Stocktakes keeps counts of the stock.
func (s *Store) Stocktakes() stock.Counts { return stocktakes{s} }

func (r stockCountRow) count() stock.Stocktake {
	return stock.Stocktake{
		ID: r.ID, Number: r.Number, Place: r.Place, Blind: r.Blind, Freeze: r.Freeze, Snapshot: r.Snapshot, Tolerance: plant.Quantity(r.Tolerance),
		State: r.State, Began: moment(r.BeganAt), By: r.Who.person(), Ended: known(r.EndedAt), EndedBy: r.Ended.person(), Why: r.Why, Version: r.Version,
	}
}

// within are a place and all places in it.
func within(tx *gorm.DB, place int64) (all []int64, codes map[int64]string, err error) {
	var rows []placeRow
	if err := tx.Order("id").Find(&rows).Error; err != nil {
		return nil, nil, err
	}
	codes = map[int64]string{}
	for _, r := range rows {
		codes[r.ID] = r.Code
	}
	if codes[place] == "" || stock.Virtual(place) {
		return nil, nil, errs.New(errs.Invalid, "count the stock: there is no place %d of ours", place)
	}
	all = []int64{place}
	for grown := true; grown; {
		grown = false
		for _, r := range rows {
			if slices.Contains(all, r.Parent) && !slices.Contains(all, r.ID) {
				all, grown = append(all, r.ID), true
			}
		}
	}
	return all, codes, nil
}

// Begin begins a count: its lines are what is there at this moment.
func (k stocktakes) Begin(ctx context.Context, c stock.Stocktake) (stock.Stocktake, error) {
	if c.Tolerance < 0 || c.Tolerance > plant.One || len(c.Why) > 500 {
		return c, errs.New(errs.Invalid, "count the stock: the tolerance is a part from 0 to 1")
	}
	err := k.s.write(ctx, "begin to count the stock", func(tx *gorm.DB) error {
		after, err := next(tx, "stock move", 0)
		if err != nil {
			return err
		}
		places, codes, err := within(tx, c.Place)
		if err != nil {
			return err
		}
		if err := k.alone(tx, places); err != nil {
			return err
		}
		id, err := next(tx, "count", 1)
		if err != nil {
			return err
		}
		now, err := k.s.at(tx)
		if err != nil {
			return err
		}
		row := stockCountRow{
			ID: id, Number: fmt.Sprintf("CNT-%06d", id), Place: c.Place, Blind: c.Blind, Freeze: c.Freeze, Snapshot: after - 1, Tolerance: int64(c.Tolerance),
			State: "open", BeganAt: now.UnixMicro(), Who: byOf(c.By), Why: text(c.Why), Version: 1,
		}
		if err := k.layOut(tx, row, places); err != nil {
			return err
		}
		c = row.count()
		_, err = k.s.audit(tx, access.Entry{Who: c.By, What: "count.begin", On: fmt.Sprintf("count/%d", id), New: row.Number + " of " + codes[c.Place], Why: c.Why})
		return err
	})
	return c, err
}

// alone refuses to count what is being counted.
func (k stocktakes) alone(tx *gorm.DB, places []int64) error {
	var open []stockCountRow
	if err := tx.Where("state = 'open'").Order("id").Limit(1000).Find(&open).Error; err != nil {
		return err
	}
	for _, o := range open {
		others, _, err := within(tx, o.Place)
		if err != nil {
			return err
		}
		if slices.ContainsFunc(others, func(id int64) bool { return slices.Contains(places, id) }) {
			return conflict("%s counts that place already; finish it first", o.Number)
		}
	}
	return nil
}

func (k stocktakes) layOut(tx *gorm.DB, row stockCountRow, places []int64) error {
	if err := tx.Create(&row).Error; err != nil {
		return err
	}
	if row.Freeze {
		if err := tx.Exec("UPDATE stock_place SET counting = ? WHERE id IN (?)", row.ID, places).Error; err != nil {
			return err
		}
	}
	return tx.Exec(`
		INSERT INTO count_line (count, line, item, revision, place, lot, serial, expected, seen, by_id, by_name, by_role)
		SELECT CAST(? AS BIGINT), ROW_NUMBER() OVER (ORDER BY place, item, revision, lot, serial), item, revision, place, lot, serial, qty, 0, 0, '', 'nobody'
		  FROM stock_balance WHERE place IN (?)`, row.ID, places).Error
}

// Counts are the newest first.
func (k stocktakes) Counts(ctx context.Context, before int64, limit int) (all []stock.Stocktake, err error) {
	if limit <= 0 || limit > 1000 {
		limit = 100
	}
	var rows []struct {
		Count   stockCountRow `gorm:"embedded"`
		Lines   int64
		Counted int64
	}
	err = k.s.read(ctx, "load the counts", func(db *gorm.DB) error {
		return db.Raw(`
			SELECT c.*, (SELECT COUNT(*) FROM count_line l WHERE l.count = c.id) AS lines, (SELECT COUNT(counted) FROM count_line l WHERE l.count = c.id) AS counted
			  FROM stock_count c WHERE c.id < ? OR ? = 0 ORDER BY c.id DESC LIMIT ?`, before, before, limit).Scan(&rows).Error
	})
	for _, r := range rows {
		c := r.Count.count()
		c.Lines, c.Counted = r.Lines, r.Counted
		all = append(all, c)
	}
	return all, err
}

// Count gives one with its lines after a number.
func (k stocktakes) Count(ctx context.Context, id, after int64, limit int) (c stock.Stocktake, lines []stock.Line, err error) {
	if limit <= 0 || limit > 10_000 {
		limit = 10_000
	}
	err = k.s.read(ctx, "load a count", func(db *gorm.DB) error {
		var row stockCountRow
		if err := takeOne(db.Where("id = ?", id), &row, fmt.Sprintf("there is no count %d", id)); err != nil {
			return err
		}
		c = row.count()
		if err := db.Raw("SELECT COUNT(*), COUNT(counted) FROM count_line WHERE count = ?", id).Row().Scan(&c.Lines, &c.Counted); err != nil {
			return err
		}
		lines, err = linesOf(db, row, after, limit)
		return err
	})
	return c, lines, err
}
