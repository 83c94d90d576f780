package store

import (
	"context"

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
	PartnerName   string
	Item          int64
	ItemNumber    string
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
		all = nil
		rows, err := calledLines(db, side, of)
		if err != nil {
			return err
		}
		if len(rows) > calloff.MostCalls {
			return errs.New(errs.Invalid, "these are more than %d calls; name a partner or an item, or begin later", calloff.MostCalls)
		}
		parts, err := calledParts(db, side, of.Since)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if n := len(all); n == 0 || all[n-1].Partner.ID != r.Partner || all[n-1].Item.ID != r.Item {
				all = append(all, calloff.Schedule{
					Partner: calloff.Party{ID: r.Partner, Number: r.PartnerNumber, Name: r.PartnerName}, Item: calloff.Party{ID: r.Item, Number: r.ItemNumber, Name: r.ItemName}, Unit: r.Unit,
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
		return nil
	})
	return all, err
}

func calledLines(db *gorm.DB, side partner.Side, of calloff.Ask) (rows []calledRow, err error) {
	query := `
		SELECT o.partner, p.number AS partner_number, p.name AS partner_name, l.item, i.number AS item_number, i.name AS item_name, i.unit, l.id AS line, o.id AS document, o.number,
		       CASE WHEN l.promised <> '' THEN l.promised ELSE l.requested END AS day, l.quantity - l.cancelled AS called, l.delivered AS done
		  FROM sales_line l
		  JOIN sales_order o ON o.id = l.document
		  JOIN partner p ON p.id = o.partner
		  JOIN item i ON i.id = l.item
		 WHERE o.firm AND CASE WHEN l.promised <> '' THEN l.promised ELSE l.requested END >= ?`
	if side == partner.Purchase {
		query = `
		SELECT o.partner, p.number AS partner_number, p.name AS partner_name, l.item, i.number AS item_number, i.name AS item_name, i.unit, l.id AS line, o.id AS document, o.number,
		       CASE WHEN l.due <> '' THEN l.due ELSE l.requested END AS day, l.ordered - l.cancelled AS called, l.received AS done
		  FROM purchase_line l
		  JOIN purchase_order o ON o.id = l.document
		  JOIN partner p ON p.id = o.partner
		  JOIN item i ON i.id = l.item
		 WHERE o.firm AND CASE WHEN l.due <> '' THEN l.due ELSE l.requested END >= ?`
	}
	args := []any{max(of.Since, "0001-01-01")}
	for _, f := range []struct{ column, value string }{{"p.number", of.Partner}, {"i.number", of.Item}} {
		if f.value != "" {
			query, args = query+" AND "+f.column+" = ?", append(args, text(f.value))
		}
	}
	err = db.Raw(query+" ORDER BY p.number, p.id, i.number, i.id, day, l.id LIMIT ?", append(args, calloff.MostCalls+1)...).Scan(&rows).Error
	return rows, err
}

// calledParts gives the dated parts of purchase lines.
func calledParts(db *gorm.DB, side partner.Side, since string) (map[int64][]callOffRow, error) {
	parts := map[int64][]callOffRow{}
	if side != partner.Purchase {
		return parts, nil
	}
	var rows []callOffRow
	err := db.Raw(`
		SELECT c.line, c.due, c.quantity
		  FROM purchase_call c
		  JOIN purchase_line l ON l.id = c.line
		 WHERE CASE WHEN l.due <> '' THEN l.due ELSE l.requested END >= ?
		 ORDER BY c.line, c.due
		 LIMIT ?`, max(since, "0001-01-01"), 10*calloff.MostCalls).Scan(&rows).Error
	for _, r := range rows {
		parts[r.Line] = append(parts[r.Line], r)
	}
	return parts, err
}
