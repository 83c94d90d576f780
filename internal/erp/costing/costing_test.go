package costing_test

import (
	"testing"

	"pgregory.net/rapid"

	"millwright/internal/erp/costing"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// move is a receipt of pieces at a price each, or an issue of them.
type move struct{ pieces, price int64 }

// post gives what left, and what stays, to four places of the currency.
func post(t *testing.T, s *costing.Stock, moves []move) (out, end plant.Money) {
	t.Helper()
	for i, m := range moves {
		if m.pieces < 0 {
			v, err := s.Issue(int64(i), plant.Pieces(-m.pieces))
			if err != nil {
				t.Fatal(err)
			}
			out += v
			continue
		}
		if _, err := s.Receive(int64(i), plant.Pieces(m.pieces), plant.Money(m.pieces*m.price)*plant.Currency); err != nil {
			t.Fatal(err)
		}
	}
	return out, s.Value()
}

func TestMovesAreValued(t *testing.T) {
	first := []move{{304, 13}, {-205, 0}, {804, 15}, {-504, 0}, {498, 16}, {-295, 0}}
	second := []move{{3, 170}, {10, 180}, {-6, 0}, {8, 190}, {-9, 0}, {6, 200}, {-8, 0}}
	third := []move{{10, 10}, {10, 20}, {-15, 0}}
	for name, c := range map[string]struct {
		stock    costing.Stock
		moves    []move
		out, end string
	}{
		"first in, first out": {costing.Stock{}, first, "14452", "9528"},
		"moving average":      {costing.Stock{Method: costing.Average}, first, "14674.495", "9305.505"},
		"FIFO again":          {costing.Stock{}, second, "4230", "800"},
		"average again":       {costing.Stock{Method: costing.Average}, second, "4261.4872", "768.5128"},
		"FIFO, two layers":    {costing.Stock{}, third, "200", "100"},
		"average, two prices": {costing.Stock{Method: costing.Average}, third, "225", "75"},
		"standard":            {costing.Stock{Method: costing.Standard, Cost: 10 * plant.Currency}, third, "150", "50"},
	} {
		out, end := post(t, &c.stock, c.moves)
		round := func(m plant.Money) string { r, _ := m.Times(1, 100); return (r * 100).String() }
		if round(out) != c.out || round(end) != c.end {
			t.Errorf("%s: %s left and %s stay, want %s and %s", name, out, end, c.out, c.end)
		}
	}
}

func TestACostThatComesLaterStaysWithWhatIsStillThere(t *testing.T) {
	for name, c := range map[string]struct {
		method   costing.Method
		variance plant.Money
	}{"FIFO": {costing.FIFO, 30}, "average": {costing.Average, 0}, "standard": {costing.Standard, 100}} {
		s := costing.Stock{Method: c.method, Cost: 10 * plant.Currency}
		post(t, &s, []move{{10, 10}, {10, 10}, {-3, 0}})
		before := s.Value()
		variance, err := s.Land(0, plant.Pieces(10), 100*plant.Currency)
		if err != nil || variance != c.variance*plant.Currency || s.Value()-before != 100*plant.Currency-variance {
			t.Errorf("%s: variance %s, value %s before and %s after: %v", name, variance, before, s.Value(), err)
		}
	}
	var s costing.Stock
	if variance, err := s.Land(7, plant.Pieces(1), plant.Currency); err != nil || variance != plant.Currency {
		t.Errorf("on what has left: %s, %v", variance, err)
	}
}

func TestAStandardCostIsSet(t *testing.T) {
	s := costing.Stock{Method: costing.Standard, Cost: 10 * plant.Currency}
	if variance, err := s.Receive(1, plant.Pieces(4), 50*plant.Currency); err != nil || variance != 10*plant.Currency {
		t.Errorf("a price above it: %s, %v", variance, err)
	}
	if gain, err := s.Revalue(12 * plant.Currency); err != nil || gain != 8*plant.Currency || s.Value() != 48*plant.Currency {
		t.Errorf("set to 12: %s, %v", gain, err)
	}
	var fifo costing.Stock
	if _, err := fifo.Revalue(plant.Currency); errs.KindOf(err) != errs.Invalid {
		t.Errorf("without a standard cost: %v", err)
	}
}

func TestWhatCannotBeValuedChangesNothing(t *testing.T) {
	s := costing.Stock{}
	post(t, &s, []move{{2, 5}})
	for name, c := range map[string]struct {
		do   func() error
		kind errs.Kind
	}{
		"more than there is":  {func() error { _, err := s.Issue(1, plant.Pieces(3)); return err }, errs.Conflict},
		"nothing leaves":      {func() error { _, err := s.Issue(1, 0); return err }, errs.Invalid},
		"less than nothing":   {func() error { _, err := s.Receive(1, -1, 0); return err }, errs.Invalid},
		"paid by the seller":  {func() error { _, err := s.Receive(1, 1, -1); return err }, errs.Invalid},
		"beyond counting":     {func() error { _, err := s.Receive(1, 1<<62, 1); return err }, errs.Invalid},
		"worth beyond it":     {func() error { _, err := s.Receive(1, 1, 1<<62); return err }, errs.Invalid},
		"landed below it":     {func() error { _, err := s.Land(0, plant.Pieces(2), -1); return err }, errs.Invalid},
		"landed on no pieces": {func() error { _, err := s.Land(0, 0, 1); return err }, errs.Invalid},
	} {
		if err := c.do(); errs.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
		if s.Quantity() != plant.Pieces(2) || s.Value() != 10*plant.Currency {
			t.Fatalf("%s: it is %s for %s now", name, s.Quantity(), s.Value())
		}
	}
}

// TestNoValueIsLostOrMade: opening, purchases and costs are what left, what stays and the variances, to the millionth.
func TestNoValueIsLostOrMade(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := costing.Stock{Method: costing.Method(rapid.IntRange(0, 2).Draw(t, "method")), Cost: plant.Money(rapid.Int64Range(0, 1e12).Draw(t, "standard"))}
		var in, out plant.Money
		var brought, took plant.Quantity
		received := map[int64]plant.Quantity{}
		for n := range int64(rapid.IntRange(0, 30).Draw(t, "moves")) {
			q, m := plant.Quantity(rapid.Int64Range(1, 1e12).Draw(t, "quantity")), plant.Money(rapid.Int64Range(0, 1e14).Draw(t, "money"))
			switch rapid.IntRange(0, 4).Draw(t, "what") {
			case 0, 1:
				v, err := s.Receive(n, q, m)
				if err != nil {
					t.Fatal(err)
				}
				in, out, brought, received[n] = in+m, out+v, brought+q, q
			case 2, 3:
				v, err := s.Issue(n, q)
				if err != nil {
					continue
				}
				out, took = out+v, took+q
			case 4:
				of := rapid.Int64Range(0, n).Draw(t, "receipt")
				if received[of] == 0 {
					continue
				}
				v, err := s.Land(of, received[of], m)
				if err != nil {
					t.Fatal(err)
				}
				in, out = in+m, out+v
			}
			if s.Value() != in-out || s.Quantity() != brought-took || s.Quantity() < 0 || s.Value() < 0 || s.Quantity() == 0 && s.Value() != 0 {
				t.Fatalf("%s for %s, after %s in and %s out, %s and %s of them", s.Quantity(), s.Value(), in, out, brought, took)
			}
		}
	})
}
