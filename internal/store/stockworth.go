package store

import (
	"fmt"
	"maps"
	"slices"

	"millwright/internal/erp/costing"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// loadWorth loads what the items are worth, and of their layers those that the moves can touch.
func (w *poster) loadWorth() error {
	var keys [][]any
	for id, g := range w.goods {
		keys = append(keys, []any{id})
		g.worth, g.isNew = valueRow{Item: id, Method: g.Valuation, Cost: g.Standard}, true
	}
	rows, err := byKeys[valueRow](w.tx, "stock_value", "item bigint", keys)
	if err != nil {
		return err
	}
	for _, r := range rows {
		w.goods[r.Item].worth, w.goods[r.Item].isNew = r, false
	}
	for _, m := range w.moves {
		w.goods[m.Item].touches(m, w.draws[m.Reverses])
	}
	if err := w.loadLayers(); err != nil {
		return err
	}
	if err := w.course.begin(w.tx); err != nil {
		return err
	}
	for _, id := range slices.Sorted(maps.Keys(w.goods)) {
		if err := w.adopt(w.goods[id]); err != nil {
			return err
		}
	}
	return nil
}

// touches notes which layers a move needs.
func (g *goods) touches(m stock.Move, draws []drawRow) {
	from, to := stock.Virtual(m.From), stock.Virtual(m.To)
	if from == to {
		return
	}
	g.changed = true
	if to {
		g.takes = min(g.takes+m.Quantity, countable)
		g.receipts = append(g.receipts, m.Reverses)
		return
	}
	for _, d := range draws {
		g.receipts = append(g.receipts, d.Receipt)
	}
}

// adopt values the item as it says today: when its method or its standard cost was changed, this is the moment.
func (w *poster) adopt(g *goods) error {
	if g.worth.Method == g.Valuation && (g.Valuation != "standard" || g.worth.Cost == g.Standard) && !g.isNew {
		return nil
	}
	method, err := costing.ParseMethod(g.Valuation)
	if err != nil {
		return err
	}
	gain, err := g.layers.Adopt(method, plant.Money(g.Standard))
	if err != nil {
		return err
	}
	was := g.worth
	g.worth.Method, g.worth.Cost, g.changed = g.Valuation, g.Standard, true
	if g.worth.Value += int64(gain); gain != 0 {
		if err := w.course.to(w.first-1, was, g.worth); err != nil {
			return err
		}
	}
	w.notes = append(w.notes, valueEntryRow{
		Item: g.ID, Kind: "method", After: w.first - 1, Gain: int64(gain), Variance: -int64(gain), Method: g.Valuation, Cost: g.Standard,
	})
	return nil
}

// worthOf values a move: what the stock gains, and what came for it from outside. What differs is noted as a variance.
func (w *poster) worthOf(number int64, m stock.Move) (value, cost plant.Money, err error) {
	g, kind := w.goods[m.Item], ""
	switch from, to := stock.Virtual(m.From), stock.Virtual(m.To); {
	case from == to:
		return 0, 0, nil
	case from && m.Reverses != 0:
		value, cost, err = w.restore(g, number, m)
		kind = "reversal"
	case from:
		value, cost, err = w.receive(g, number, m)
		kind = "price"
	case m.Reverses != 0:
		value, cost, err = w.undo(g, number, m)
		kind = "reversal"
	default:
		value, err = w.issue(g, number, m)
		cost = value
	}
	if err != nil {
		return 0, 0, err
	}
	if m.From == stock.Difference || m.To == stock.Difference {
		cost, kind = 0, "count"
	}
	return value, cost, w.settle(g, number, m, valueEntryRow{Kind: kind, Gain: int64(value), Variance: int64(cost - value)})
}

// settle keeps the item's sums, and notes the variance.
func (w *poster) settle(g *goods, number int64, m stock.Move, v valueEntryRow) error {
	q := int64(m.Quantity)
	if stock.Virtual(m.To) {
		q = -q
	}
	was := g.worth
	g.worth.Qty, g.worth.Value = g.worth.Qty+q, g.worth.Value+v.Gain
	if plant.Quantity(g.worth.Qty) > countable || plant.Quantity(g.worth.Value) > countable {
		return errs.New(errs.Invalid, "the stock of %s would be beyond counting", g.Number)
	}
	if err := w.course.to(number, was, g.worth); err != nil {
		return err
	}
	if v.Variance != 0 {
		w.notes = append(w.notes, valueEntryRow{Item: g.ID, Kind: v.Kind, Move: number, After: number, Variance: v.Variance, Document: m.Document})
	}
	return nil
}

// receive values what comes: by what was paid, else by what such stock costs.
func (w *poster) receive(g *goods, number int64, m stock.Move) (value, cost plant.Money, err error) {
	if m.Paid != nil {
		cost = *m.Paid
	} else if cost, err = g.guess(m.Quantity); err != nil {
		return 0, 0, err
	}
	variance, err := g.layers.Receive(number, m.Quantity, cost)
	if err != nil {
		return 0, 0, err
	}
	if each, ok := cost.Times(int64(plant.One), int64(m.Quantity)); ok {
		g.worth.LastCost = int64(each)
	}
	return cost - variance, cost, nil
}

// guess is what material costs that nobody says the price of: as what is there, as what came last, as the item says.
func (g *goods) guess(q plant.Quantity) (plant.Money, error) {
	total, of := g.Standard, int64(plant.One)
	switch {
	case g.Valuation == "standard":
	case g.worth.Qty > 0:
		total, of = g.worth.Value, g.worth.Qty
	case g.worth.LastCost > 0:
		total = g.worth.LastCost
	}
	cost, ok := plant.Money(total).Times(int64(q), of)
	if !ok {
		return 0, errs.New(errs.Invalid, "the value of %s of %s is beyond counting", q, g.Number)
	}
	return cost, nil
}

// issue values what leaves, and keeps of which receipts it was.
func (w *poster) issue(g *goods, number int64, m stock.Move) (plant.Money, error) {
	parts, worth, err := g.layers.Take(number, m.Quantity)
	for _, p := range parts {
		w.drawn = append(w.drawn, drawRow{number, p.Receipt, int64(p.Quantity), int64(p.Value)})
	}
	return -worth, err
}

// undo takes a receipt back: what was paid for it, and what leaves for it.
func (w *poster) undo(g *goods, number int64, m stock.Move) (value, cost plant.Money, err error) {
	was := w.origin[m.Reverses]
	before, _ := plant.Money(was.Cost).Times(w.back[m.Reverses], was.Qty) // shares of what fits, fit
	after, _ := plant.Money(was.Cost).Times(w.back[m.Reverses]+int64(m.Quantity), was.Qty)
	_, worth, err := g.layers.Undo(number, m.Reverses, m.Quantity)
	return -worth, before - after, err
}

// restore brings back what was issued, with the value it left with; what was taken last comes back first.
func (w *poster) restore(g *goods, number int64, m stock.Move) (value, cost plant.Money, err error) {
	draws, rest := w.draws[m.Reverses], int64(m.Quantity)
	var parts []costing.Layer
	for i := len(draws) - 1; i >= 0 && rest > 0; i-- {
		d := &draws[i]
		q := min(rest, d.Qty)
		if q == 0 {
			continue
		}
		v, _ := plant.Money(d.Value).Times(q, d.Qty) // a share of what fits, fits
		parts = append(parts, costing.Layer{Receipt: d.Receipt, Quantity: plant.Quantity(q), Value: v})
		d.Qty, d.Value, rest = d.Qty-q, d.Value-int64(v), rest-q
		w.worn = append(w.worn, *d)
	}
	if rest > 0 {
		return 0, 0, fmt.Errorf("reverse move %d: what it took is not kept", m.Reverses)
	}
	worth, variance, err := g.layers.Restore(number, parts)
	return worth, worth + variance, err
}
