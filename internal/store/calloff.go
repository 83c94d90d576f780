package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/erp/order/calloff"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

type calloffs struct{ s *Store }

var _ calloff.Book = calloffs{}

// Calloffs tells what was called, and delivered.
func (s *Store) Calloffs() calloff.Book { return calloffs{s} }

// calledRow is one line of an order that is agreed.
type calledRow struct {
	Partner       int64
	PartnerNumber string
	PartnerFolded string
	PartnerName   string
	Item          int64
	ItemNumber    string
	ItemFolded    string
	ItemName      string
	Unit          string
	Line          int64
	Document      int64
	Number        string
	Day           string
	Called        int64
	Done          int64
}

// Schedules gives the schedules of one side: each line is a call of its date, or of the dates of its parts.
func (k calloffs) Schedules(ctx context.Context, side partner.Side, of calloff.Ask) (all []calloff.Schedule, err error) {
	err = k.s.read(ctx, "read delivery schedules", func(db *gorm.DB) error {
		rows, err := calledLines(db, side, of, calloff.Place{}, calloff.MostCalls+1)
		if err == nil {
			err = fewEnough(rows)
		}
		if err == nil {
			all, err = schedulesOf(db, side, rows)
		}
		return err
	})
	return all, err
}

func fewEnough(rows []calledRow) error {
	if len(rows) > calloff.MostCalls {
		return errs.New(errs.Invalid, "these are more than %d calls; name a partner or an item, or begin later", calloff.MostCalls)
	}
	return nil
}

// Page gives a page of schedules, each with all of its calls.
func (k calloffs) Page(ctx context.Context, side partner.Side, of calloff.Ask, after calloff.Place) (all []calloff.Schedule, next *calloff.Place, err error) {
	err = k.s.review(ctx, "read delivery schedules", func(tx *gorm.DB) error {
		all, next = nil, nil
		rows, err := calledLines(tx, side, of, after, calloff.PageCalls+1)
		if err != nil {
			return err
		}
		if len(rows) > calloff.PageCalls {
			cut := rows[len(rows)-1].place() // of which there may be more
			n := slices.IndexFunc(rows, func(r calledRow) bool { return r.place() == cut })
			if n == 0 {
				of.Partner, of.Item = rows[0].PartnerNumber, rows[0].ItemNumber
				if rows, err = calledLines(tx, side, of, calloff.Place{}, calloff.MostCalls+1); err == nil {
					err = fewEnough(rows)
				}
				if err != nil {
					return err
				}
				n = len(rows)
			}
			rows = rows[:n]
			last := rows[n-1].place()
			next = &last
		}
		all, err = schedulesOf(tx, side, rows)
		return err
	})
	return all, next, err
}

func (r calledRow) place() calloff.Place {
	return calloff.Place{Partner: r.PartnerFolded, Item: r.ItemFolded}
}

// schedulesOf makes schedules of lines that stand in their order.
func schedulesOf(db *gorm.DB, side partner.Side, rows []calledRow) (all []calloff.Schedule, err error) {
	parts, err := calledParts(db, side, rows)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if n := len(all); n == 0 || all[n-1].Place != r.place() {
			all = append(all, calloff.Schedule{
				Partner: calloff.Party{ID: r.Partner, Number: r.PartnerNumber, Name: r.PartnerName}, Item: calloff.Party{ID: r.Item, Number: r.ItemNumber, Name: r.ItemName}, Unit: r.Unit, Place: r.place(),
			})
		}
		s := &all[len(all)-1]
		s.Done += plant.Quantity(r.Done)
		rest := plant.Quantity(r.Called)
		for _, c := range parts[r.Line] {
			q := min(rest, plant.Quantity(c.Quantity))
			rest -= q
			s.Calls = append(s.Calls, calloff.Call{Day: c.Due, Order: r.Document, Number: r.Number, Quantity: q})
		}
		if rest > 0 {
			s.Calls = append(s.Calls, calloff.Call{Day: r.Day, Order: r.Document, Number: r.Number, Quantity: rest})
		}
	}
	return all, nil
}

// calledLines reads lines partner by partner, as many as are wanted.
func calledLines(db *gorm.DB, side partner.Side, of calloff.Ask, after calloff.Place, limit int) (rows []calledRow, err error) {
	line, order, day, called := "sales_line", "sales_order", "CASE WHEN l.promised <> '' THEN l.promised ELSE l.requested END", "l.quantity - l.cancelled, l.delivered"
	if side == partner.Purchase {
		line, order, day, called = "purchase_line", "purchase_order", "CASE WHEN l.due <> '' THEN l.due ELSE l.requested END", "l.ordered - l.cancelled, l.received"
	}
	then := " CROSS JOIN " // in this order in SQLite, so that no more partners are read than a page takes
	if of.Item != "" {
		then = ", "
	}
	query := `
		SELECT p.id, p.number, p.folded, p.name, i.id, i.number, i.folded, i.name, i.unit, l.id, o.id, o.number, ` + day + ` AS day, ` + called + `
		  FROM ` + strings.Join([]string{"partner p", order + " o", line + " l", "item i"}, then) + `
		 WHERE o.partner = p.id AND l.document = o.id AND i.id = l.item AND o.firm AND ` + day + ` >= ? AND p.folded >= ? AND (p.folded, i.folded) > (?, ?)`
	args := []any{max(of.Since, "0001-01-01"), after.Partner, after.Partner, after.Item}
	for _, f := range []struct{ column, value string }{{"p.number", of.Partner}, {"i.number", of.Item}} {
		if f.value != "" {
			query, args = query+" AND "+f.column+" = ?", append(args, text(f.value))
		}
	}
	err = each(db, query+" ORDER BY p.folded, i.folded, day, l.id LIMIT ?", func(found *sql.Rows) error {
		var r calledRow
		err := found.Scan(&r.Partner, &r.PartnerNumber, &r.PartnerFolded, &r.PartnerName, &r.Item, &r.ItemNumber, &r.ItemFolded, &r.ItemName, &r.Unit, &r.Line, &r.Document, &r.Number, &r.Day, &r.Called, &r.Done)
		rows = append(rows, r)
		return err
	}, append(args, limit)...)
	return rows, err
}

// calledParts gives the dated parts of purchase lines.
func calledParts(db *gorm.DB, side partner.Side, of []calledRow) (map[int64][]callOffRow, error) {
	parts := map[int64][]callOffRow{}
	if side != partner.Purchase {
		return parts, nil
	}
	for some := range slices.Chunk(of, chunk) {
		lines := make([]int64, len(some))
		for i, r := range some {
			lines[i] = r.Line
		}
		var rows []callOffRow
		if err := db.Raw("SELECT line, due, quantity FROM purchase_call WHERE line IN ? ORDER BY line, due", lines).Scan(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			parts[r.Line] = append(parts[r.Line], r)
		}
	}
	return parts, nil
}

// Parts gives the dated parts of purchase lines, in the unit of each.
func (k calloffs) Parts(ctx context.Context, of calloff.Ask) (all []calloff.Part, err error) {
	query, args := `
		SELECT o.number, l.place, p.number AS supplier, i.number AS item, c.due, c.quantity, l.unit, l.num, l.den
		  FROM purchase_call c
		  JOIN purchase_line l ON l.id = c.line
		  JOIN purchase_order o ON o.id = l.document
		  JOIN partner p ON p.id = o.partner
		  JOIN item i ON i.id = l.item
		 WHERE c.due >= ?`, []any{max(of.Since, "0001-01-01")}
	for _, f := range []struct{ column, value string }{{"p.number", of.Partner}, {"i.number", of.Item}} {
		if f.value != "" {
			query, args = query+" AND "+f.column+" = ?", append(args, text(f.value))
		}
	}
	var rows []struct {
		Number, Supplier, Item, Due, Unit string
		Place                             int
		Quantity, Num, Den                int64
	}
	err = k.s.read(ctx, "read the calls of purchase lines", func(db *gorm.DB) error {
		return db.Raw(query+" ORDER BY o.id, l.place, c.due LIMIT ?", append(args, calloff.MostCalls+1)...).Scan(&rows).Error
	})
	if err == nil && len(rows) > calloff.MostCalls {
		err = errs.New(errs.Invalid, "these are more than %d calls; name a partner or an item, or begin later", calloff.MostCalls)
	}
	for _, r := range rows {
		q, _ := partner.Factor{Num: r.Num, Den: r.Den}.Of(plant.Quantity(r.Quantity)) // it came of the unit
		all = append(all, calloff.Part{Order: r.Number, Line: r.Place, Supplier: r.Supplier, Item: r.Item, Day: r.Due, Quantity: q, Unit: r.Unit})
	}
	return all, err
}
