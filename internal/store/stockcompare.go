package store

import (
	"millwright/internal/erp/costing"
	"millwright/internal/plant"
)

// compareShelves compares the balances.
func (r *replay) compareShelves() error {
	seen := 0
	for last := (shelfKey{}); ; {
		var rows []balanceRow
		err := r.tx.Raw(`
			SELECT * FROM stock_balance
			 WHERE (item, revision, place, lot, serial) > (?, ?, ?, ?, ?)
			 ORDER BY item, revision, place, lot, serial
			 LIMIT 5000`, last.Item, last.Revision, last.Place, last.Lot, last.Serial).Scan(&rows).Error
		if err != nil {
			return err
		}
		for _, b := range rows {
			if b.Qty != r.shelves[b.Key] {
				return astray("there are %s of item %d (lot %q, serial %q) at place %d by its moves, and %s are kept",
					plant.Quantity(r.shelves[b.Key]), b.Key.Item, b.Key.Lot, b.Key.Serial, b.Key.Place, plant.Quantity(b.Qty))
			}
			seen++
			last = b.Key
		}
		if len(rows) == 0 {
			break
		}
	}
	for k, q := range r.shelves {
		if q != 0 {
			seen--
		}
		if k.Serial != "" && q != 0 {
			if r.serials[lotKey{k.Item, k.Serial, true}]++; r.serials[lotKey{k.Item, k.Serial, true}] > 1 {
				return astray("serial %s of item %d is at two places", k.Serial, k.Item)
			}
		}
	}
	if seen != 0 {
		return astray("%d balances are missing or too many", max(seen, -seen))
	}
	return nil
}

// compareWorth compares what every item is worth, layer by layer.
func (r *replay) compareWorth() error {
	var values []valueRow
	if err := r.tx.Order("item").Find(&values).Error; err != nil {
		return err
	}
	for _, v := range values {
		s := r.worth[v.Item]
		if s == nil {
			s = &costing.Stock{}
		}
		if s.Method.Word() != v.Method || int64(s.Quantity()) != v.Qty || int64(s.Value()) != v.Value {
			return astray("item %d has %s for %s (%s) by its moves, and %s for %s (%s) are kept",
				v.Item, s.Quantity(), s.Value(), s.Method, plant.Quantity(v.Qty), plant.Money(v.Value), v.Method)
		}
		delete(r.worth, v.Item)
		var layers []layerRow
		if err := r.tx.Where("item = ?", v.Item).Order("receipt").Find(&layers).Error; err != nil {
			return err
		}
		if len(layers) != len(s.Layers()) {
			return astray("item %d has %d layers by its moves, and %d are kept", v.Item, len(s.Layers()), len(layers))
		}
		for i, l := range layers {
			if l.layer() != s.Layers()[i] {
				return astray("the layer of receipt %d is %+v by its moves, and %+v is kept", l.Receipt, s.Layers()[i], l.layer())
			}
		}
	}
	for item := range r.worth {
		return astray("what item %d is worth is not kept", item)
	}
	return nil
}

// compareReserved compares what is allocated at each balance with the documents it is allocated to.
func (r *replay) compareReserved() error {
	var wrong []struct{ Item, Place, Allocated, Reserved int64 }
	err := r.tx.Raw(`
		SELECT item, place, SUM(allocated) AS allocated, SUM(reserved) AS reserved
		  FROM (SELECT item, revision, place, lot, serial, allocated, 0 AS reserved FROM stock_balance WHERE allocated <> 0
		        UNION ALL
		        SELECT item, revision, place, lot, serial, 0, qty FROM reservation WHERE hard AND place <> 0) x
		 GROUP BY item, revision, place, lot, serial
		HAVING SUM(allocated) <> SUM(reserved)
		 LIMIT 1`).Scan(&wrong).Error
	for _, w := range wrong {
		return astray("%s of item %d are allocated at place %d, and documents reserve %s", plant.Quantity(w.Allocated), w.Item, w.Place, plant.Quantity(w.Reserved))
	}
	return err
}
