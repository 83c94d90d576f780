package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strconv"

	"gorm.io/gorm"

	"millwright/internal/erp/mrp"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/workorder"
	"millwright/internal/plant"
)

// plans keeps what planning says, and reads what it plans from.
type plans struct {
	s    *Store
	memo *planMemo
}

var _ desk.Book = plans{}

// Plans keeps what planning says, and reads what it plans from.
func (s *Store) Plans() desk.Book { return plans{s, &planMemo{}} }

// wishSQL counts changes: everything that planning reads is audited when it changes, or moves material.
const wishSQL = `
	SELECT (SELECT seq FROM audit_head WHERE id = 1) + (SELECT last FROM numbers WHERE name = 'stock move') AS wished,
	       done
	  FROM plan_wish
	 WHERE id = 1`

// Wish counts the changes that planning has to know of.
func (k plans) Wish(ctx context.Context) (wished, done int64, err error) {
	err = k.s.read(ctx, "look for changes to plan", func(db *gorm.DB) error {
		return db.Raw(wishSQL).Row().Scan(&wished, &done)
	})
	return wished, done, err
}

// Facts gives everything that planning reads, at one moment.
func (k plans) Facts(ctx context.Context) (f desk.Facts, err error) {
	err = k.s.review(ctx, "read what to plan from", func(tx *gorm.DB) error {
		done := int64(0)
		if err := tx.Raw(wishSQL).Row().Scan(&f.Wish, &done); err != nil {
			return err
		}
		for _, read := range []func(*gorm.DB, *desk.Facts) error{k.rules, k.stock, planSales, planPurchases, planWork, planForecast} {
			if err := read(tx, &f); err != nil {
				return err
			}
		}
		return nil
	})
	return f, err
}

// lotRule is a rule by its word.
func lotRule(word string) mrp.Rule {
	switch word {
	case "fixed":
		return mrp.Fixed
	case "economic":
		return mrp.Economic
	case "periods":
		return mrp.Periods
	case "up to":
		return mrp.UpTo
	}
	return mrp.LotForLot
}

func planItems(tx *gorm.DB, f *desk.Facts) error {
	err := each(tx, `
		SELECT id, number, name, unit, supplier, kind, phantom, reorder_method, reorder_point, lead_days, safety, safety_days, fence_days,
		       lot_rule, lot_quantity, lot_days, lot_min, lot_max, lot_multiple, yield_num, yield_den, alternates_taken
		  FROM item
		 WHERE NOT retired AND kind <> 'service'
		 ORDER BY id`, func(rows *sql.Rows) error {
		var r itemRow
		err := rows.Scan(&r.ID, &r.Number, &r.Name, &r.Unit, &r.Supplier, &r.Kind, &r.Phantom, &r.ReorderMethod, &r.ReorderPoint, &r.LeadDays, &r.Safety, &r.SafetyDays, &r.FenceDays,
			&r.LotRule, &r.LotQuantity, &r.LotDays, &r.LotMin, &r.LotMax, &r.LotMultiple, &r.YieldNum, &r.YieldDen, &r.Alternates)
		i := desk.Item{
			ID: r.ID, Number: r.Number, Name: r.Name, Unit: r.Unit, Supplier: r.Supplier, Make: r.Kind == "make" || r.Kind == "both" && r.Supplier == 0, Phantom: r.Phantom,
			Method: desk.Method(r.ReorderMethod), Point: plant.Quantity(r.ReorderPoint), Lead: r.LeadDays, Safety: plant.Quantity(r.Safety), Ahead: r.SafetyDays, Fence: r.FenceDays,
			Lot: mrp.Lot{
				Rule: lotRule(r.LotRule), Quantity: plant.Quantity(r.LotQuantity), Days: mrp.Day(r.LotDays),
				Min: plant.Quantity(r.LotMin), Max: plant.Quantity(r.LotMax), Multiple: plant.Quantity(r.LotMultiple),
			},
			Yield: mrp.Ratio{Num: r.YieldNum, Den: r.YieldDen}, Instead: insteadWhen(r.Alternates),
		}
		if l := &i.Lot; l.Rule == mrp.LotForLot {
			l.Quantity, l.Days = 0, 0 // what the rule does not use makes no other rule of it
		}
		if r.YieldNum == r.YieldDen {
			i.Yield = mrp.Ratio{}
		}
		f.Items = append(f.Items, i)
		return err
	})
	if f.Items == nil {
		f.Items = []desk.Item{}
	}
	return err
}

func (k plans) stock(tx *gorm.DB, f *desk.Facts) error {
	for i := range f.Items {
		f.Items[i].OnHand = 0
	}
	return each(tx, heldSQL(k.s.dialect.now())+" GROUP BY b.item", func(rows *sql.Rows) error {
		var item int64
		var free plant.Quantity
		err := rows.Scan(&item, &free)
		at, is := slices.BinarySearchFunc(f.Items, item, func(i desk.Item, id int64) int { return cmp.Compare(i.ID, id) })
		if is {
			f.Items[at].OnHand = free
		}
		return err
	})
}

// parts reads the bill in force of each item, with what comes out besides; no order brings that once only.
func (k plans) parts(tx *gorm.DB, f *desk.Facts) error {
	return each(tx, `
		SELECT b.item, l.item, l.per_num, l.per_den, CASE WHEN l.kind = 'component' THEN l.once_q ELSE 0 END, l.kind <> 'component'
		  FROM bill b
		  JOIN bill_line l ON l.bill = b.id
		 WHERE b.state = 'released' AND l.instead = 0
		   AND b.from_at = (SELECT MAX(x.from_at) FROM bill x WHERE x.item = b.item AND x.state = 'released' AND x.from_at <= `+k.s.dialect.now()+`)
		 ORDER BY b.item, l.position`, func(rows *sql.Rows) error {
		var p desk.Part
		err := rows.Scan(&p.Parent, &p.Child, &p.Per.Num, &p.Per.Den, &p.Once, &p.Output)
		if p.Per.Num == 0 {
			p.Per = mrp.Ratio{Num: 0, Den: 1}
		}
		f.Parts = append(f.Parts, p)
		return err
	})
}

// planLine is an open line of a sales or a purchase order.
type planLine struct {
	ID       int64
	Item     int64
	Document int64
	Number   string
	Place    int64
	Due      string
	Open     int64
	Ordered  int64
	Asked    string
	Kept     int64
}

// date is when a line is wanted: as promised, else as asked for, else now.
func (l planLine) date() plant.Date {
	if d := dateOf(l.Due); d != 0 {
		return d
	}
	return dateOf(l.Asked)
}

// documentOf names a document in the ledger and the audit.
func documentOf(kind string, id int64) string { return kind + "/" + strconv.FormatInt(id, 10) }

// lineText names a line of a document for people.
func lineText(number string, place int64) string { return number + "/" + strconv.FormatInt(place, 10) }

func planSales(tx *gorm.DB, f *desk.Facts) error {
	return each(tx, `
		SELECT l.id, l.item, l.document, o.number, l.place, l.promised AS due, l.requested AS asked, l.open, l.quantity - l.cancelled AS ordered, COALESCE(r.kept, 0) AS kept
		  FROM sales_line l
		  JOIN sales_order o ON o.id = l.document
		  LEFT JOIN (SELECT document, line, CAST(SUM(qty) AS BIGINT) AS kept FROM reservation WHERE hard AND document LIKE 'sales/%' GROUP BY document, line) r
		    ON r.document = 'sales/' || CAST(l.document AS TEXT) AND r.line = l.place
		 WHERE o.firm AND (l.open > 0 OR EXISTS (SELECT 1 FROM plan_forecast c WHERE c.item = l.item AND c.from_day <= l.promised AND l.promised < c.to_day))
		 ORDER BY l.id`, func(rows *sql.Rows) error {
		var r planLine
		err := rows.Scan(&r.ID, &r.Item, &r.Document, &r.Number, &r.Place, &r.Due, &r.Asked, &r.Open, &r.Ordered, &r.Kept)
		f.Wants = append(f.Wants, desk.Want{
			Item: r.Item, Date: r.date(), Quantity: plant.Quantity(r.Open), Ordered: plant.Quantity(r.Ordered), Kept: plant.Quantity(r.Kept), Document: documentOf("sales", r.Document), Line: r.Place,
			Text: lineText(r.Number, r.Place), ID: r.ID,
		})
		return err
	})
}

// planPurchases reads what is on its way from suppliers: each open line, or the calls of it. What came covers the first
// calls first; what is not called comes when the line is due.
func planPurchases(tx *gorm.DB, f *desk.Facts) error {
	var lines []planLine
	err := each(tx, `
		SELECT l.id, l.item, l.document, o.number, l.place, l.due, l.requested AS asked, l.open, l.ordered - l.cancelled AS ordered
		  FROM purchase_line l
		  JOIN purchase_order o ON o.id = l.document
		 WHERE l.open > 0
		 ORDER BY l.id`, func(rows *sql.Rows) error {
		var r planLine
		err := rows.Scan(&r.ID, &r.Item, &r.Document, &r.Number, &r.Place, &r.Due, &r.Asked, &r.Open, &r.Ordered)
		lines = append(lines, r)
		return err
	})
	if err != nil {
		return err
	}
	var calls []callOffRow
	err = tx.Raw("SELECT c.line, c.due, c.quantity FROM purchase_call c JOIN purchase_line l ON l.id = c.line WHERE l.open > 0 ORDER BY c.line, c.due").Scan(&calls).Error
	parts := map[int64][]callOffRow{}
	for _, c := range calls {
		parts[c.Line] = append(parts[c.Line], c)
	}
	for _, r := range lines {
		came, left := max(0, r.Ordered-r.Open), r.Open
		comes := func(on plant.Date, q int64) {
			if q = min(q, left); q > 0 {
				left -= q
				f.Coming = append(f.Coming, desk.Coming{
					Item: r.Item, Date: on, Quantity: plant.Quantity(q), Document: documentOf("purchase", r.Document), Line: r.Place, Text: lineText(r.Number, r.Place),
				})
			}
		}
		for _, c := range parts[r.ID] {
			done := min(came, c.Quantity)
			came -= done
			comes(dateOf(c.Due), c.Quantity-done)
		}
		comes(r.date(), left)
	}
	return err
}

// planWork reads open work orders: what they bring, and what those that are released still take.
func planWork(tx *gorm.DB, f *desk.Facts) error {
	orders := map[int64]workorder.Order{}
	err := each(tx, `
		SELECT id, number, item, quantity, good, scrap, begins, due, snapshot, sales_line
		  FROM work_order
		 WHERE lifecycle IN ('created', 'firmed', 'released', 'started')
		 ORDER BY id`, func(rows *sql.Rows) error {
		var r workRow
		err := rows.Scan(&r.ID, &r.Number, &r.Item, &r.Quantity, &r.Good, &r.Scrap, &r.Begins, &r.Due, &r.Snapshot, &r.SalesLine)
		o := r.order()
		orders[o.ID] = o
		if left := o.Left(); left > 0 {
			f.Coming = append(f.Coming, desk.Coming{Item: o.Item, Date: o.Due, Quantity: left, Document: o.Document(), Text: o.Number, Explode: o.Snapshot == 0, For: o.SalesLine})
		}
		return err
	})
	if err != nil {
		return err
	}
	return each(tx, `
		SELECT c.work_order, c.position, c.item, c.per_num, c.per_den, c.once, c.base, c.since, c.output, c.issued, c.policy, c.every
		  FROM work_component c
		  JOIN work_order w ON w.id = c.work_order
		 WHERE w.lifecycle IN ('released', 'started')
		 ORDER BY c.work_order, c.position`, func(rows *sql.Rows) error {
		var r workComponentRow
		err := rows.Scan(&r.Order, &r.Position, &r.Item, &r.PerNum, &r.PerDen, &r.Once, &r.Base, &r.Since, &r.Output, &r.Issued, &r.Policy, &r.Every)
		o, c := orders[r.Order], r.component()
		switch open := c.Needed(o.Good+o.Scrap+o.Left()) - c.Issued; {
		case open <= 0:
		case c.Output:
			f.Coming = append(f.Coming, desk.Coming{Item: c.Item, Date: o.Due, Quantity: open, Document: o.Document(), Line: c.Position, Text: o.Number, Fixed: true})
		default:
			f.Wants = append(f.Wants, desk.Want{Item: c.Item, Date: o.Begin, Quantity: open, Document: o.Document(), Line: c.Position, Text: o.Number, Maker: o.Item})
		}
		return err
	})
}

func planForecast(tx *gorm.DB, f *desk.Facts) error {
	var rows []forecastRow
	err := tx.Order("item, from_day").Limit(longest).Find(&rows).Error
	for _, r := range rows {
		f.Forecast = append(f.Forecast, r.forecast())
	}
	return err
}
