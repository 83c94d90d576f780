package store

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/erp/stock"
	"millwright/internal/errs"
)

// chunk is how many keys one question names.
const chunk = 400

// byKeys asks for the rows of many keys. columns are "name type", of the table of rows; keys gives each key's values.
func byKeys[R any](tx *gorm.DB, table, columns string, keys [][]any) (all []R, err error) {
	names, casts, arrays, on := []string{}, []string{}, []string{}, []string{}
	for i, c := range strings.Split(columns, ", ") {
		name, kind, _ := strings.Cut(c, " ")
		names, on = append(names, name), append(on, "t."+name+" = w."+name)
		casts, arrays = append(casts, "CAST(? AS "+kind+")"), append(arrays, fmt.Sprintf("CAST($%d AS %s[])", i+1, kind))
	}
	list, join := strings.Join(names, ", "), strings.Join(on, " AND ")
	if tx.Name() == string(postgres) && len(keys) > 0 { // one statement for any number of keys is planned once
		return queried[R](tx, fmt.Sprintf("SELECT t.* FROM unnest(%s) AS w (%s) JOIN %s t ON %s", strings.Join(arrays, ", "), list, table, join), columnsOf(keys)...)
	}
	marks := "(" + strings.Join(casts, ", ") + ")"
	for part := range slices.Chunk(keys, chunk) {
		values := strings.Repeat(marks+", ", len(part)-1) + marks
		var rows []R
		err := tx.Raw(fmt.Sprintf("WITH w (%s) AS (VALUES %s) SELECT t.* FROM w JOIN %s t ON %s", list, values, table, join), slices.Concat(part...)...).Scan(&rows).Error
		if err != nil {
			return nil, err
		}
		all = append(all, rows...)
	}
	return all, nil
}

// queried reads the rows of a PostgreSQL question whose parameters may be arrays.
func queried[R any](tx *gorm.DB, question string, args ...any) (all []R, err error) {
	rows, err := tx.Statement.ConnPool.QueryContext(tx.Statement.Context, question, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }() // what went wrong is in rows.Err
	if rows.Next() {
		if err := tx.Session(&gorm.Session{NewDB: true, Context: tx.Statement.Context}).ScanRows(rows, &all); err != nil {
			return nil, err
		}
	}
	return all, rows.Err()
}

// ids makes keys of numbers.
func ids(of map[int64]bool) (keys [][]any) {
	for _, id := range slices.Sorted(maps.Keys(of)) {
		keys = append(keys, []any{id})
	}
	return keys
}

func (w *poster) loadGoods() error {
	want := map[int64]bool{}
	for _, m := range w.moves {
		want[m.Item] = true
	}
	rows, err := byKeys[goods](w.tx, "item", "id bigint", ids(want))
	if err != nil {
		return err
	}
	w.goods = map[int64]*goods{}
	for i := range rows {
		w.goods[rows[i].ID] = &rows[i]
	}
	for i, m := range w.moves {
		g := w.goods[m.Item]
		switch {
		case g == nil:
			return w.fail(i, errs.New(errs.Invalid, "there is no item %d", m.Item))
		case g.Kind == "service":
			return w.fail(i, errs.New(errs.Invalid, "%s is a service, which no stock is kept of", g.Number))
		case g.Tracking == "none" && m.Number() != "":
			return w.fail(i, errs.New(errs.Invalid, "%s is kept without lots and serials; leave them out", g.Number))
		case g.Tracking == "lot" && (m.Lot == "" || m.Serial != ""):
			return w.fail(i, errs.New(errs.Invalid, "%s is kept by lots; name the lot", g.Number))
		case g.Tracking == "serial" && m.Serial == "":
			return w.fail(i, errs.New(errs.Invalid, "%s is kept by serials; name the serial of each piece", g.Number))
		}
	}
	return nil
}

func (w *poster) loadPlaces() error {
	want := map[int64]bool{}
	for _, m := range w.moves {
		want[m.From], want[m.To] = true, true
	}
	rows, err := byKeys[placeRow](w.tx, "stock_place", "id bigint", ids(want))
	if err != nil {
		return err
	}
	w.places = map[int64]placeRow{}
	for _, r := range rows {
		w.places[r.ID] = r
	}
	for i, m := range w.moves {
		for _, id := range []int64{m.From, m.To} {
			if err := w.mayUse(m, id); err != nil {
				return w.fail(i, err)
			}
		}
	}
	return nil
}

// mayUse tells whether a move may touch a place.
func (w *poster) mayUse(m stock.Move, id int64) error {
	p, there := w.places[id]
	switch {
	case !there:
		return errs.New(errs.Invalid, "there is no place %d", id)
	case p.Retired && id == m.To:
		return errs.New(errs.Conflict, "place %s is no longer used; nothing goes there", p.Code)
	case p.Counting != 0 && m.Document != fmt.Sprintf("count/%d", p.Counting):
		return errs.New(errs.Conflict, "place %s is being counted; nothing moves there until the count is done", p.Code)
	}
	return nil
}

func (w *poster) loadLots() error {
	want := map[lotKey]bool{}
	for _, m := range w.moves {
		if m.Number() != "" {
			want[lotKey{m.Item, m.Number(), m.Serial != ""}] = true
		}
	}
	keys := make([][]any, 0, len(want))
	for k := range want {
		keys = append(keys, []any{k.item, k.number, k.serial})
	}
	rows, err := byKeys[lotRow](w.tx, "lot", "item bigint, number text, serial boolean", keys)
	w.lots = map[lotKey]*lotRow{}
	for i := range rows {
		w.lots[lotKey{rows[i].Item, rows[i].Number, rows[i].Serial}] = &rows[i]
	}
	return err
}

// loadReversed loads the moves that are taken back, what was taken back of them before, and what they took.
func (w *poster) loadReversed() error {
	want := map[int64]bool{}
	for _, m := range w.moves {
		if m.Reverses != 0 {
			want[m.Reverses] = true
		}
	}
	w.origin, w.back, w.draws = map[int64]*moveRow{}, map[int64]int64{}, map[int64][]drawRow{}
	if len(want) == 0 {
		return nil
	}
	rows, err := byKeys[moveRow](w.tx, "stock_move", "number bigint", ids(want))
	if err != nil {
		return err
	}
	for i := range rows {
		w.origin[rows[i].Number] = &rows[i]
	}
	earlier, err := byKeys[moveRow](w.tx, "stock_move", "reverses bigint", ids(want))
	if err != nil {
		return err
	}
	for _, r := range earlier {
		w.back[*r.Reverses] += r.Qty
	}
	draws, err := byKeys[drawRow](w.tx, "stock_draw", "move bigint", ids(want))
	slices.SortFunc(draws, func(a, b drawRow) int { return int(a.Receipt - b.Receipt) })
	for _, r := range draws {
		w.draws[r.Move] = append(w.draws[r.Move], r)
	}
	return err
}

// sides are the balances that a move touches.
func sides(m stock.Move) (from, to shelfKey) {
	k := shelfKey{m.Item, m.Revision, m.From, m.Lot, m.Serial}
	from, k.Place = k, m.To
	return from, k
}

func (w *poster) loadShelves() error {
	w.shelf = map[shelfKey]*shelf{}
	var keys [][]any
	for _, m := range w.moves {
		from, to := sides(m)
		for _, k := range []shelfKey{from, to} {
			if stock.Virtual(k.Place) || w.shelf[k] != nil {
				continue
			}
			w.shelf[k] = &shelf{balanceRow: balanceRow{Key: k}}
			keys = append(keys, []any{k.Item, k.Revision, k.Place, k.Lot, k.Serial})
		}
	}
	rows, err := byKeys[balanceRow](w.tx, "stock_balance", "item bigint, revision text, place bigint, lot text, serial text", keys)
	for _, r := range rows {
		*w.shelf[r.Key] = shelf{balanceRow: r, there: true, was: r}
	}
	return err
}

// loadStakes loads what is reserved for the documents of the moves.
func (w *poster) loadStakes() error {
	want := map[string]bool{}
	for _, m := range w.moves {
		if m.Document != "" && !stock.Virtual(m.From) {
			want[m.Document] = true
		}
	}
	keys := make([][]any, 0, len(want))
	for _, doc := range slices.Sorted(maps.Keys(want)) {
		keys = append(keys, []any{doc})
	}
	rows, err := byKeys[reservationRow](w.tx, "reservation", "document text", keys)
	slices.SortFunc(rows, func(a, b reservationRow) int { return int(a.ID - b.ID) })
	w.staked = map[int64]int64{}
	for i := range rows {
		w.stakes, w.staked[rows[i].ID] = append(w.stakes, &rows[i]), rows[i].Qty
	}
	return err
}
