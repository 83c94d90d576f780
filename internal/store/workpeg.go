package store

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

var _ workorder.Pegs = works{}

// WorkPegs tells which sales lines work orders are made for.
func (s *Store) WorkPegs() workorder.Pegs { return works{s} }

// soldRow is a line of a sales order.
type soldRow struct {
	ID, Document, Place, Item, Open int64
	Number, Name, Revision          string
	Firm                            bool
}

const soldSQL = `
	SELECT l.id, l.document, o.number, l.place, l.item, l.revision, l.open, o.firm, p.name
	  FROM sales_line l
	  JOIN sales_order o ON o.id = l.document
	  JOIN partner p ON p.id = o.partner`

func (r soldRow) sold() workorder.Sold {
	return workorder.Sold{ID: r.ID, Order: r.Document, Number: r.Number, Place: r.Place, Item: r.Item, Open: plant.Quantity(r.Open), For: r.Name}
}

// soldLine reads one line.
func (k works) soldLine(ctx context.Context, what, where string, args ...any) (workorder.Sold, error) {
	var row soldRow
	err := k.s.read(ctx, "find a line of a sales order", func(db *gorm.DB) error {
		done := db.Raw(soldSQL+" WHERE "+where, args...).Scan(&row)
		if done.Error == nil && done.RowsAffected == 0 {
			return errs.New(errs.NotFound, "there is no line %s of a sales order", errs.Clip(what))
		}
		return done.Error
	})
	return row.sold(), err
}

// Sold finds a line by its ID.
func (k works) Sold(ctx context.Context, line int64) (workorder.Sold, error) {
	return k.soldLine(ctx, strconv.FormatInt(line, 10), "l.id = ?", line)
}

// Named finds a line by its text.
func (k works) Named(ctx context.Context, name string) (workorder.Sold, error) {
	number, place, _ := strings.Cut(strings.ToUpper(strings.TrimSpace(name)), "/")
	n, _ := strconv.ParseInt(place, 10, 64) // what is no number is no line
	return k.soldLine(ctx, name, "o.number = ? AND l.place = ?", text(number), n)
}

// MadeFor gives the orders that are made for the lines of a sales order.
func (k works) MadeFor(ctx context.Context, sales int64) (all []workorder.Head, err error) {
	var rows []workRow
	err = k.s.read(ctx, "list what is made for a sales order", func(db *gorm.DB) error {
		return db.Where("sales_line IN (SELECT id FROM sales_line WHERE document = ?) AND lifecycle <> 'cancelled'", sales).Order("id").Limit(longest).Find(&rows).Error
	})
	for _, r := range rows {
		all = append(all, workorder.Head{Order: r.order()})
	}
	return all, err
}

// peggable refuses an order that would be made for a line of something else.
func peggable(tx *gorm.DB, was, o *workorder.Order) error {
	if o.SalesLine == 0 || o.SalesLine == was.SalesLine {
		return nil
	}
	refuse := func(words string) error {
		return &errs.Error{Kind: errs.Invalid, Words: "this cannot be made for that", Fields: []errs.Field{{Path: "for", Message: words}}}
	}
	var row soldRow
	done := tx.Raw(soldSQL+" WHERE l.id = ?", o.SalesLine).Scan(&row)
	switch {
	case done.Error != nil:
		return done.Error
	case done.RowsAffected == 0:
		return refuse("There is no such line of a sales order.")
	case row.Item != o.Item:
		return refuse(row.sold().Text() + " is for another item.")
	case row.Open <= 0:
		return refuse("Nothing of " + row.sold().Text() + " is open any more.")
	}
	return nil
}

// pegging sets aside what reports bring for the lines that it is made for.
type pegging struct {
	tx    *gorm.DB
	d     dialect
	lines map[int64]soldRow
}

// pegs reads the lines that reported orders are made for.
func (k works) pegs(tx *gorm.DB, all []*workMoving) (p pegging, err error) {
	var ids []int64
	for _, m := range all {
		if m.order.SalesLine != 0 && len(m.moves) > 0 {
			ids = append(ids, m.order.SalesLine)
		}
	}
	p = pegging{tx, k.s.dialect, map[int64]soldRow{}}
	if len(ids) == 0 {
		return p, nil
	}
	var rows []soldRow
	err = tx.Raw(soldSQL+" WHERE o.firm AND l.id IN (?)", ids).Scan(&rows).Error
	for _, r := range rows {
		p.lines[r.ID] = r
	}
	return p, err
}

// made is how much of the product a report brings and takes back.
func (m *workMoving) made() (brought, back plant.Quantity) {
	for _, w := range m.moves {
		switch {
		case w.Position != 0:
		case w.Reverses != 0:
			back += w.Lot.Quantity
		case !w.In:
			brought += w.Lot.Quantity
		}
	}
	return brought, back
}

// release gives free what is about to be taken back.
func (p pegging) release(all []*workMoving) error {
	for _, m := range all {
		l, is := p.lines[m.order.SalesLine]
		_, back := m.made()
		if !is || back == 0 {
			continue
		}
		if err := p.less(l, true, int64(back)); err != nil {
			return err
		}
	}
	return nil
}

// keep sets aside what was brought, as far as the line still wants it and it may be used. What was planned for it before is
// there now. The orders tell of it: it is not audited piece by piece.
func (p pegging) keep(all []*workMoving) error {
	for _, m := range all {
		l, is := p.lines[m.order.SalesLine]
		brought, _ := m.made()
		if !is || brought == 0 || l.Item != m.order.Item {
			continue
		}
		var has int64
		err := p.tx.Raw("SELECT COALESCE(CAST(SUM(qty) AS BIGINT), 0) FROM reservation WHERE document = ? AND line = ? AND hard", documentOf("sales", l.Document), l.Place).Row().Scan(&has)
		if err != nil {
			return err
		}
		free, err := usable(p.tx, p.d.now(), []int64{l.Item})
		if err != nil {
			return err
		}
		kept, err := keptFor(p.tx, []int64{l.Item})
		if err != nil {
			return err
		}
		q := min(int64(brought), l.Open-has, free[l.Item]-kept[l.Item])
		if q <= 0 {
			continue
		}
		_, err = reserveStock(p.tx, p.d, stock.Reservation{
			Item: l.Item, Revision: l.Revision, Document: documentOf("sales", l.Document), Line: l.Place, Quantity: plant.Quantity(q), Hard: true, By: m.by.By, Why: "made for it by " + m.order.Number,
		})
		if err := cmp.Or(err, p.less(l, false, q)); err != nil {
			return err
		}
	}
	return nil
}

// less takes a quantity off what is meant for a line, wherever it lies.
func (p pegging) less(l soldRow, hard bool, q int64) error {
	const of = " WHERE document = ? AND line = ? AND item = ? AND place = 0 AND hard = ?"
	args := []any{documentOf("sales", l.Document), l.Place, l.Item, hard}
	if err := p.tx.Exec("UPDATE reservation SET qty = qty - ?"+of+" AND qty > ?", append(append([]any{q}, args...), q)...).Error; err != nil {
		return err
	}
	return p.tx.Exec("DELETE FROM reservation"+of+" AND qty <= ?", append(args, q)...).Error
}
