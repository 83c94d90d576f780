package store

import (
	"context"

	"gorm.io/gorm"

	"millwright/internal/erp/costing"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// stretch is how many moves lie between two sums that are kept of an item. Migration 0160 names it too.
const stretch = 16384

// courseRow is what came to be of an item's stock with the moves of a block.
type courseRow struct {
	Item  int64 `gorm:"column:item;primaryKey;autoIncrement:false"`
	Block int64 `gorm:"column:block;primaryKey;autoIncrement:false"`
	Qty   int64 `gorm:"column:qty"`
	Value int64 `gorm:"column:value"`
}

// TableName is the row's table.
func (courseRow) TableName() string { return "stock_course" }

// totalRow is the same of all items.
type totalRow struct {
	Block int64 `gorm:"column:block;primaryKey;autoIncrement:false"`
	Items int64 `gorm:"column:items"`
	Value int64 `gorm:"column:value"`
}

// TableName is the row's table.
func (totalRow) TableName() string { return "stock_total" }

// course is what came to be of stock in one transaction.
type course struct {
	of  []courseRow
	all []totalRow // the first is what was kept before
}

// begin reads what all items came to.
func (c *course) begin(tx *gorm.DB) error {
	var r totalRow
	err := tx.Raw("SELECT block, items, value FROM stock_total ORDER BY block DESC LIMIT 1").Scan(&r).Error
	c.all = []totalRow{r}
	return err
}

// to notes that an item's worth changed after a move.
func (c *course) to(number int64, was, now valueRow) error {
	t, block := c.all[len(c.all)-1], number/stretch
	t.Items += there(now) - there(was)
	if t.Value += now.Value - was.Value; plant.Quantity(t.Value) > countable {
		return errs.New(errs.Invalid, "the value of all stock would be beyond counting")
	}
	if len(c.all) > 1 && t.Block == block {
		c.all[len(c.all)-1] = t
	} else {
		t.Block = block
		c.all = append(c.all, t)
	}
	c.of = append(c.of, courseRow{now.Item, block, now.Qty, now.Value})
	return nil
}

// there is 1 for an item of which there is something.
func there(v valueRow) int64 {
	if v.Qty != 0 || v.Value != 0 {
		return 1
	}
	return 0
}

// keep writes it down.
func (c *course) keep(tx *gorm.DB, d dialect) error {
	last := map[[2]int64]int{}
	for i, r := range c.of {
		last[[2]int64{r.Item, r.Block}] = i
	}
	var items, all [][]any
	for i, r := range c.of {
		if last[[2]int64{r.Item, r.Block}] == i {
			items = append(items, []any{r.Item, r.Block, r.Qty, r.Value})
		}
	}
	for _, t := range c.all[1:] {
		all = append(all, []any{t.Block, t.Items, t.Value})
	}
	if _, err := d.run(tx, inserting("stock_course", "ON CONFLICT (item, block) DO UPDATE SET qty = excluded.qty, value = excluded.value",
		"item bigint", "block bigint", "qty bigint", "value bigint"), items); err != nil {
		return err
	}
	_, err := d.run(tx, inserting("stock_total", "ON CONFLICT (block) DO UPDATE SET items = excluded.items, value = excluded.value",
		"block bigint", "items bigint", "value bigint"), all)
	return err
}

// numberAt is the last move of a moment: that which was posted last until then.
func numberAt(tx *gorm.DB, m costing.Moment) (number int64, err error) {
	if m.At.IsZero() {
		return m.Number, nil
	}
	return number, tx.Raw("SELECT last_move FROM stock_posting WHERE posted_at <= ? ORDER BY posted_at DESC, first_move DESC LIMIT 1", m.At.UnixMicro()).Scan(&number).Error
}

// SQL for what an item's stock (i.id) came to after a move: what is kept of the blocks before, and what came since.
const (
	qtyThen = `COALESCE((SELECT c.qty FROM stock_course c WHERE c.item = i.id AND c.block < ? ORDER BY c.block DESC LIMIT 1), 0)
		+ COALESCE((SELECT CAST(SUM(` + signed + `) AS BIGINT) FROM stock_move m WHERE m.item = i.id AND m.number >= ? AND m.number <= ?), 0)`
	valueThen = `COALESCE((SELECT c.value FROM stock_course c WHERE c.item = i.id AND c.block < ? ORDER BY c.block DESC LIMIT 1), 0)
		+ COALESCE((SELECT CAST(SUM(m.value) AS BIGINT) FROM stock_move m WHERE m.item = i.id AND m.number >= ? AND m.number <= ?), 0)
		+ COALESCE((SELECT CAST(SUM(e.gain) AS BIGINT) FROM value_entry e WHERE e.item = i.id AND e.gain <> 0 AND e.after >= ? AND e.after <= ?), 0)`
)

// pageOf gives up to limit items that come after one, in the order of their numbers, with what they were worth: it hands
// each to who takes it until they had enough, those of nothing too.
func pageOf(tx *gorm.DB, m costing.Moment, after string, limit int, take func(w costing.Worth, folded string) (more bool)) error {
	number, err := numberAt(tx, m)
	if err != nil {
		return err
	}
	qty, value, args := "COALESCE(v.qty, 0)", "COALESCE(v.value, 0)", []any(nil)
	if m != (costing.Moment{}) {
		block := number / stretch
		from := block * stretch
		qty, value, args = qtyThen, valueThen, []any{block, from, number, block, from, number, from, number}
	}
	rows, err := tx.Raw(`
		SELECT i.id, i.number, i.name, i.folded, COALESCE(v.method, ''), `+qty+`, `+value+`
		  FROM item i
		  LEFT JOIN stock_value v ON v.item = i.id
		 WHERE i.folded > ?
		 ORDER BY i.folded
		 LIMIT ?`, append(args, after, limit)...).Rows()
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }() // rows.Err tells what matters
	for rows.Next() {
		var w costing.Worth
		var folded string
		if err := rows.Scan(&w.Item, &w.Number, &w.Name, &folded, &w.Method, &w.Quantity, &w.Value); err != nil {
			return err
		}
		if !take(w, folded) {
			return nil
		}
	}
	return rows.Err()
}

// totalAt is what all stock was worth at a moment; how many items there were is known of now alone.
func totalAt(tx *gorm.DB, m costing.Moment) (t totalRow, err error) {
	if m == (costing.Moment{}) {
		return t, tx.Raw("SELECT block, items, value FROM stock_total ORDER BY block DESC LIMIT 1").Scan(&t).Error
	}
	number, err := numberAt(tx, m)
	if err != nil {
		return t, err
	}
	block := number / stretch
	from := block * stretch
	return t, tx.Raw(`
		SELECT COALESCE((SELECT value FROM stock_total WHERE block < ? ORDER BY block DESC LIMIT 1), 0)
		     + COALESCE((SELECT CAST(SUM(value) AS BIGINT) FROM stock_move WHERE number >= ? AND number <= ?), 0)
		     + COALESCE((SELECT CAST(SUM(gain) AS BIGINT) FROM value_entry WHERE gain <> 0 AND after >= ? AND after <= ?), 0) AS value`,
		block, from, number, from, number).Scan(&t).Error
}

// Shown is how many items of the stock's value are told at a time, and of how many at most each is looked at.
const (
	worthShown  = 200
	worthLooked = 1000
)

// Sheet tells what all stock was worth, and what the items after one were worth, in the order of their numbers.
func (a stockAccounts) Sheet(ctx context.Context, m costing.Moment, after string) (s costing.Sheet, err error) {
	err = a.s.review(ctx, "value the stock", func(tx *gorm.DB) error {
		s = costing.Sheet{}
		t, err := totalAt(tx, m)
		if err != nil {
			return err
		}
		s.Value, s.Items = plant.Money(t.Value), t.Items
		seen, last := 0, ""
		err = pageOf(tx, m, after, worthLooked+1, func(w costing.Worth, folded string) bool {
			if seen == worthLooked || len(s.Rows) == worthShown {
				s.Next = last
				return false
			}
			seen, last = seen+1, folded
			if w.Quantity != 0 || w.Value != 0 {
				s.Rows = append(s.Rows, w)
			}
			return true
		})
		return err
	})
	return s, err
}

// Valuation tells what each item was worth.
func (a stockAccounts) Valuation(ctx context.Context, m costing.Moment) (all []costing.Worth, err error) {
	err = a.s.review(ctx, "value the stock", func(tx *gorm.DB) error {
		all = nil
		return pageOf(tx, m, "", longest, func(w costing.Worth, _ string) bool {
			if w.Quantity != 0 || w.Value != 0 {
				all = append(all, w)
			}
			return true
		})
	})
	return all, err
}

// courses is SQL for what stock_course holds by the moves and what was booked beside them; totals, stock_total by that.
const (
	courses = `
	SELECT item, block, CAST(SUM(qty) OVER run AS BIGINT) AS qty, CAST(SUM(value) OVER run AS BIGINT) AS value
	  FROM (SELECT item, block, SUM(qty) AS qty, SUM(value) AS value
	          FROM (SELECT item, number / 16384 AS block, ` + signed + ` AS qty, value FROM stock_move WHERE ` + signed + ` <> 0
	                UNION ALL
	                SELECT item, after / 16384, 0, gain FROM value_entry WHERE gain <> 0) moved
	         GROUP BY item, block) x
	WINDOW run AS (PARTITION BY item ORDER BY block)`
	totals = `
	SELECT block, CAST(SUM(items) OVER run AS BIGINT) AS items, CAST(SUM(value) OVER run AS BIGINT) AS value
	  FROM (SELECT block, SUM(CASE WHEN qty <> 0 OR value <> 0 THEN 1 ELSE 0 END - CASE WHEN old_qty <> 0 OR old_value <> 0 THEN 1 ELSE 0 END) AS items,
	               SUM(value - old_value) AS value
	          FROM (SELECT block, qty, value, COALESCE(LAG(qty) OVER past, 0) AS old_qty, COALESCE(LAG(value) OVER past, 0) AS old_value
	                  FROM stock_course WINDOW past AS (PARTITION BY item ORDER BY block)) x
	         GROUP BY block) y
	WINDOW run AS (ORDER BY block)`
)

// compareCourse compares what is kept of the course of the stock.
func (r *replay) compareCourse() error {
	var off int64
	err := r.tx.Raw(`SELECT (SELECT COUNT(*) FROM (SELECT item, block, qty, value FROM stock_course EXCEPT SELECT * FROM (` + courses + `) a) x)
		+ (SELECT COUNT(*) FROM (SELECT * FROM (` + courses + `) a EXCEPT SELECT item, block, qty, value FROM stock_course) x)
		+ (SELECT COUNT(*) FROM (SELECT block, items, value FROM stock_total EXCEPT SELECT * FROM (` + totals + `) a) x)
		+ (SELECT COUNT(*) FROM (SELECT * FROM (` + totals + `) a EXCEPT SELECT block, items, value FROM stock_total) x)`).Row().Scan(&off)
	if err == nil && off > 0 {
		return astray("%d sums of what it came to with every %d moves are not those of its moves", off, stretch)
	}
	return err
}
