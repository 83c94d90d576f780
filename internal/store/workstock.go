package store

import (
	"strings"

	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
	"millwright/internal/plant"
)

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
		Number   int64
		Revision string
		ToPlace  int64
		Lot      string
		Serial   string
		Rest     int64
	}
	err := w.tx.Raw(strings.ReplaceAll(`
		SELECT m.number, m.revision, m.to_place, m.lot, m.serial, m.qty - COALESCE((SELECT SUM(r.qty) FROM stock_move r WHERE r.reverses = m.number), 0) AS rest
		  FROM stock_move m
		 WHERE m.document = ? AND m.item = ? AND m.reverses IS NULL AND m.@ = 3
		 ORDER BY m.number`, "@", column), w.order.Document(), item).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	there := map[shelfKey]int64{}
	if !in && len(rows) > 0 {
		if there, err = w.there(item); err != nil {
			return nil, err
		}
	}
	var all []workorder.Past
	for _, r := range rows {
		if key := (shelfKey{item, r.Revision, r.ToPlace, r.Lot, r.Serial}); !in { // what has left its place cannot be taken back
			r.Rest = min(r.Rest, there[key])
			there[key] -= max(r.Rest, 0)
		}
		if r.Rest > 0 {
			all = append(all, workorder.Past{Move: r.Number, Lot: workorder.Lot{Lot: r.Lot, Serial: r.Serial, Quantity: plant.Quantity(r.Rest)}})
		}
	}
	return all, nil
}

// there is what lies of an item, by place and lot, and is set aside for nobody.
func (w *workStock) there(item int64) (map[shelfKey]int64, error) {
	var rows []balanceRow
	err := w.tx.Where("item = ? AND qty > allocated", item).Find(&rows).Error
	all := map[shelfKey]int64{}
	for _, r := range rows {
		all[r.Key] = r.Qty - r.Allocated
	}
	return all, err
}
