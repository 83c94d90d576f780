package store

import (
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"millwright/internal/erp/costing"
	"millwright/internal/erp/stock"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// replay posts every move of the ledger anew, in memory, and compares what comes of it with what is kept.
type replay struct {
	tx      *gorm.DB
	shelves map[shelfKey]int64
	serials map[lotKey]int64 // how many places it is at
	worth   map[int64]*costing.Stock
	draws   map[int64][]costing.Layer // by move, less what came back
	moves   map[int64]moveRow         // that may be taken back: those with a value
	back    map[int64]int64
	entries map[int64][]valueEntryRow // by the move they were booked after
	notes   map[int64]valueEntryRow   // variances of moves
	last    int64
}

// VerifyStock recomputes every balance and value from the moves, and gives how many moves there are.
func (s *Store) VerifyStock(ctx context.Context) (n int64, err error) {
	err = s.review(ctx, "verify the stock", func(tx *gorm.DB) error {
		r := &replay{
			tx: tx, shelves: map[shelfKey]int64{}, serials: map[lotKey]int64{}, worth: map[int64]*costing.Stock{}, draws: map[int64][]costing.Layer{},
			moves: map[int64]moveRow{}, back: map[int64]int64{}, entries: map[int64][]valueEntryRow{}, notes: map[int64]valueEntryRow{},
		}
		for _, step := range []func() error{r.readEntries, r.readMoves, r.ends, r.compareShelves, r.compareWorth, r.compareCourse, r.compareReserved} {
			if err := step(); err != nil {
				return err
			}
		}
		n = r.last
		return nil
	})
	return n, err
}

// astray is what is wrong with the ledger of material.
func astray(format string, args ...any) error {
	return errs.New(errs.Conflict, "the ledger of material does not agree: "+format, args...)
}

func (r *replay) readEntries() error {
	var rows []valueEntryRow
	err := r.tx.Order("id").Find(&rows).Error
	for _, e := range rows {
		if e.Kind == "landed" || e.Kind == "method" {
			r.entries[e.After] = append(r.entries[e.After], e)
		} else if _, twice := r.notes[e.Move]; twice {
			return astray("move %d has two variances", e.Move)
		} else {
			r.notes[e.Move] = e
		}
	}
	return err
}

func (r *replay) readMoves() error {
	if err := r.book(0); err != nil {
		return err
	}
	for {
		var rows []moveRow
		if err := r.tx.Where("number > ?", r.last).Order("number").Limit(5000).Find(&rows).Error; err != nil {
			return err
		}
		for _, m := range rows {
			if m.Number != r.last+1 {
				return astray("move %d is not there: it was removed", r.last+1)
			}
			r.last = m.Number
			if err := r.apply(m); err != nil {
				return err
			}
			if err := r.book(m.Number); err != nil {
				return err
			}
		}
		if len(rows) == 0 {
			return nil
		}
	}
}

// ends proves that no move is missing at the end, and that postings hold all moves.
func (r *replay) ends() error {
	var last, posted, holes int64
	err := r.tx.Raw(`SELECT (SELECT last FROM numbers WHERE name = 'stock move'), (SELECT COALESCE(SUM(last_move - first_move + 1), 0) FROM stock_posting),
		(SELECT COUNT(*) FROM stock_move m LEFT JOIN stock_posting p ON p.first_move = m.posting WHERE p.first_move IS NULL OR m.number > p.last_move OR m.number < p.first_move)`).Row().Scan(&last, &posted, &holes)
	if err != nil {
		return err
	}
	if last != r.last || posted != r.last || holes > 0 {
		return astray("it ends with move %d and should end with move %d; postings tell of %d moves, and %d belong to none", r.last, last, posted, holes)
	}
	return nil
}

// apply is one move.
func (r *replay) apply(m moveRow) error {
	k := m.kept()
	from, to := sides(k.Move)
	if k.Move.Kind() != k.Kind || m.Qty <= 0 {
		return astray("move %d cannot be a %s of %s", m.Number, k.Kind, k.Quantity)
	}
	if !stock.Virtual(m.From) {
		if r.shelves[from] -= m.Qty; r.shelves[from] < 0 {
			return astray("move %d takes %s of item %d from place %d where there are %s less", m.Number, k.Quantity, m.Item, m.From, plant.Quantity(-r.shelves[from]))
		}
	}
	if !stock.Virtual(m.To) {
		r.shelves[to] += m.Qty
		if m.Serial != "" && r.shelves[to] != int64(plant.One) {
			return astray("move %d makes more than one of serial %s", m.Number, m.Serial)
		}
	}
	value, cost, err := r.value(m)
	if err != nil {
		return astray("move %d cannot be valued: %s", m.Number, err)
	}
	if int64(value) != m.Value || int64(cost) != m.Cost {
		return astray("move %d is worth %s for %s, and says %s for %s", m.Number, value, cost, plant.Money(m.Value), plant.Money(m.Cost))
	}
	if note := r.notes[m.Number]; note.Variance != m.Cost-m.Value || note.Gain != 0 {
		return astray("the variance of move %d is %s, and says %s", m.Number, plant.Money(m.Cost-m.Value), plant.Money(note.Variance))
	}
	return nil
}

// value values a move as it was valued then.
func (r *replay) value(m moveRow) (value, cost plant.Money, err error) {
	from, to := stock.Virtual(m.From), stock.Virtual(m.To)
	if from == to {
		return 0, 0, nil
	}
	s := r.worth[m.Item]
	if s == nil {
		return 0, 0, fmt.Errorf("nobody says how item %d is valued", m.Item)
	}
	q, of := plant.Quantity(m.Qty), int64(0)
	if m.Reverses != nil {
		of = *m.Reverses
	}
	switch {
	case from && of != 0:
		value, cost, err = r.restore(s, m, of)
	case from:
		cost = plant.Money(m.Cost)
		if m.From == stock.Difference { // what it was guessed to cost is what it is worth
			cost = plant.Money(m.Value)
		}
		var variance plant.Money
		variance, err = s.Receive(m.Number, q, cost)
		value = cost - variance
	case of != 0:
		was := r.moves[of]
		before, _ := plant.Money(was.Cost).Times(r.back[of], max(1, was.Qty))
		after, _ := plant.Money(was.Cost).Times(r.back[of]+m.Qty, max(1, was.Qty))
		var worth plant.Money
		_, worth, err = s.Undo(m.Number, of, q)
		value, cost = -worth, before-after
	default:
		var worth plant.Money
		r.draws[m.Number], worth, err = s.Take(m.Number, q)
		value, cost = -worth, -worth
	}
	if m.From == stock.Difference || m.To == stock.Difference {
		cost = 0
	}
	r.moves[m.Number] = m
	r.back[of] += m.Qty
	return value, cost, err
}

// restore is a move that takes back an issue.
func (r *replay) restore(s *costing.Stock, m moveRow, of int64) (value, cost plant.Money, err error) {
	draws, rest := r.draws[of], plant.Quantity(m.Qty)
	slices.SortFunc(draws, func(a, b costing.Layer) int { return int(a.Receipt - b.Receipt) })
	var parts []costing.Layer
	for i := len(draws) - 1; i >= 0 && rest > 0; i-- {
		d := &draws[i]
		q := min(rest, d.Quantity)
		if q == 0 {
			continue
		}
		v, _ := d.Value.Times(int64(q), int64(d.Quantity))
		parts = append(parts, costing.Layer{Receipt: d.Receipt, Quantity: q, Value: v})
		d.Quantity, d.Value, rest = d.Quantity-q, d.Value-v, rest-q
	}
	if rest > 0 {
		return 0, 0, fmt.Errorf("it takes back more than move %d took", of)
	}
	worth, variance, err := s.Restore(m.Number, parts)
	return worth, worth + variance, err
}

// book is what was booked after a move: costs that came later, another method.
func (r *replay) book(after int64) error {
	for _, e := range r.entries[after] {
		s := r.worth[e.Item]
		if s == nil {
			s = &costing.Stock{}
			r.worth[e.Item] = s
		}
		var gain plant.Money
		var err error
		if e.Kind == "method" {
			var method costing.Method
			if method, err = costing.ParseMethod(e.Method); err == nil {
				gain, err = s.Adopt(method, plant.Money(e.Cost))
			}
		} else {
			var variance plant.Money
			variance, err = s.Land(e.Move, plant.Quantity(r.moves[e.Move].Qty), plant.Money(e.Cost))
			gain = plant.Money(e.Cost) - variance
		}
		if err != nil || int64(gain) != e.Gain {
			return astray("entry %d of item %d gains %s, and says %s (%v)", e.ID, e.Item, gain, plant.Money(e.Gain), err)
		}
	}
	return nil
}
