package store

import (
	"context"

	"gorm.io/gorm"

	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/erp/workorder/cost"
)

// Report posts what was made, taken and spent: the order, its material and the stock ledger in one transaction.
func (k works) Report(ctx context.Context, r workorder.Report, by workorder.Doing) (workorder.Order, error) {
	return k.alter(ctx, workAltered{r.Order, 0, "report", r}, by, func(tx *gorm.DB, o *workorder.Order) error {
		return k.byHand(tx, o, r, by)
	})
}

func (k works) report(tx *gorm.DB, o *workorder.Order, r workorder.Report, by workorder.Doing) error {
	if err := alone(tx); err != nil {
		return err
	}
	product, err := workProductOf(tx, o.Item)
	if err != nil {
		return err
	}
	if product.Tracking == "lot" && r.Lot == "" {
		r.Lot = o.Number
	}
	was := *o
	moves, err := o.Post(r, &workStock{tx: tx, order: o, now: k.s.dialect.now()})
	if err != nil {
		return err
	}
	m := workMoving{report: r, standard: product.Valuation == "standard", by: by}
	if nothing := len(moves) == 0 && r.Good == 0 && r.Scrap == 0; nothing && r.Complete {
		return nil
	} else if nothing && len(r.Issues) > 0 && r.Issues[0].Settle {
		return conflict("nothing of what %s is short of is there yet; it is taken when it comes", o.Number)
	}
	posted, err := k.move(tx, was, o, moves, m)
	if err != nil {
		return err
	}
	return k.journal(tx, was, o, posted, m)
}

// alone lets all who move material pass one by one, so that what is seen here is still there when it is posted.
func alone(tx *gorm.DB) error {
	return tx.Exec("UPDATE numbers SET last = last WHERE name = 'stock move'").Error
}

// workProduct is what is to be known of what an order makes.
type workProduct struct{ Tracking, Valuation string }

func workProductOf(tx *gorm.DB, item int64) (m workProduct, err error) {
	err = tx.Raw("SELECT tracking, valuation FROM item WHERE id = ?", item).Scan(&m).Error
	return m, err
}

// workMoving is how a report's moves are posted.
type workMoving struct {
	report   workorder.Report
	standard bool // the product has a standard cost
	by       workorder.Doing
}

// move posts what a report moves, and puts its value into the order.
func (k works) move(tx *gorm.DB, was workorder.Order, o *workorder.Order, moves []workorder.Move, m workMoving) (stock.Posted, error) {
	if len(moves) == 0 {
		return stock.Posted{}, nil
	}
	p := stock.Posting{At: m.report.At, By: m.by.By, Why: m.by.Why}
	source := m.report.Source
	if source == "" {
		source = "person"
	}
	made := was.Good
	for _, w := range moves {
		move := stock.Move{Item: w.Item, Revision: w.Revision, Lot: w.Lot.Lot, Serial: w.Lot.Serial, Quantity: w.Lot.Quantity, Document: o.Document(), Source: source, Reverses: w.Reverses}
		place := w.Place
		if place == 0 {
			place = stock.Warehouse
		}
		move.From, move.To = stock.Production, place
		if w.In {
			move.From, move.To = place, stock.Production
		}
		if w.Reverses != 0 {
			if err := workMirror(tx, &move); err != nil {
				return stock.Posted{}, err
			}
		}
		if w.Position == 0 && !w.In && w.Reverses == 0 && !m.standard && o.Money.Planned > 0 {
			paid, err := cost.Receipt(o.Money.Planned, o.Quantity, made, made+w.Lot.Quantity)
			if err != nil {
				return stock.Posted{}, err
			}
			made += w.Lot.Quantity
			move.Paid = &paid
		}
		p.Moves = append(p.Moves, move)
	}
	posted, err := postStock(tx, k.s.dialect, p)
	if err != nil {
		return posted, err
	}
	for i, kept := range posted.Moves {
		w := moves[i]
		c, taken := o.Component(w.Position)
		if taken && !c.Output {
			c.Value -= kept.Value
			o.Money.Issued -= kept.Value
			continue
		}
		if taken {
			c.Value += kept.Value
		}
		o.Money.Received += kept.Value
	}
	return posted, nil
}

// workMirror takes a move the way back that another came.
func workMirror(tx *gorm.DB, m *stock.Move) error {
	var was struct {
		Revision  string
		FromPlace int64
		ToPlace   int64
	}
	err := tx.Raw("SELECT revision, from_place, to_place FROM stock_move WHERE number = ?", m.Reverses).Scan(&was).Error
	m.Revision, m.From, m.To = was.Revision, was.ToPlace, was.FromPlace
	return err
}

// journal notes a report.
func (k works) journal(tx *gorm.DB, was workorder.Order, o *workorder.Order, p stock.Posted, m workMoving) error {
	r, by := m.report, m.by
	id, err := next(tx, "work report", 1)
	if err != nil {
		return err
	}
	at, err := k.s.at(tx)
	if err != nil {
		return err
	}
	if !r.At.IsZero() {
		at = r.At
	}
	row := workReportRow{
		ID: id, Order: o.ID, Operation: r.Operation, Good: int64(r.Good), Scrap: int64(r.Scrap), SetUp: int64(r.SetUp), Run: int64(r.Run), Labour: int64(r.Labour),
		Cost: int64(o.Money.Booked - was.Money.Booked), Issued: int64(o.Money.Issued - was.Money.Issued), Received: int64(o.Money.Received - was.Money.Received),
		FirstMove: p.First, LastMove: p.Last, Source: text(r.Source), At: at.UnixMicro(), ByID: by.By.ID, ByName: text(by.By.Name), Job: text(r.Job),
	}
	if err := tx.Create(&row).Error; err != nil {
		return err
	}
	for _, c := range r.Scraps {
		if err := tx.Create(&workScrapRow{id, o.ID, text(c.Reason), int64(c.Quantity)}).Error; err != nil {
			return err
		}
	}
	return nil
}
