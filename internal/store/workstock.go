package store

import (
	"math"
	"slices"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/erp/workorder"
	"millwright/internal/plant"
)

// workShelves is the stock as orders meet it, in their transaction. It is read once for all that they take.
type workShelves struct {
	tx    *gorm.DB
	now   string // SQL of the database's clock
	items []int64
	out   []int64                      // items that come out beside products
	known map[int64]workorder.Tracking // of those
	read  bool
	rows  map[int64][]workShelf // of each item, by what expires first and what came first
	kept  map[int64][]workKept  // what is set aside of each item
	free  map[int64]int64       // of what something is set aside of: what may be used of it
}

// workShelf is what may be taken of an item at one place.
type workShelf struct {
	Item     int64
	Place    int64
	Line     string
	Revision string
	Lot      string
	Serial   string
	Free     int64
}

// workKept is what is set aside of an item for a document, wherever it lies.
type workKept struct {
	Item     int64
	Document string
	Kept     int64
}

// shelvesOf are the shelves of what orders take.
func shelvesOf(tx *gorm.DB, now string, orders ...*workorder.Order) *workShelves {
	s := &workShelves{tx: tx, now: now}
	for _, o := range orders {
		for _, c := range o.Components {
			if c.Output {
				s.out = append(s.out, c.Item)
			} else {
				s.items = append(s.items, c.Item)
			}
		}
	}
	slices.Sort(s.items)
	s.items = slices.Compact(s.items)
	return s
}

// load reads what there is.
func (s *workShelves) load() error {
	var rows []workShelf
	err := s.tx.Raw(`
		SELECT b.item, b.place, p.line, b.revision, b.lot, b.serial, b.qty - b.allocated AS free
		  FROM stock_balance b
		  JOIN stock_place p ON p.id = b.place
		  LEFT JOIN lot l ON l.item = b.item AND l.number = CASE WHEN b.serial <> '' THEN b.serial ELSE b.lot END AND l.serial = (b.serial <> '')
		 WHERE b.item IN (?) AND b.qty > b.allocated
		   AND NOT p.quarantine AND NOT p.virtual AND p.id <> 6 AND p.counting = 0
		   AND (l.id IS NULL OR l.state = 'free' AND (l.expires_at IS NULL OR l.expires_at > `+s.now+`))
		 ORDER BY CASE WHEN l.expires_at IS NULL THEN 1 ELSE 0 END, l.expires_at, b.since, b.place, b.revision, b.lot, b.serial
		 LIMIT 100000`, s.items).Scan(&rows).Error
	if err != nil {
		return err
	}
	s.read, s.rows, s.kept = true, map[int64][]workShelf{}, map[int64][]workKept{}
	for _, r := range rows {
		s.rows[r.Item] = append(s.rows[r.Item], r)
	}
	var kept []workKept
	err = s.tx.Raw("SELECT item, document, CAST(SUM(qty) AS BIGINT) AS kept FROM reservation WHERE hard AND place = 0 AND item IN (?) GROUP BY item, document", s.items).Scan(&kept).Error
	if err != nil || len(kept) == 0 {
		return err
	}
	items := make([]int64, 0, len(kept))
	for _, k := range kept {
		items, s.kept[k.Item] = append(items, k.Item), append(s.kept[k.Item], k)
	}
	s.free, err = usable(s.tx, s.now, items)
	return err
}

// drew notes what was taken by a report.
func (s *workShelves) drew(moves []workorder.Move) {
	for _, m := range moves {
		if !m.In || m.Reverses != 0 {
			continue
		}
		for i := range s.rows[m.Item] {
			if r := &s.rows[m.Item][i]; r.Place == m.Place && r.Revision == m.Revision && r.Lot == m.Lot.Lot && r.Serial == m.Lot.Serial {
				r.Free -= int64(m.Lot.Quantity)
			}
		}
		if s.free != nil {
			s.free[m.Item] -= int64(m.Lot.Quantity)
		}
	}
}

// workStock is the stock as one order meets it.
type workStock struct {
	*workShelves
	order *workorder.Order
}

// Lots gives what may be taken of a component: beside the order's line first, then by what expires first and what came
// first. What is set aside for others stays.
func (w workStock) Lots(c *workorder.Component) (all []workorder.Placed, err error) {
	if !w.read {
		if err := w.load(); err != nil {
			return nil, err
		}
	}
	left, kept := int64(math.MaxInt64), int64(0)
	for _, k := range w.kept[c.Item] {
		if k.Document != w.order.Document() {
			kept += k.Kept
		}
	}
	if kept > 0 {
		left = max(0, w.free[c.Item]-kept)
	}
	for _, beside := range []bool{true, false} {
		for _, r := range w.rows[c.Item] {
			if (r.Line != "" && r.Line == w.order.Line) != beside {
				continue
			}
			r.Free = min(r.Free, left)
			left -= r.Free
			if r.Free > 0 && (c.Revision == "" || c.Revision == r.Revision) && (c.Place == 0 || c.Place == r.Place) {
				all = append(all, workorder.Placed{Place: r.Place, Revision: r.Revision, Lot: workorder.Lot{Lot: r.Lot, Serial: r.Serial, Quantity: plant.Quantity(r.Free)}})
			}
		}
	}
	return all, nil
}

// Past gives what was moved of an item into the order, or out of it, less what was reversed of it since.
func (w workStock) Past(item int64, in bool) ([]workorder.Past, error) {
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
		 WHERE m.document <> '' AND m.document = ? AND m.item = ? AND m.reverses IS NULL AND m.@ = 3
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

// Tracked tells how an item that comes out beside the product is told apart.
func (w workStock) Tracked(item int64) (workorder.Tracking, error) {
	if w.known == nil {
		all, err := workProducts(w.tx, w.out)
		if err != nil {
			return "", err
		}
		w.known = map[int64]workorder.Tracking{}
		for id, p := range all {
			w.known[id] = workorder.Tracking(p.Tracking)
		}
	}
	return w.known[item], nil
}

// there is what lies of an item, by place and lot, and is set aside for nobody.
func (w workStock) there(item int64) (map[shelfKey]int64, error) {
	var rows []balanceRow
	err := w.tx.Where("item = ? AND qty > allocated", item).Find(&rows).Error
	all := map[shelfKey]int64{}
	for _, r := range rows {
		all[r.Key] = r.Qty - r.Allocated
	}
	return all, err
}
