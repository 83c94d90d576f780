package store

import (
	"cmp"
	"maps"
	"slices"
)

// write writes down what was worked out.
func (w *poster) write() error {
	for _, step := range []func() error{w.writeLots, w.writeMoves, w.writeShelves, w.writeStakes, w.writeWorth, w.writeDraws, w.writeNotes} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (w *poster) writeLots() error {
	if len(w.born) == 0 {
		return nil
	}
	id, err := next(w.tx, "lot", int64(len(w.born)))
	if err != nil {
		return err
	}
	rows := make([][]any, len(w.born))
	for i, l := range w.born {
		l.ID = id + int64(i)
		rows[i] = []any{l.ID, l.Item, l.Number, l.Serial, l.ExpiresAt, l.Supplier, l.SupplierLot, l.State, l.Why, l.By.ID, l.By.Name, l.By.Role, l.CameAt, l.Version}
	}
	_, err = w.d.run(w.tx, inserting("lot", "", "id bigint", "item bigint", "number text", "serial boolean", "expires_at bigint", "supplier bigint",
		"supplier_lot text", "state text", "why text", "by_id bigint", "by_name text", "by_role text", "came_at bigint", "version bigint"), rows)
	return err
}

func (w *poster) writeMoves() error {
	rows := make([][]any, len(w.kept))
	for i, k := range w.kept {
		var reverses *int64
		if k.Reverses != 0 {
			reverses = &k.Reverses
		}
		rows[i] = []any{
			k.Number, w.part[i].first, k.Item, k.Revision, k.Lot, k.Serial, k.From, k.To, int64(k.Quantity), string(k.Kind), k.Document, k.Source,
			reverses, w.part[i].at.UnixMicro(), int64(k.Value), int64(k.Cost),
		}
	}
	_, err := w.d.run(w.tx, inserting("stock_move", "", "number bigint", "posting bigint", "item bigint", "revision text", "lot text", "serial text",
		"from_place bigint", "to_place bigint", "qty bigint", "kind text", "document text", "source text", "reverses bigint", "at bigint", "value bigint", "cost bigint"), rows)
	return err
}

// The statements that change a balance do so only from what was seen: what anybody allocated since stands in the way.
const shelfIs = " WHERE item = ?1 AND revision = ?2 AND place = ?3 AND lot = ?4 AND serial = ?5 AND qty = ?6 AND allocated = ?7"

const shelvesAre = ` FROM unnest(CAST($1 AS bigint[]), CAST($2 AS text[]), CAST($3 AS bigint[]), CAST($4 AS text[]), CAST($5 AS text[]),
	      CAST($6 AS bigint[]), CAST($7 AS bigint[]), CAST($8 AS bigint[]), CAST($9 AS bigint[]), CAST($10 AS bigint[]))
	   AS n (item, revision, place, lot, serial, was, held, qty, allocated, since)
	WHERE b.item = n.item AND b.revision = n.revision AND b.place = n.place AND b.lot = n.lot AND b.serial = n.serial AND b.qty = n.was AND b.allocated = n.held`

func (w *poster) writeShelves() error {
	var fresh, changed, gone [][]any
	for _, k := range slices.SortedFunc(maps.Keys(w.shelf), shelfKey.compare) {
		s := w.shelf[k]
		key := []any{k.Item, k.Revision, k.Place, k.Lot, k.Serial}
		switch {
		case !s.there && s.Qty > 0:
			fresh = append(fresh, append(key, s.Qty, s.Allocated, s.Since))
		case s.there && s.Qty == 0:
			gone = append(gone, append(key, s.was.Qty, s.was.Allocated, int64(0), int64(0), int64(0)))
		case s.there && s.balanceRow != s.was:
			changed = append(changed, append(key, s.was.Qty, s.was.Allocated, s.Qty, s.Allocated, s.Since))
		}
	}
	left, err := w.d.run(w.tx, batch{each: "DELETE FROM stock_balance" + shelfIs + " AND ?8 + ?9 + ?10 = 0", all: "DELETE FROM stock_balance b USING" + shelvesAre[len(" FROM"):]}, gone)
	if err != nil {
		return err
	}
	set, err := w.d.run(w.tx, batch{
		each: "UPDATE stock_balance SET qty = ?8, allocated = ?9, since = ?10" + shelfIs,
		all:  "UPDATE stock_balance b SET qty = n.qty, allocated = n.allocated, since = n.since" + shelvesAre,
	}, changed)
	if err == nil && int(left+set) != len(gone)+len(changed) {
		return conflict("post stock: somebody allocated or moved the same material at this moment; look again")
	}
	if err != nil {
		return err
	}
	_, err = w.d.run(w.tx, inserting("stock_balance", "", "item bigint", "revision text", "place bigint", "lot text", "serial text",
		"qty bigint", "allocated bigint", "since bigint"), fresh)
	if duplicate(err) {
		return conflict("post stock: a serial of it is at another place already; look where it is")
	}
	return err
}

func (k shelfKey) compare(o shelfKey) int {
	return cmp.Or(cmp.Compare(k.Item, o.Item), cmp.Compare(k.Revision, o.Revision), cmp.Compare(k.Place, o.Place), cmp.Compare(k.Lot, o.Lot), cmp.Compare(k.Serial, o.Serial))
}

// writeStakes keeps what is still reserved for the documents.
func (w *poster) writeStakes() error {
	for _, r := range w.stakes {
		if r.Qty == w.staked[r.ID] {
			continue
		}
		done := w.tx.Exec("DELETE FROM reservation WHERE id = ? AND ? = 0", r.ID, r.Qty)
		if done.Error == nil && r.Qty > 0 {
			done = w.tx.Exec("UPDATE reservation SET qty = ? WHERE id = ? AND qty <> ?", r.Qty, r.ID, r.Qty)
		}
		if done.Error != nil {
			return done.Error
		}
	}
	return nil
}

// writeWorth keeps what the items are worth now, and the layers that changed.
func (w *poster) writeWorth() error {
	var values, layers, gone [][]any
	for _, id := range slices.Sorted(maps.Keys(w.goods)) {
		g := w.goods[id]
		if !g.changed {
			continue
		}
		v := g.worth
		values = append(values, []any{v.Item, v.Method, v.Cost, v.Qty, v.Value, v.LastCost})
		left := map[int64]bool{}
		for _, l := range g.layers.Layers() {
			left[l.Receipt] = true
			if g.before[l.Receipt] != l {
				layers = append(layers, []any{id, l.Receipt, int64(l.Quantity), int64(l.Value)})
			}
		}
		for receipt := range g.before {
			if !left[receipt] {
				gone = append(gone, []any{id, receipt})
			}
		}
	}
	if err := w.course.keep(w.tx, w.d); err != nil {
		return err
	}
	return w.keepWorth(values, layers, gone)
}

func (w *poster) keepWorth(values, layers, gone [][]any) error {
	if _, err := w.d.run(w.tx, inserting("stock_value", `ON CONFLICT (item) DO UPDATE SET method = excluded.method, cost = excluded.cost,
		qty = excluded.qty, value = excluded.value, last_cost = excluded.last_cost`,
		"item bigint", "method text", "cost bigint", "qty bigint", "value bigint", "last_cost bigint"), values); err != nil {
		return err
	}
	if _, err := w.d.run(w.tx, batch{
		each: "DELETE FROM stock_layer WHERE item = ? AND receipt = ?",
		all:  "DELETE FROM stock_layer l USING unnest(CAST($1 AS bigint[]), CAST($2 AS bigint[])) AS n (item, receipt) WHERE l.item = n.item AND l.receipt = n.receipt",
	}, gone); err != nil {
		return err
	}
	_, err := w.d.run(w.tx, inserting("stock_layer", "ON CONFLICT (item, receipt) DO UPDATE SET qty = excluded.qty, value = excluded.value",
		"item bigint", "receipt bigint", "qty bigint", "value bigint"), layers)
	return err
}

// writeDraws keeps of which receipts the moves took, less what came back.
func (w *poster) writeDraws() error {
	last := map[[2]int64]drawRow{}
	for _, d := range w.worn {
		last[[2]int64{d.Move, d.Receipt}] = d
	}
	for _, d := range last {
		done := w.tx.Exec("DELETE FROM stock_draw WHERE move = ? AND receipt = ? AND ? = 0", d.Move, d.Receipt, d.Qty)
		if done.Error == nil && d.Qty > 0 {
			done = w.tx.Exec("UPDATE stock_draw SET qty = ?, value = ? WHERE move = ? AND receipt = ?", d.Qty, d.Value, d.Move, d.Receipt)
		}
		if done.Error != nil {
			return done.Error
		}
	}
	rows := make([][]any, len(w.drawn))
	for i, d := range w.drawn {
		rows[i] = []any{d.Move, d.Receipt, d.Qty, d.Value}
	}
	_, err := w.d.run(w.tx, inserting("stock_draw", "", "move bigint", "receipt bigint", "qty bigint", "value bigint"), rows)
	return err
}

// writeNotes keeps the variances.
func (w *poster) writeNotes() error {
	if len(w.notes) == 0 {
		return nil
	}
	id, err := next(w.tx, "value entry", int64(len(w.notes)))
	if err != nil {
		return err
	}
	rows := make([][]any, len(w.notes))
	for i, n := range w.notes {
		s := w.part[max(0, n.Move-w.first)]
		who, why := byOf(s.By), cmp.Or(n.Why, s.Why)
		rows[i] = []any{id + int64(i), n.Item, n.Kind, n.Move, n.After, n.Gain, n.Variance, n.Method, n.Cost, n.Document, s.at.UnixMicro(), who.ID, who.Name, who.Role, why}
	}
	_, err = w.d.run(w.tx, inserting("value_entry", "", "id bigint", "item bigint", "kind text", "move bigint", "after bigint", "gain bigint", "variance bigint", "method text", "cost bigint",
		"document text", "at bigint", "who_id bigint", "who_name text", "who_role text", "why text"), rows)
	return err
}
