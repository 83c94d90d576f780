package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/access"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

func (k countKey) shelf() shelfKey { return shelfKey(k) }

// linesOf are the lines of a count, each with what was expected when it was counted: moves since it began count too.
func linesOf(tx *gorm.DB, c stockCountRow, after int64, limit int) (lines []stock.Line, err error) {
	var rows []struct {
		Line   countLineRow `gorm:"embedded"`
		Number string
		Code   string
	}
	err = tx.Raw(`
		SELECT l.*, COALESCE(i.number, '') AS number, COALESCE(p.code, '') AS code
		  FROM count_line l LEFT JOIN item i ON i.id = l.item LEFT JOIN stock_place p ON p.id = l.place
		 WHERE l.count = ? AND l.line > ? ORDER BY l.line LIMIT ?`, c.ID, after, limit).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	since, err := movedSince(tx, c)
	for _, r := range rows {
		l := stock.Line{
			Line: r.Line.Line, Item: r.Line.Shelf.Item, Number: r.Number, Revision: r.Line.Shelf.Revision, Place: r.Line.Shelf.Place, Code: r.Code,
			Lot: r.Line.Shelf.Lot, Serial: r.Line.Shelf.Serial, Expected: plant.Quantity(r.Line.Expected), By: r.Line.By.person(),
			Counted: (*plant.Quantity)(r.Line.Counted), First: (*plant.Quantity)(r.Line.First),
		}
		for _, m := range since[r.Line.Shelf.shelf()] {
			if r.Line.Counted != nil && m.number <= r.Line.Seen {
				l.Expected += m.change
			}
		}
		lines = append(lines, l)
	}
	return lines, err
}

// change is what a move changed of a balance.
type change struct {
	number int64
	change plant.Quantity
}

// movedSince is what moved since a count began, by others.
func movedSince(tx *gorm.DB, c stockCountRow) (map[shelfKey][]change, error) {
	all := map[shelfKey][]change{}
	if c.Freeze {
		return all, nil
	}
	places, _, err := within(tx, c.Place)
	if err != nil {
		return nil, err
	}
	var rows []moveRow
	err = tx.Raw("SELECT * FROM stock_move WHERE number > ? AND document <> ? AND (from_place IN (?) OR to_place IN (?)) ORDER BY number",
		c.Snapshot, fmt.Sprintf("count/%d", c.ID), places, places).Scan(&rows).Error
	for _, r := range rows {
		from, to := sides(r.kept().Move)
		all[from] = append(all[from], change{r.Number, -plant.Quantity(r.Qty)})
		all[to] = append(all[to], change{r.Number, plant.Quantity(r.Qty)})
	}
	return all, err
}

// Enter keeps what was counted: all of it, or nothing with every fault.
func (k stocktakes) Enter(ctx context.Context, id int64, found []stock.Found, by plant.Person) (c stock.Stocktake, err error) {
	if len(found) == 0 || len(found) > stock.MostMoves {
		return c, errs.New(errs.Invalid, "enter a count: give 1 to %d lines", stock.MostMoves)
	}
	err = k.s.write(ctx, "enter a count", func(tx *gorm.DB) error {
		after, err := next(tx, "stock move", 0)
		if err != nil {
			return err
		}
		var row stockCountRow
		if err := takeOne(tx.Where("id = ?", id), &row, fmt.Sprintf("there is no count %d", id)); err != nil {
			return err
		}
		if row.State != "open" {
			return conflict("count %s is %s; nothing can be entered any more", row.Number, row.State)
		}
		e := &entering{tx: tx, d: k.s.dialect, count: row, found: found, seen: after - 1, by: byOf(by)}
		if err := e.keep(); err != nil {
			return err
		}
		row.Version++
		c = row.count()
		if err := tx.Exec("UPDATE stock_count SET version = ? WHERE id = ?", row.Version, id).Error; err != nil {
			return err
		}
		_, err = k.s.audit(tx, access.Entry{Who: by, What: "count.enter", On: fmt.Sprintf("count/%d", id), New: fmt.Sprintf("%d lines", len(found))})
		return err
	})
	return c, err
}

// Finish posts the differences of a count, or drops it.
func (k stocktakes) Finish(ctx context.Context, t stock.Taking) (c stock.Stocktake, err error) {
	err = k.s.write(ctx, fmt.Sprintf("finish count %d", t.Count), func(tx *gorm.DB) error {
		if _, err := next(tx, "stock move", 0); err != nil {
			return err
		}
		var row stockCountRow
		if err := takeOne(tx.Where("id = ?", t.Count), &row, fmt.Sprintf("there is no count %d", t.Count)); err != nil {
			return err
		}
		if row.State != "open" || row.Version != t.Version {
			return conflict("count %s is %s, or somebody entered more; look again", row.Number, row.State)
		}
		if row.State = "cancelled"; !t.Cancel {
			row.State = "posted"
			if err := k.settle(tx, row, t); err != nil {
				return err
			}
		} else if t.Why == "" {
			return errs.New(errs.Invalid, "say why the count is dropped")
		}
		return k.end(tx, &row, t, &c)
	})
	return c, err
}

func (k stocktakes) end(tx *gorm.DB, row *stockCountRow, t stock.Taking, c *stock.Stocktake) error {
	now, err := k.s.at(tx)
	if err != nil {
		return err
	}
	row.EndedAt, row.Ended, row.Version = maybe(now), byOf(t.By), row.Version+1
	*c = row.count()
	if err := tx.Exec("UPDATE stock_count SET state = ?, ended_at = ?, ended_id = ?, ended_name = ?, ended_role = ?, version = ? WHERE id = ?",
		row.State, row.EndedAt, row.Ended.ID, row.Ended.Name, row.Ended.Role, row.Version, row.ID).Error; err != nil {
		return err
	}
	if err := tx.Exec("UPDATE stock_place SET counting = 0 WHERE counting = ?", row.ID).Error; err != nil {
		return err
	}
	_, err = k.s.audit(tx, access.Entry{Who: t.By, What: "count." + row.State, On: fmt.Sprintf("count/%d", row.ID), Old: "open", New: row.State, Why: t.Why})
	return err
}

// settle posts what was counted more or less than expected.
func (k stocktakes) settle(tx *gorm.DB, row stockCountRow, t stock.Taking) error {
	lines, err := linesOf(tx, row, 0, longest)
	if err != nil {
		return err
	}
	missing, again := 0, []string{}
	var moves []stock.Move
	for _, l := range lines {
		if l.Counted == nil {
			missing++
		} else if l.Again(plant.Quantity(row.Tolerance)) {
			again = append(again, fmt.Sprintf("%s at %s", l.Number, l.Code))
		}
		if m, is := discrepancy(row, l); is {
			moves = append(moves, m)
		}
	}
	switch {
	case missing > 0 && !t.Rest:
		return conflict("%d lines of %s are not counted yet; count them, or leave them as they are", missing, row.Number)
	case len(again) > 0 && !t.Accept:
		return conflict("%d lines are beyond the tolerance and must be counted a second time: %s", len(again), strings.Join(again[:min(3, len(again))], ", "))
	case len(again) > 0 && t.Why == "":
		return errs.New(errs.Invalid, "say why what is beyond the tolerance is taken as it was counted")
	}
	return k.postAll(tx, row, t, moves)
}

func (k stocktakes) postAll(tx *gorm.DB, row stockCountRow, t stock.Taking, moves []stock.Move) error {
	n := 0
	for part := range slices.Chunk(moves, stock.MostMoves) {
		n++
		if _, err := postStock(tx, k.s.dialect, stock.Posting{Key: fmt.Sprintf("count/%d/%d", row.ID, n), By: t.By, Why: t.Why, Moves: part}); err != nil {
			return err
		}
	}
	return nil
}

// discrepancy is the move that makes the ledger say what was counted.
func discrepancy(row stockCountRow, l stock.Line) (stock.Move, bool) {
	m := stock.Move{
		Item: l.Item, Revision: l.Revision, Lot: l.Lot, Serial: l.Serial, From: stock.Difference, To: l.Place, Quantity: l.Difference(),
		Document: fmt.Sprintf("count/%d", row.ID), Source: "person",
	}
	if m.Quantity < 0 {
		m.From, m.To, m.Quantity = m.To, m.From, -m.Quantity
	}
	return m, m.Quantity != 0
}
