package store

import (
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// move works out every move, one after the other.
func (w *poster) move() error {
	for i, m := range w.moves {
		kind := m.Kind()
		for _, step := range []func(int, stock.Move) error{w.reverses, w.ofLot, w.leaves, w.comes} {
			if err := step(i, m); err != nil {
				return w.fail(i, err)
			}
		}
		number := w.first + int64(i)
		value, cost, err := w.worthOf(number, m)
		if err != nil {
			return w.fail(i, err)
		}
		w.back[m.Reverses] += int64(m.Quantity)
		w.kept = append(w.kept, stock.Kept{Move: m, Number: number, Kind: kind, Value: value, Cost: cost})
	}
	return nil
}

// reverses refuses to take back what is not there to be taken back.
func (w *poster) reverses(_ int, m stock.Move) error {
	if m.Reverses == 0 {
		return nil
	}
	was := w.origin[m.Reverses]
	if was == nil {
		return errs.New(errs.Invalid, "there is no move %d to take back", m.Reverses)
	}
	o := was.kept()
	switch rest := was.Qty - w.back[m.Reverses]; {
	case o.Kind == stock.Reversal:
		return errs.New(errs.Conflict, "move %d is a reversal itself; post the move anew instead", m.Reverses)
	case !m.Mirrors(&o.Move):
		return errs.New(errs.Invalid, "move %d is of another item, lot or place than its reversal", m.Reverses)
	case rest <= 0:
		return errs.New(errs.Conflict, "move %d was taken back already", m.Reverses)
	case int64(m.Quantity) > rest:
		return errs.New(errs.Conflict, "only %s of move %d are left to be taken back, not %s", plant.Quantity(rest), m.Reverses, m.Quantity)
	}
	return nil
}

// ofLot finds the lot of a move, or begins it, and asks whether it may move so.
func (w *poster) ofLot(i int, m stock.Move) error {
	if m.Number() == "" {
		return nil
	}
	k := lotKey{m.Item, m.Number(), m.Serial != ""}
	lot := w.lots[k]
	if lot == nil {
		if !stock.Virtual(m.From) || m.Reverses != 0 {
			return errs.New(errs.Conflict, "there is no %s of %s", numbered(m), w.goods[m.Item].Number)
		}
		lot = w.birth(w.part[i], m)
		w.lots[k], w.born = lot, append(w.born, lot)
	}
	return lot.lot().Allows(m.Kind(), w.places[m.To].Quarantine, w.part[i].at, w.part[i].Why)
}

// birth is a lot that comes for the first time.
func (w *poster) birth(s *sending, m stock.Move) *lotRow {
	o := stock.Origin{}
	if m.Origin != nil {
		o = *m.Origin
	}
	if o.State == "" {
		o.State = stock.Free
	}
	if days := w.goods[m.Item].ShelfDays; o.Expires.IsZero() && days > 0 {
		o.Expires = s.at.AddDate(0, 0, int(days))
	}
	return &lotRow{
		Item: m.Item, Number: m.Number(), Serial: m.Serial != "", ExpiresAt: maybe(o.Expires), Supplier: o.Supplier, SupplierLot: text(o.SupplierLot),
		State: string(o.State), Why: text(o.Why), By: byOf(s.By), CameAt: s.at.UnixMicro(), Version: 1,
	}
}

// numbered is the lot or serial of a move as a sentence names it.
func numbered(m stock.Move) string {
	if m.Serial != "" {
		return "serial " + m.Serial
	}
	return "lot " + m.Lot
}

// of is the material of a move as a sentence names it.
func (w *poster) of(m stock.Move) string {
	words := w.goods[m.Item].Number
	if m.Revision != "" {
		words += " revision " + m.Revision
	}
	if m.Number() != "" {
		words += ", " + numbered(m) + ","
	}
	return words
}

// leaves takes material from where it is: what is allocated to others stays.
func (w *poster) leaves(_ int, m stock.Move) error {
	if stock.Virtual(m.From) {
		return nil
	}
	from, _ := sides(m)
	s, q := w.shelf[from], int64(m.Quantity)
	uses := m.Kind() == stock.Issue || m.Kind() == stock.Consumption
	own, kept := w.redeem(from, m.Document, q, uses)
	if s.Allocated -= own; uses {
		w.beyond[m.Item] += q - own - kept
	}
	switch free := s.Qty - s.Allocated; {
	case q > s.Qty:
		return errs.New(errs.Conflict, "there are %s of %s at %s, and %s cannot leave", plant.Quantity(s.Qty), w.of(m), w.places[m.From].Code, m.Quantity)
	case q > free:
		return errs.New(errs.Conflict, "of %s at %s %s are there and %s of them allocated to other documents; %s cannot leave",
			w.of(m), w.places[m.From].Code, plant.Quantity(s.Qty), plant.Quantity(s.Allocated), m.Quantity)
	}
	s.Qty -= q
	return nil
}

// redeem uses what is reserved for a document, and tells how much of it was allocated at a balance, and how much of
// the rest was set aside of the item, which what is used alone takes.
func (w *poster) redeem(from shelfKey, document string, q int64, uses bool) (allocated, kept int64) {
	if document == "" {
		return 0, 0
	}
	take := func(want int64, of func(*reservationRow) bool) (took int64) {
		for _, r := range w.stakes {
			if r.Document == document && r.Item == from.Item && of(r) {
				part := min(want-took, r.Qty)
				r.Qty, took = r.Qty-part, took+part
			}
		}
		return took
	}
	allocated = take(q, func(r *reservationRow) bool { return r.Hard && r.shelf() == from })
	if uses {
		kept = take(q-allocated, func(r *reservationRow) bool { return r.Hard && r.Place == 0 })
	}
	take(q-allocated-kept, func(r *reservationRow) bool { return !r.Hard })
	return allocated, kept
}

// comes puts material where it goes. A serial is nowhere else.
func (w *poster) comes(i int, m stock.Move) error {
	if stock.Virtual(m.To) {
		return nil
	}
	from, to := sides(m)
	since := w.part[i].first
	if s := w.shelf[from]; s != nil && s.Since > 0 {
		since = s.Since
	}
	s := w.shelf[to]
	if m.Serial != "" && s.Qty > 0 {
		return errs.New(errs.Conflict, "%s of %s is at %s already", numbered(m), w.goods[m.Item].Number, w.places[m.To].Code)
	}
	if s.Qty == 0 || since < s.Since {
		s.Since = since
	}
	s.Qty += int64(m.Quantity)
	if plant.Quantity(s.Qty) > countable {
		return errs.New(errs.Invalid, "%s at %s would be beyond counting", w.of(m), w.places[m.To].Code)
	}
	return nil
}

// countable keeps sums within an int64.
const countable = plant.Quantity(1) << 61
