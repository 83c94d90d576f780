package store

import (
	"maps"
	"slices"

	"gorm.io/gorm"

	"millwright/internal/erp/costing"
	"millwright/internal/plant"
)

// loadLayers loads the layers that are needed: the oldest ones until they hold what is taken, and those by name.
func (w *poster) loadLayers() error {
	var wanting []*goods
	for _, id := range slices.Sorted(maps.Keys(w.goods)) {
		g := w.goods[id]
		method, err := costing.ParseMethod(g.worth.Method)
		if err != nil {
			return err
		}
		g.layers = costing.Stock{Method: method, Cost: plant.Money(g.worth.Cost)}
		g.last, g.all = -1, g.worth.Method != g.Valuation || method != costing.FIFO
		if !g.isNew && (g.all || g.takes != 0 || len(g.receipts) != 0) {
			wanting = append(wanting, g)
		}
	}
	if err := w.loadOldest(wanting); err != nil {
		return err
	}
	return w.loadNamed(wanting)
}

// fewLayers are read of each item at first: most moves take of one or two.
const fewLayers = 8

// loadOldest loads the oldest layers of items, until they hold what is taken of each.
func (w *poster) loadOldest(wanting []*goods) error {
	for n := fewLayers; ; n = 100 {
		var more []*goods
		for _, g := range wanting {
			if g.all || g.there < g.takes {
				more = append(more, g)
			}
		}
		if len(more) == 0 {
			return nil
		}
		rows, err := w.d.layersAfter(w.tx, more, n)
		if err != nil {
			return err
		}
		got := map[int64]int{}
		for _, r := range rows {
			g := w.goods[r.Item]
			g.layers.Put(r.layer())
			g.there, g.last = g.there+plant.Quantity(r.Qty), r.Receipt
			got[r.Item]++
		}
		wanting = slices.DeleteFunc(more, func(g *goods) bool { return got[g.ID] < n })
	}
}

// layersAfter gives the next layers of items, n of each at most.
func (d dialect) layersAfter(tx *gorm.DB, items []*goods, n int) (all []layerRow, err error) {
	if d == postgres && len(items) > 1 {
		keys, after := make([]any, len(items)), make([]any, len(items))
		for i, g := range items {
			keys[i], after[i] = g.ID, g.last
		}
		return queried[layerRow](tx, `
			SELECT l.*
			  FROM unnest(CAST($1 AS bigint[]), CAST($2 AS bigint[])) AS w (item, after)
			 CROSS JOIN LATERAL (SELECT * FROM stock_layer s WHERE s.item = w.item AND s.receipt > w.after ORDER BY s.receipt LIMIT $3) l
			 ORDER BY l.item, l.receipt`, keys, after, n)
	}
	for _, g := range items {
		var rows []layerRow
		if err := tx.Raw("SELECT * FROM stock_layer WHERE item = ? AND receipt > ? ORDER BY receipt LIMIT ?", g.ID, g.last, n).Scan(&rows).Error; err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// loadNamed loads the layers of receipts that are named, as far as they come after the last that is loaded.
func (w *poster) loadNamed(wanting []*goods) error {
	var keys [][]any
	for _, g := range wanting {
		slices.Sort(g.receipts)
		for _, id := range slices.Compact(g.receipts) {
			if id > g.last {
				keys = append(keys, []any{g.ID, id})
			}
		}
	}
	rows, err := byKeys[layerRow](w.tx, "stock_layer", "item bigint, receipt bigint", keys)
	slices.SortFunc(rows, func(a, b layerRow) int { return int(a.Receipt - b.Receipt) })
	for _, r := range rows {
		w.goods[r.Item].layers.Put(r.layer())
	}
	for _, g := range wanting {
		g.before = map[int64]costing.Layer{}
		for _, l := range g.layers.Layers() {
			g.before[l.Receipt] = l
		}
	}
	return err
}

func (r layerRow) layer() costing.Layer {
	return costing.Layer{Receipt: r.Receipt, Quantity: plant.Quantity(r.Qty), Value: plant.Money(r.Value)}
}
