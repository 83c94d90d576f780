package store

import (
	"gorm.io/gorm"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
)

// reserve keeps in the stock what is open of a sales order: of one that is agreed as much as is free, set aside so that
// nobody else uses it; the rest, and all of a quote, is planned for. What lots were named for it stay named as far as
// they are still wanted. It asks anew after each change, so that nothing is kept for what has gone or was cancelled.
func (k orders) reserve(tx *gorm.DB, o order.Order, by order.Doing) error {
	if o.Side != partner.Sales {
		return nil
	}
	if _, err := next(tx, "stock move", 0); err != nil { // postings wait
		return err
	}
	open := map[int64]int64{}
	var items []int64
	for _, l := range o.Lines {
		if !l.Stock.Service && l.Open() > 0 {
			open[int64(l.Place)], items = int64(l.Open()), append(items, l.Item)
		}
	}
	if err := tx.Exec("DELETE FROM reservation WHERE document = ? AND place = 0", o.Ref()).Error; err != nil {
		return err
	}
	if err := namedFor(tx, o.Ref(), open); err != nil || len(items) == 0 {
		return err
	}
	free, err := usable(tx, k.s.dialect.now(), items)
	if err != nil {
		return err
	}
	kept, err := keptFor(tx, items)
	if err != nil {
		return err
	}
	r := reserver{k: k, tx: tx, o: o, by: by}
	for _, l := range o.Lines {
		want := open[int64(l.Place)]
		if want == 0 {
			continue
		}
		now := int64(0)
		if o.Firm {
			now = max(0, min(want, free[l.Item]-kept[l.Item]))
			kept[l.Item] += now
		}
		r.add(l, now, true)
		r.add(l, want-now, false)
	}
	return r.keep()
}

// namedFor takes what is allocated to an order's lines off what they want, and gives back what they want no more.
func namedFor(tx *gorm.DB, document string, open map[int64]int64) error {
	var rows []reservationRow
	if err := tx.Where("document = ?", document).Order("id").Limit(longest).Find(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		if open[r.Line] >= r.Qty {
			open[r.Line] -= r.Qty
			continue
		}
		rest := open[r.Line]
		open[r.Line] = 0
		if rest == 0 {
			if _, err := releaseStock(tx, r.ID); err != nil {
				return err
			}
			continue
		}
		if err := tx.Exec("UPDATE stock_balance SET allocated = allocated - ? WHERE item = ? AND revision = ? AND place = ? AND lot = ? AND serial = ?",
			r.Qty-rest, r.Item, r.Revision, r.Place, r.Lot, r.Serial).Error; err != nil {
			return err
		}
		if err := tx.Exec("UPDATE reservation SET qty = ? WHERE id = ?", rest, r.ID).Error; err != nil {
			return err
		}
	}
	return nil
}

// reserver gathers what is kept for an order.
type reserver struct {
	k    orders
	tx   *gorm.DB
	o    order.Order
	by   order.Doing
	rows [][]any
}

func (r *reserver) add(l order.Line, q int64, hard bool) {
	if q > 0 {
		r.rows = append(r.rows, []any{int64(0), l.Item, text(l.Revision), int64(0), "", "", r.o.Ref(), int64(l.Place), q, hard, int64(0), r.by.By.ID, text(r.by.By.Name), r.by.By.Role.String(), ""})
	}
}

func (r *reserver) keep() error {
	if len(r.rows) == 0 {
		return nil
	}
	id, err := next(r.tx, "reservation", int64(len(r.rows)))
	if err != nil {
		return err
	}
	now, err := r.k.s.at(r.tx)
	if err != nil {
		return err
	}
	for i, row := range r.rows {
		row[0], row[10] = id+int64(i), now.UnixMicro()
	}
	_, err = r.k.s.dialect.run(r.tx, inserting("reservation", "", "id bigint", "item bigint", "revision text", "place bigint", "lot text", "serial text", "document text",
		"line bigint", "qty bigint", "hard boolean", "at bigint", "who_id bigint", "who_name text", "who_role text", "why text"), r.rows)
	return err
}

// reserved reads what is set aside for the lines of a sales order.
func (b book) reserved(db *gorm.DB, o *order.Order) error {
	if b.side != partner.Sales {
		return nil
	}
	var rows []struct{ Line, Qty int64 }
	err := db.Raw("SELECT line, CAST(SUM(qty) AS BIGINT) AS qty FROM reservation WHERE document = ? AND hard GROUP BY line", o.Ref()).Scan(&rows).Error
	kept := map[int64]int64{}
	for _, r := range rows {
		kept[r.Line] = r.Qty
	}
	for i := range o.Lines {
		o.Lines[i].Reserved = plant.Quantity(kept[int64(o.Lines[i].Place)])
	}
	return err
}
