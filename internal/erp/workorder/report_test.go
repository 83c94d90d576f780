package workorder_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"millwright/internal/erp/workorder"
	"millwright/internal/erp/workorder/cost"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// shelf is a stock that does what an order's moves say.
type shelf struct {
	lots map[int64][]workorder.Placed
	past []kept

	tracked map[int64]workorder.Tracking
}

type kept struct {
	workorder.Past
	item int64
	in   bool
}

func (s *shelf) Lots(c *workorder.Component) ([]workorder.Placed, error) { return s.lots[c.Item], nil }

func (s *shelf) Past(item int64, in bool) (all []workorder.Past, err error) {
	for _, k := range s.past {
		if k.item == item && k.in == in && k.Quantity > 0 {
			all = append(all, k.Past)
		}
	}
	return all, nil
}

func (s *shelf) Tracked(item int64) (workorder.Tracking, error) { return s.tracked[item], nil }

func (s *shelf) do(t interface{ Fatalf(string, ...any) }, moves []workorder.Move) {
	for _, m := range moves {
		sign := plant.Quantity(1)
		if m.In {
			sign = -1
		}
		if m.Reverses != 0 {
			k := &s.past[m.Reverses-1]
			if k.Quantity -= m.Lot.Quantity; k.Quantity < 0 || k.Lot.Lot != m.Lot.Lot {
				t.Fatalf("%+v reverses more than there was, or into another lot", m)
			}
		} else {
			s.past = append(s.past, kept{workorder.Past{Move: int64(len(s.past)) + 1, Lot: m.Lot}, m.Item, m.In})
		}
		s.add(t, m, sign)
	}
}

func (s *shelf) add(t interface{ Fatalf(string, ...any) }, m workorder.Move, sign plant.Quantity) {
	for i := range s.lots[m.Item] {
		if l := &s.lots[m.Item][i]; l.Lot.Lot == m.Lot.Lot {
			if l.Quantity += sign * m.Lot.Quantity; l.Quantity < 0 {
				t.Fatalf("%+v takes more than there is", m)
			}
			return
		}
	}
	s.lots[m.Item] = append(s.lots[m.Item], workorder.Placed{Place: 10, Lot: m.Lot})
}

func (s *shelf) of(item int64) (q plant.Quantity) {
	for _, l := range s.lots[item] {
		q += l.Quantity
	}
	return q
}

func inLot(lot string, q plant.Quantity) workorder.Placed {
	return workorder.Placed{Place: 10, Lot: workorder.Lot{Lot: lot, Quantity: q}}
}

func started(t testing.TB) *workorder.Order {
	return &workorder.Order{ID: 1, Number: "WO-000001", Item: 1, Quantity: plant.Pieces(100), Lifecycle: workorder.Released, Snapshot: 1, Components: []workorder.Component{powder(t)}}
}

func TestCountsTakeTheirMaterialAndReversalsPutItBack(t *testing.T) { // L14, L15
	o, s := started(t), &shelf{lots: map[int64][]workorder.Placed{7: {inLot("A", plant.Pieces(5)), inLot("B", plant.Pieces(20))}}}
	report := func(good int64) []workorder.Move {
		moves, err := o.Post(workorder.Report{Order: 1, Good: plant.Pieces(good)}, s)
		if err != nil {
			t.Fatal(err)
		}
		s.do(t, moves)
		return moves
	}
	if moves := report(37); len(moves) != 3 || moves[0].Lot.Quantity != plant.Pieces(5) || moves[1].Lot.Quantity != q(t, "4.62") || o.Lifecycle != workorder.Started {
		t.Errorf("%+v", moves)
	}
	if moves := report(-7); len(moves) != 2 || moves[0].Reverses != 2 || moves[0].Lot.Lot != "B" || moves[1].Reverses != 3 {
		t.Errorf("%+v", moves)
	}
	if o.Components[0].Issued != q(t, "7.8") || s.of(7) != q(t, "17.2") || s.of(1) != plant.Pieces(30) || s.lots[7][0].Quantity != 0 {
		t.Errorf("%s issued, %+v", o.Components[0].Issued, s.lots)
	}
}

func TestCountsStandWhereMaterialLacks(t *testing.T) { // L16
	o, s := started(t), &shelf{lots: map[int64][]workorder.Placed{7: {inLot("A", plant.Pieces(3))}}}
	moves, err := o.Post(workorder.Report{Order: 1, Good: plant.Pieces(37)}, s)
	if err != nil {
		t.Fatal(err)
	}
	s.do(t, moves)
	if c := o.Components[0]; o.Good != plant.Pieces(37) || c.Issued != plant.Pieces(3) || c.Short != q(t, "6.62") || s.of(7) != 0 {
		t.Errorf("%+v, %s left", c, s.of(7))
	}
	s.lots[7] = append(s.lots[7], inLot("C", plant.Pieces(10)))
	moves, err = o.Post(workorder.Report{Order: 1, Issues: []workorder.Issue{{Position: 10, Quantity: q(t, "6.62")}}}, s)
	if err != nil || len(moves) != 1 || o.Components[0].Short != 0 || o.Components[0].Issued != q(t, "9.62") {
		t.Errorf("%+v %+v %v", moves, o.Components[0], err)
	}
}

func TestOnlyTheLastOperationMakesProduct(t *testing.T) { // L13
	o, s := started(t), &shelf{lots: map[int64][]workorder.Placed{}}
	o.Components, o.Operations = nil, []workorder.Operation{{Position: 10, Rates: cost.Rates{Machine: 60 * plant.Currency, Labour: 30 * plant.Currency}}, {Position: 20}}
	for _, r := range []workorder.Report{
		{Operation: 10, Good: plant.Pieces(100), SetUp: plant.Pieces(10), Run: plant.Pieces(50), Labour: plant.Pieces(20), Energy: plant.Currency},
		{Operation: 20, Good: plant.Pieces(95), Scrap: plant.Pieces(2)},
	} {
		moves, err := o.Post(r, s)
		if err != nil {
			t.Fatal(err)
		}
		s.do(t, moves)
	}
	made, between := workorder.Made(o.Operations)
	if o.Good != plant.Pieces(95) || made != o.Good || between != plant.Pieces(3) || s.of(1) != o.Good {
		t.Errorf("%s good, %s between, %s in stock", o.Good, between, s.of(1))
	}
	if o.Money.Booked != 71*plant.Currency || o.Operations[0].Spent != (cost.Part{Machine: 60 * plant.Currency, Labour: 10 * plant.Currency, Energy: plant.Currency}) {
		t.Errorf("%+v %+v", o.Money, o.Operations[0].Spent)
	}
}

// TestTimeComesAfterTheEnd: people clock off when an order is complete; their time and the energy are taken, pieces are not.
func TestTimeComesAfterTheEnd(t *testing.T) {
	for name, c := range map[string]struct {
		r    workorder.Report
		held string
		life workorder.Lifecycle
		kind errs.Kind
	}{
		"labour":       {workorder.Report{Operation: 10, Labour: plant.Pieces(20)}, "", workorder.Completed, errs.Internal},
		"energy":       {workorder.Report{Operation: 10, Energy: plant.Currency}, "", workorder.Completed, errs.Internal},
		"with a piece": {workorder.Report{Operation: 10, Labour: plant.Pieces(20), Good: plant.One}, "", workorder.Completed, errs.Conflict},
		"on hold":      {workorder.Report{Operation: 10, Labour: plant.Pieces(20)}, "no tool", workorder.Completed, errs.Conflict},
		"closed":       {workorder.Report{Operation: 10, Labour: plant.Pieces(20)}, "", workorder.Closed, errs.Conflict},
	} {
		o := started(t)
		o.Operations = []workorder.Operation{{Position: 10, Rates: cost.Rates{Labour: 30 * plant.Currency}}}
		o.Lifecycle, o.Held = c.life, c.held
		_, err := o.Post(c.r, &shelf{lots: map[int64][]workorder.Placed{}})
		if err == nil && c.kind != errs.Internal || err != nil && errs.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
		if o.Lifecycle != c.life {
			t.Errorf("%s: it is %s", name, o.Lifecycle)
		}
	}
}

func TestWhatCannotBeReportedIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		r    workorder.Report
		kind errs.Kind
	}{
		"nothing":                   {workorder.Report{}, errs.Invalid},
		"more back than there is":   {workorder.Report{Good: -1}, errs.Invalid},
		"beyond counting":           {workorder.Report{Good: 1 << 62}, errs.Invalid},
		"time without an operation": {workorder.Report{Run: plant.One}, errs.Invalid},
		"an operation there is not": {workorder.Report{Operation: 10, Run: plant.One}, errs.NotFound},
		"a component there is not":  {workorder.Report{Issues: []workorder.Issue{{Position: 99, Quantity: 1}}}, errs.NotFound},
		"an issue of nothing":       {workorder.Report{Issues: []workorder.Issue{{Position: 10}}}, errs.Invalid},
		"what was never issued":     {workorder.Report{Issues: []workorder.Issue{{Position: 10, Quantity: -1}}}, errs.Invalid},
		"what is not there":         {workorder.Report{Issues: []workorder.Issue{{Position: 10, Quantity: plant.Pieces(4)}}}, errs.Conflict},
		"of another lot":            {workorder.Report{Issues: []workorder.Issue{{Position: 10, Quantity: 1, Lot: "B"}}}, errs.Conflict},
	} {
		o, s := started(t), &shelf{lots: map[int64][]workorder.Placed{7: {inLot("A", plant.Pieces(3))}}}
		if _, err := o.Post(c.r, s); errs.KindOf(err) != c.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, change := range []func(*workorder.Order){
		func(o *workorder.Order) { o.Held = "no tool" },
		func(o *workorder.Order) { o.Lifecycle = workorder.Created },
		func(o *workorder.Order) { o.Lifecycle = workorder.Closed },
	} {
		o := started(t)
		change(o)
		if _, err := o.Post(workorder.Report{Good: plant.One}, &shelf{}); errs.KindOf(err) != errs.Conflict {
			t.Errorf("%+v: %v", o, err)
		}
	}
}

// TestNoMaterialIsLost: whatever is reported, taken back and issued, what was there is there or in the order, and what the
// pieces have used is issued or short.
func TestNoMaterialIsLost(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := &workorder.Order{ID: 1, Number: "WO-000001", Item: 1, Quantity: plant.Pieces(100), Lifecycle: workorder.Released, Snapshot: 1}
		for i := range rapid.IntRange(1, 3).Draw(t, "components") {
			o.Components = append(o.Components, workorder.Component{
				Position: int64(10 + 10*i), Item: int64(7 + i%2), Per: workorder.Ratio{Num: rapid.Int64Range(0, 5).Draw(t, "num"), Den: rapid.Int64Range(1, 7).Draw(t, "den")},
				Once: plant.Quantity(rapid.Int64Range(0, 2e6).Draw(t, "once")), Flow: workorder.Backflush,
			})
		}
		s := &shelf{lots: map[int64][]workorder.Placed{}}
		there := map[int64]plant.Quantity{}
		for item := int64(7); item <= 8; item++ {
			for i := range rapid.IntRange(0, 3).Draw(t, "lots") {
				n := plant.Quantity(rapid.Int64Range(1, 50e6).Draw(t, "there"))
				s.lots[item] = append(s.lots[item], inLot(fmt.Sprint(i), n))
				there[item] += n
			}
		}
		for range rapid.IntRange(1, 12).Draw(t, "reports") {
			before := *o
			before.Components = append([]workorder.Component(nil), o.Components...)
			r := workorder.Report{Good: plant.Quantity(rapid.Int64Range(-20e6, 40e6).Draw(t, "good")), Scrap: plant.Quantity(rapid.Int64Range(-2e6, 4e6).Draw(t, "scrap"))}
			moves, err := o.Post(r, s)
			if err != nil {
				*o = before
				continue
			}
			s.do(t, moves)
		}
		issued := map[int64]plant.Quantity{}
		for i := range o.Components {
			c := &o.Components[i]
			issued[c.Item] += c.Issued
			if c.Issued < 0 || c.Short < 0 || c.Issued+c.Short != c.Used(o.Good+o.Scrap) {
				t.Fatalf("%s issued, %s short, %s used of %+v", c.Issued, c.Short, c.Used(o.Good+o.Scrap), c)
			}
		}
		for item, n := range there {
			if s.of(item)+issued[item] != n {
				t.Fatalf("%s in stock and %s in the order of %s", s.of(item), issued[item], n)
			}
		}
		if s.of(1) != o.Good {
			t.Fatalf("%s in stock of %s", s.of(1), o.Good)
		}
	})
}
