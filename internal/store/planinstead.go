package store

import (
	"database/sql"
	"math/big"

	"gorm.io/gorm"

	"millwright/internal/erp/item"
	"millwright/internal/erp/mrp"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/workorder"
	"millwright/internal/errs"
)

// insteadWhen is a word of an item for when its alternates are taken.
func insteadWhen(word string) mrp.When {
	switch item.Substitution(word) {
	case item.IfLate:
		return mrp.IfLate
	case item.Earlier:
		return mrp.Sooner
	case item.ByHand:
	}
	return mrp.ByHand
}

// alternates reads what may be taken in the place of parts: by the bills in force, then everywhere.
func (k plans) alternates(tx *gorm.DB, f *desk.Facts) error {
	f.Alternates = nil
	err := each(tx, `
		SELECT b.item, m.item, l.item, m.per_num, m.per_den, m.once_q, l.per_num, l.per_den, l.once_q
		  FROM bill b
		  JOIN bill_line l ON l.bill = b.id AND l.instead <> 0
		  JOIN bill_line m ON m.bill = b.id AND m.position = l.instead
		 WHERE b.state = 'released' AND l.kind = 'component' AND m.kind = 'component'
		   AND b.from_at = (SELECT MAX(x.from_at) FROM bill x WHERE x.item = b.item AND x.state = 'released' AND x.from_at <= `+k.s.dialect.now()+`)
		 ORDER BY b.item, l.instead, l.position`, func(rows *sql.Rows) error {
		var a desk.Alternate
		var old, now mrp.Ratio
		var oldOnce, nowOnce int64
		err := rows.Scan(&a.Parent, &a.Of, &a.Item, &old.Num, &old.Den, &oldOnce, &now.Num, &now.Den, &nowOnce)
		if old.Num == 0 { // an order takes it once, however much it makes
			old, now = mrp.Ratio{Num: oldOnce, Den: 1}, mrp.Ratio{Num: nowOnce, Den: 1}
		}
		var exact bool
		if a.Factor, exact = over(now, old); exact {
			f.Alternates = append(f.Alternates, a)
		}
		return err
	})
	if err != nil {
		return err
	}
	return each(tx, "SELECT item, alternate, num, den FROM item_alternate ORDER BY item, rank, alternate", func(rows *sql.Rows) error {
		var a desk.Alternate
		err := rows.Scan(&a.Of, &a.Item, &a.Factor.Num, &a.Factor.Den)
		f.Alternates = append(f.Alternates, a)
		return err
	})
}

// over divides exactly; false where the digits do not suffice, or nothing stands below.
func over(a, b mrp.Ratio) (mrp.Ratio, bool) {
	if a.Num <= 0 || b.Num <= 0 {
		return mrp.Ratio{}, false
	}
	r := new(big.Rat).Quo(big.NewRat(a.Num, max(a.Den, 1)), big.NewRat(b.Num, max(b.Den, 1)))
	return mrp.Ratio{Num: r.Num().Int64(), Den: r.Denom().Int64()}, r.Num().IsInt64() && r.Denom().IsInt64()
}

// substitute takes an alternate in the place of what a work order lacks.
func (k plans) substitute(tx *gorm.DB, m desk.Message, a desk.Acceptance, by desk.Doing) error {
	if a.Quantity != 0 && a.Quantity != m.Quantity || a.Due != 0 && a.Due != m.To || a.Release {
		return errs.New(errs.Invalid, "an order takes the one item or the other: follow this as it is, or change the order")
	}
	kind, id := documentID(m.Document)
	if kind != "work" {
		return errs.New(errs.Invalid, "%s cannot be changed from here; open it and change it there", m.Document)
	}
	w := works{k.s}
	_, err := w.alterIn(tx, workAltered{id: id, what: "swap"}, workorder.Doing{By: by.By, Why: planWhy(by)}, func(tx *gorm.DB, o *workorder.Order) error {
		return w.swap(tx, o, workorder.Swap{Position: m.Line, Item: m.Item}, workorder.Doing{By: by.By, Why: planWhy(by)})
	})
	return err
}
