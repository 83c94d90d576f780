package store

import (
	"cmp"
	"context"

	"gorm.io/gorm"

	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/erp/workorder/cost"
	"millwright/internal/plant"
)

// Report posts what was made, taken and spent: the order, its material and the stock ledger in one transaction.
func (k works) Report(ctx context.Context, r workorder.Report, by workorder.Doing) (o workorder.Order, err error) {
	err = k.s.Together(ctx, "report a work order", func(ctx context.Context) error {
		if err := k.aloneAtLines(k.s.joining(ctx), r.Order); err != nil {
			return err
		}
		o, err = k.alter(ctx, workAltered{r.Order, 0, "report", r}, by, func(tx *gorm.DB, o *workorder.Order) error {
			return k.byHand(tx, o, r, by)
		})
		return err
	})
	return o, err
}

func (k works) report(tx *gorm.DB, o *workorder.Order, r workorder.Report, by workorder.Doing) error {
	if err := alone(tx); err != nil {
		return err
	}
	products, err := workProducts(tx, []int64{o.Item})
	if err != nil {
		return err
	}
	m := &workMoving{report: r, order: o, product: products[o.Item], by: by}
	if err := m.work(shelvesOf(tx, k.s.dialect.now(), o)); err != nil {
		return err
	}
	if nothing := len(m.moves) == 0 && r.Good == 0 && r.Scrap == 0; nothing && r.Complete {
		return nil
	} else if nothing && len(r.Issues) > 0 && r.Issues[0].Settle {
		return conflict("nothing of what %s is short of is there yet; it is taken when it comes", o.Number)
	}
	return k.keep(tx, []*workMoving{m})
}

// keep posts what reports move, and notes them.
func (k works) keep(tx *gorm.DB, all []*workMoving) error {
	made, err := k.pegs(tx, all)
	if err != nil {
		return err
	}
	if err := made.release(all); err != nil {
		return err
	}
	if err := k.move(tx, all); err != nil {
		return err
	}
	if err := made.keep(all); err != nil {
		return err
	}
	return k.journal(tx, all)
}

// alone lets all who move material pass one by one, so that what is seen here is still there when it is posted.
func alone(tx *gorm.DB) error {
	return tx.Exec("UPDATE numbers SET last = last WHERE name = 'stock move'").Error
}

// workProduct is what is to be known of what an order makes.
type workProduct struct {
	ID                  int64
	Tracking, Valuation string
}

// workProducts reads it of items.
func workProducts(tx *gorm.DB, items []int64) (map[int64]workProduct, error) {
	var rows []workProduct
	err := tx.Raw("SELECT id, tracking, valuation FROM item WHERE id IN (?)", items).Scan(&rows).Error
	all := map[int64]workProduct{}
	for _, r := range rows {
		all[r.ID] = r
	}
	return all, err
}

// workMoving is a report being posted.
type workMoving struct {
	report  workorder.Report
	order   *workorder.Order
	was     workorder.Order // before it; its lists are the order's
	product workProduct
	by      workorder.Doing
	moves   []workorder.Move
	posted  stock.Posted
	booked  plant.Money // time and energy
	money   workorder.Money
}

// work works the report into its order.
func (m *workMoving) work(s *workShelves) (err error) {
	if m.product.Tracking == "lot" && m.report.Lot == "" {
		m.report.Lot = m.order.Number
	}
	m.was = *m.order
	m.moves, err = m.order.Post(m.report, workStock{s, m.order})
	m.booked = m.order.Money.Booked - m.was.Money.Booked
	return err
}

// posting is what the report moves, as the stock ledger takes it. Of moves that are taken back origins tells the way.
func (m *workMoving) posting(origins map[int64]moveRow) (p stock.Posting, err error) {
	o := m.order
	p = stock.Posting{At: m.report.At, By: m.by.By, Why: m.by.Why}
	made := m.was.Good
	for _, w := range m.moves {
		move := stock.Move{
			Item: w.Item, Revision: w.Revision, Lot: w.Lot.Lot, Serial: w.Lot.Serial, Quantity: w.Lot.Quantity, Document: o.Document(),
			Source: cmp.Or(m.report.Source, "person"), Reverses: w.Reverses,
		}
		place := cmp.Or(w.Place, stock.Warehouse)
		move.From, move.To = stock.Production, place
		if w.In {
			move.From, move.To = place, stock.Production
		}
		if w.Reverses != 0 { // the way back
			was := origins[w.Reverses]
			move.Revision, move.From, move.To = was.Revision, was.To, was.From
		}
		if w.Position == 0 && !w.In && w.Reverses == 0 && m.product.Valuation != "standard" && o.Money.Planned > 0 {
			paid, err := cost.Receipt(o.Money.Planned, o.Quantity, made, made+w.Lot.Quantity)
			if err != nil {
				return p, err
			}
			made += w.Lot.Quantity
			move.Paid = &paid
		}
		p.Moves = append(p.Moves, move)
	}
	return p, nil
}

// take puts the value of what was moved into the order.
func (m *workMoving) take(posted stock.Posted) {
	m.posted = posted
	for i, kept := range posted.Moves {
		c, taken := m.order.Component(m.moves[i].Position)
		if taken && !c.Output {
			c.Value -= kept.Value
			m.money.Issued -= kept.Value
			continue
		}
		if taken {
			c.Value += kept.Value
		}
		m.money.Received += kept.Value
	}
	m.order.Money.Issued += m.money.Issued
	m.order.Money.Received += m.money.Received
}

// move posts what reports move, and puts its value into their orders.
func (k works) move(tx *gorm.DB, all []*workMoving) error {
	reversed := map[int64]bool{}
	var moving []*workMoving
	for _, m := range all {
		for _, w := range m.moves {
			if w.Reverses != 0 {
				reversed[w.Reverses] = true
			}
		}
		if len(m.moves) > 0 {
			moving = append(moving, m)
		}
	}
	if len(moving) == 0 {
		return nil
	}
	rows, err := byKeys[moveRow](tx, "stock_move", "number bigint", ids(reversed))
	if err != nil {
		return err
	}
	origins := map[int64]moveRow{}
	for _, r := range rows {
		origins[r.Number] = r
	}
	postings := make([]stock.Posting, len(moving))
	for i, m := range moving {
		if postings[i], err = m.posting(origins); err != nil {
			return err
		}
	}
	posted, err := postStocks(tx, k.s.dialect, postings)
	if err != nil {
		return err
	}
	for i, m := range moving {
		m.take(posted[i])
	}
	return nil
}

// journal notes reports.
func (k works) journal(tx *gorm.DB, all []*workMoving) error {
	id, err := next(tx, "work report", int64(len(all)))
	if err != nil {
		return err
	}
	now, err := k.s.at(tx)
	if err != nil {
		return err
	}
	rows, scraps := make([][]any, len(all)), [][]any(nil)
	for i, m := range all {
		r, at, id := m.report, m.report.At, id+int64(i)
		if at.IsZero() {
			at = now
		}
		rows[i] = []any{
			id, m.order.ID, r.Operation, int64(r.Good), int64(r.Scrap), int64(r.SetUp), int64(r.Run), int64(r.Labour), int64(m.booked), int64(m.money.Issued), int64(m.money.Received),
			m.posted.First, m.posted.Last, text(r.Source), at.UnixMicro(), m.by.By.ID, text(m.by.By.Name), text(r.Job),
		}
		for _, c := range r.Scraps {
			scraps = append(scraps, []any{id, m.order.ID, text(c.Reason), int64(c.Quantity)})
		}
	}
	_, err = k.s.dialect.run(tx, inserting("work_report", "", "id bigint", "work_order bigint", "operation bigint", "good bigint", "scrap bigint", "set_up bigint", "run bigint",
		"labour bigint", "cost bigint", "issued bigint", "received bigint", "first_move bigint", "last_move bigint", "source text", "at bigint", "by_id bigint", "by_name text", "job text"), rows)
	if err != nil {
		return err
	}
	_, err = k.s.dialect.run(tx, inserting("work_scrap", "", "report bigint", "work_order bigint", "reason text", "qty bigint"), scraps)
	return err
}
