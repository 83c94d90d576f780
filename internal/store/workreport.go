package store

import (
	"context"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/erp/stock"
	"millwright/internal/erp/workorder"
	"millwright/internal/erp/workorder/cost"
	"millwright/internal/plant"
)

// Report posts what was made, taken and spent: the order, its material and the stock ledger in one transaction.
func (k works) Report(ctx context.Context, r workorder.Report, by workorder.Doing) (workorder.Order, error) {
	return k.alter(ctx, workAltered{r.Order, 0, "report", r}, by, func(tx *gorm.DB, o *workorder.Order) error {
		return k.report(tx, o, r, by)
	})
}

func (k works) report(tx *gorm.DB, o *workorder.Order, r workorder.Report, by workorder.Doing) error {
	// All who move material pass one by one, so that what is seen here is still there when it is posted.
	if err := tx.Exec("UPDATE numbers SET last = last WHERE name = 'stock move'").Error; err != nil {
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
	posted, err := k.move(tx, was, o, moves, m)
	if err != nil {
		return err
	}
	return k.journal(tx, was, o, posted, m)
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
			paid, err := cost.Receipt(o.Money.Planned, o.Quantity, was.Good, was.Good+w.Lot.Quantity)
			if err != nil {
				return stock.Posted{}, err
			}
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
		FirstMove: p.First, LastMove: p.Last, Source: text(r.Source), At: at.UnixMicro(), ByID: by.By.ID, ByName: text(by.By.Name),
	}
	return tx.Create(&row).Error
}

// workStock is the stock as an order meets it, in its transaction.
type workStock struct {
	tx      *gorm.DB
	order   *workorder.Order
	shelves map[int64][]workorder.Placed // of each component's item; nil until they are asked for
	now     string
}

// Lots gives what may be taken of a component: what was set apart for the order first, then beside its line, then by
// what expires first and what came first.
func (w *workStock) Lots(c *workorder.Component) (all []workorder.Placed, err error) {
	if w.shelves == nil {
		var items []int64
		for _, o := range w.order.Components {
			if !o.Output {
				items = append(items, o.Item)
			}
		}
		if err := w.read(items); err != nil {
			return nil, err
		}
	}
	for _, p := range w.shelves[c.Item] {
		if (c.Revision == "" || c.Revision == p.Revision) && (c.Place == 0 || c.Place == p.Place) {
			all = append(all, p)
		}
	}
	return all, nil
}

// workShelf is what may be taken of an item at one place, and what of the item is set aside for other documents.
type workShelf struct {
	Item     int64
	Place    int64
	Revision string
	Lot      string
	Serial   string
	Free     int64
	Kept     int64
}

// read reads what there is of items.
func (w *workStock) read(items []int64) error {
	var rows []workShelf
	err := w.tx.Raw(`
		SELECT b.item, b.place, b.revision, b.lot, b.serial, b.qty - b.allocated AS free,
		       COALESCE((SELECT SUM(r.qty) FROM reservation r WHERE r.item = b.item AND r.hard AND r.place = 0 AND r.document <> ?), 0) AS kept
		  FROM stock_balance b
		  JOIN stock_place p ON p.id = b.place
		  LEFT JOIN lot l ON l.item = b.item AND l.number = CASE WHEN b.serial <> '' THEN b.serial ELSE b.lot END AND l.serial = (b.serial <> '')
		 WHERE b.item IN (?) AND b.qty > b.allocated
		   AND NOT p.quarantine AND NOT p.virtual AND p.id <> 6 AND p.counting = 0
		   AND (l.id IS NULL OR l.state = 'free' AND (l.expires_at IS NULL OR l.expires_at > `+w.now+`))
		 ORDER BY CASE WHEN p.line <> '' AND p.line = ? THEN 0 ELSE 1 END, CASE WHEN l.expires_at IS NULL THEN 1 ELSE 0 END, l.expires_at, b.since, b.place, b.revision, b.lot, b.serial
		 LIMIT 100000`, w.order.Document(), items, w.order.Line).Scan(&rows).Error
	if err != nil {
		return err
	}
	w.shelves = map[int64][]workorder.Placed{}
	left := map[int64]int64{}
	for _, r := range rows {
		if _, is := left[r.Item]; r.Kept > 0 && !is {
			unkept, err := w.unkept(r.Item, r.Kept)
			if err != nil {
				return err
			}
			left[r.Item] = int64(unkept)
		}
		if r.Kept > 0 {
			r.Free = min(r.Free, left[r.Item])
			left[r.Item] -= r.Free
		}
		if r.Free > 0 {
			w.shelves[r.Item] = append(w.shelves[r.Item], workorder.Placed{Place: r.Place, Revision: r.Revision, Lot: workorder.Lot{Lot: r.Lot, Serial: r.Serial, Quantity: plant.Quantity(r.Free)}})
		}
	}
	return nil
}

// unkept is what may be used of an item beside what is set aside of it for other documents.
func (w *workStock) unkept(item, kept int64) (plant.Quantity, error) {
	free, err := usable(w.tx, w.now, []int64{item})
	return plant.Quantity(max(0, free[item]-kept)), err
}

// Past gives what was moved of an item into the order, or out of it, less what was reversed of it since.
func (w *workStock) Past(item int64, in bool) ([]workorder.Past, error) {
	column := "from_place"
	if in {
		column = "to_place"
	}
	var rows []struct {
		Number int64
		Lot    string
		Serial string
		Rest   int64
	}
	err := w.tx.Raw(strings.ReplaceAll(`
		SELECT m.number, m.lot, m.serial, m.qty - COALESCE((SELECT SUM(r.qty) FROM stock_move r WHERE r.reverses = m.number), 0) AS rest
		  FROM stock_move m
		 WHERE m.document = ? AND m.item = ? AND m.reverses IS NULL AND m.@ = 3
		 ORDER BY m.number`, "@", column), w.order.Document(), item).Scan(&rows).Error
	var all []workorder.Past
	for _, r := range rows {
		if r.Rest > 0 {
			all = append(all, workorder.Past{Move: r.Number, Lot: workorder.Lot{Lot: r.Lot, Serial: r.Serial, Quantity: plant.Quantity(r.Rest)}})
		}
	}
	return all, err
}
