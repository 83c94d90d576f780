package store

import (
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// entering is what was counted, on its way into a count.
type entering struct {
	tx     *gorm.DB
	d      dialect
	count  stockCountRow
	found  []stock.Found
	seen   int64 // the last move when it was counted
	by     by
	goods  map[string]goods    // by folded number
	places map[string]placeRow // by folded code
	inside []int64
	lines  map[shelfKey]*countLineRow
	by1    map[int64]*countLineRow // by line
	last   int64
	wrong  []errs.Field
}

func (e *entering) keep() error {
	for _, step := range []func() error{e.load, e.loadLines} {
		if err := step(); err != nil {
			return err
		}
	}
	taken := map[*countLineRow]bool{}
	var changed, fresh [][]any
	for i, f := range e.found {
		line, isNew := e.lineOf(i, f)
		if line == nil {
			continue
		}
		if taken[line] {
			e.fault(i, "quantity", "this line is there twice; give each once")
			continue
		}
		taken[line] = true
		if line.Counted != nil {
			line.First = line.Counted
		}
		q := int64(f.Quantity)
		line.Counted = &q
		if isNew {
			fresh = append(fresh, []any{e.count.ID, line.Line, line.Shelf.Item, line.Shelf.Revision, line.Shelf.Place, line.Shelf.Lot, line.Shelf.Serial, int64(0), q, e.seen, line.First, e.by.ID, e.by.Name, e.by.Role})
		} else {
			changed = append(changed, []any{q, e.seen, line.First, e.by.ID, e.by.Name, e.by.Role, e.count.ID, line.Line})
		}
	}
	if len(e.wrong) > 0 {
		return &errs.Error{Kind: errs.Invalid, Words: fmt.Sprintf("%d of %d lines cannot be entered; nothing was", len(e.wrong), len(e.found)), Fields: e.wrong}
	}
	return e.write(changed, fresh)
}

func (e *entering) write(changed, fresh [][]any) error {
	if _, err := e.d.run(e.tx, batch{
		each: "UPDATE count_line SET counted = ?, seen = ?, first = ?, by_id = ?, by_name = ?, by_role = ? WHERE count = ? AND line = ?",
		all: `UPDATE count_line l SET counted = n.counted, seen = n.seen, first = n.first, by_id = n.by_id, by_name = n.by_name, by_role = n.by_role
		        FROM unnest(CAST($1 AS bigint[]), CAST($2 AS bigint[]), CAST($3 AS bigint[]), CAST($4 AS bigint[]), CAST($5 AS text[]), CAST($6 AS text[]), CAST($7 AS bigint[]), CAST($8 AS bigint[]))
		          AS n (counted, seen, first, by_id, by_name, by_role, count, line)
		       WHERE l.count = n.count AND l.line = n.line`,
	}, changed); err != nil {
		return err
	}
	_, err := e.d.run(e.tx, inserting("count_line", "", "count bigint", "line bigint", "item bigint", "revision text", "place bigint", "lot text", "serial text",
		"expected bigint", "counted bigint", "seen bigint", "first bigint", "by_id bigint", "by_name text", "by_role text"), fresh)
	return err
}

func (e *entering) fault(i int, field, format string, args ...any) {
	e.wrong = append(e.wrong, errs.Field{Path: fmt.Sprintf("lines[%d].%s", i, field), Message: fmt.Sprintf(format, args...)})
}

// load finds the items and places that are named.
func (e *entering) load() (err error) {
	if e.inside, _, err = within(e.tx, e.count.Place); err != nil {
		return err
	}
	items, codes := map[string]bool{}, map[string]bool{}
	for _, f := range e.found {
		items[strings.ToLower(text(f.Item))], codes[strings.ToLower(text(f.Place))] = true, true
	}
	keysOf := func(of map[string]bool) (keys [][]any) {
		for word := range of {
			if word != "" {
				keys = append(keys, []any{word})
			}
		}
		return keys
	}
	found, err := byKeys[goods](e.tx, "item", "folded text", keysOf(items))
	if err != nil {
		return err
	}
	e.goods, e.places = map[string]goods{}, map[string]placeRow{}
	for _, g := range found {
		e.goods[strings.ToLower(g.Number)] = g
	}
	places, err := byKeys[placeRow](e.tx, "stock_place", "folded text", keysOf(codes))
	for _, p := range places {
		e.places[p.Folded] = p
	}
	return err
}

func (e *entering) loadLines() error {
	var rows []countLineRow
	err := e.tx.Where("count = ?", e.count.ID).Order("line").Find(&rows).Error
	e.lines, e.by1 = map[shelfKey]*countLineRow{}, map[int64]*countLineRow{}
	for i := range rows {
		e.lines[rows[i].Shelf.shelf()], e.by1[rows[i].Line] = &rows[i], &rows[i]
		e.last = rows[i].Line
	}
	return err
}

// lineOf is the line that something was counted for; a new one for what nobody expected.
func (e *entering) lineOf(i int, f stock.Found) (line *countLineRow, isNew bool) {
	if f.Quantity < 0 || f.Quantity > countable>>5 {
		e.fault(i, "quantity", "%s cannot be counted", f.Quantity)
		return nil, false
	}
	if f.Line != 0 {
		if line = e.by1[f.Line]; line == nil {
			e.fault(i, "line", "there is no line %d", f.Line)
			return nil, false
		}
		return e.whole(i, f, line), false
	}
	g, known := e.goods[strings.ToLower(text(f.Item))]
	if !known {
		e.fault(i, "item", "there is no item %q", errs.Clip(f.Item))
		return nil, false
	}
	place := e.count.Place
	if f.Place != "" {
		p, known := e.places[strings.ToLower(text(f.Place))]
		if !known || !slices.Contains(e.inside, p.ID) {
			e.fault(i, "place", "there is no place %q in what is counted", errs.Clip(f.Place))
			return nil, false
		}
		place = p.ID
	}
	k := shelfKey{g.ID, text(f.Revision), place, text(f.Lot), text(f.Serial)}
	if line = e.lines[k]; line != nil {
		return e.whole(i, f, line), false
	}
	if words := g.unnumbered(k); words != "" || len(f.Lot) > 80 || len(f.Serial) > 80 || len(f.Revision) > 40 {
		e.fault(i, "lot", "%s", words)
		return nil, false
	}
	e.last++
	line = &countLineRow{Count: e.count.ID, Line: e.last, Shelf: countKey(k)}
	e.lines[k], e.by1[e.last] = line, line
	return e.whole(i, f, line), true
}

// whole refuses more than one, or less, of a serial.
func (e *entering) whole(i int, f stock.Found, line *countLineRow) *countLineRow {
	if line.Shelf.Serial != "" && f.Quantity != 0 && f.Quantity != plant.One {
		e.fault(i, "quantity", "a serial is one piece, or none")
		return nil
	}
	return line
}

// unnumbered tells what is missing, or too much, of the lot and serial of an item.
func (g goods) unnumbered(k shelfKey) string {
	switch {
	case g.Kind == "service":
		return g.Number + " is a service, which no stock is kept of"
	case g.Tracking == "none" && (k.Lot != "" || k.Serial != ""):
		return g.Number + " is kept without lots and serials; leave them out"
	case g.Tracking == "lot" && (k.Lot == "" || k.Serial != ""):
		return g.Number + " is kept by lots; name the lot"
	case g.Tracking == "serial" && k.Serial == "":
		return g.Number + " is kept by serials; name the serial of each piece"
	}
	return ""
}
