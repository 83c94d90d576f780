package bill

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/erp/item"
	"millwright/internal/erp/tool"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// world is items and bills by the letters of the published cases.
type world struct {
	*Graph
	ids map[string]int64
}

func (w world) id(name string) int64 {
	if w.ids[name] == 0 {
		id := int64(len(w.ids) + 1)
		w.ids[name] = id
		i := item.Blank(name)
		i.ID, i.Name = id, name
		w.Items[id] = i
	}
	return w.ids[name]
}

// made reads "Z=2A+3B".
func made(t testing.TB, bills ...string) world {
	t.Helper()
	w := world{&Graph{Items: map[int64]item.Item{}, Bills: map[int64]Bill{}, Centres: map[int64]Centre{}}, map[string]int64{}}
	for _, text := range bills {
		name, parts, _ := strings.Cut(text, "=")
		b := Bill{ID: int64(len(w.Bills) + 1), Item: w.id(name), Number: 1, State: Released, Batch: plant.One}
		for _, p := range strings.Split(parts, "+") {
			at := strings.IndexFunc(p, func(r rune) bool { return r >= 'A' })
			n := plant.One
			if at > 0 {
				q, err := plant.ParseQuantity(p[:at])
				if err != nil {
					t.Fatal(err)
				}
				n = q
			}
			b.Lines = append(b.Lines, Line{Item: w.id(p[at:]), Quantity: n})
		}
		w.put(t, b)
	}
	return w
}

func (w world) put(t testing.TB, b Bill) {
	t.Helper()
	b = b.Tidy()
	if err := b.Check(); err != nil {
		t.Fatal(err)
	}
	b, err := b.Reckon(w.Items)
	if err != nil {
		t.Fatal(err)
	}
	w.Bills[b.Item] = b
}

// needs tells "Z 100, A 200".
func (w world) needs(t testing.TB, root string, n int64) string {
	t.Helper()
	all, err := w.Needs(w.id(root), plant.Pieces(n))
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	for _, need := range all {
		words[w.Items[need.Item].Number] = need.Quantity.String()
	}
	out := []string{}
	for _, name := range []string{"A", "B", "C", "D", "E"} {
		if words[name] != "" {
			out = append(out, name+" "+words[name])
		}
	}
	return strings.Join(out, ", ")
}

// The published case: 100 Z of T2 without stock.
func TestAHundredZ(t *testing.T) {
	w := made(t, "Z=2A+3B", "A=4C+4D", "D=2E")
	if got := w.needs(t, "Z", 100); got != "A 200, B 300, C 800, D 800, E 1600" {
		t.Error(got)
	}
	branches, whole, err := w.Tree(w.id("Z"), plant.Pieces(100), 10, 100)
	got := ""
	for _, b := range branches {
		got += fmt.Sprintf("%d%s%s ", b.Depth, w.Items[b.Line.Item].Number, b.Quantity)
	}
	if err != nil || !whole || got != "1A200 2C800 2D800 3E1600 1B300 " {
		t.Error(got, whole, err)
	}
	branches, whole, err = w.Tree(w.id("Z"), plant.Pieces(100), 2, 100)
	if err != nil || whole || len(branches) != 4 || !branches[2].Deeper {
		t.Errorf("%+v %v", branches, whole)
	}
}

// The published case: 10 × 2 × 3 = 60, and no order for the phantom.
func TestAPhantomIsPassedThrough(t *testing.T) {
	w := made(t, "Z=2A", "A=3B")
	a := w.Items[w.id("A")]
	a.Phantom, a.Kind = true, item.Make
	w.Items[a.ID] = a
	s, err := w.Snapshot(w.id("Z"))
	if err != nil || len(s.Components) != 1 || s.Components[0].Item != w.id("B") {
		t.Fatalf("%+v %v", s, err)
	}
	q, err := s.Components[0].Of(plant.Pieces(10))
	if err != nil || q != plant.Pieces(60) {
		t.Error(q, err)
	}
	needs, err := w.Needs(w.id("Z"), plant.Pieces(10))
	if err != nil || !needs[1].Phantom || needs[2].Quantity != plant.Pieces(60) {
		t.Errorf("%+v", needs)
	}
}

// The published case: 2.5 kg for 10 pieces and 4 % on top; 37 pieces take 9.62 kg.
func TestScrapIsTakenOnTop(t *testing.T) {
	w := made(t, "Z=A")
	w.put(t, Bill{Item: w.id("Z"), Batch: plant.Pieces(10), Lines: []Line{{Item: w.id("A"), Quantity: 2_500_000, Scrap: 4 * plant.One, Once: 500_000}}})
	s, err := w.Snapshot(w.id("Z"))
	if err != nil {
		t.Fatal(err)
	}
	s.Components[0].Once = 0
	if q, err := s.Components[0].Of(plant.Pieces(37)); err != nil || q.String() != "9.62" {
		t.Error(q, err)
	}
	if got := w.needs(t, "Z", 37); got != "A 10.12" { // with half a kilogram of start-up scrap
		t.Error(got)
	}
}

func TestACircleIsRefusedByItsWay(t *testing.T) {
	w := made(t, "A=B", "B=C", "C=A")
	_, err := w.Needs(w.id("A"), plant.One)
	if errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), "A → B → C → A") {
		t.Error(err)
	}
	below := map[int64][]int64{1: {2, 9}, 2: {3}, 3: {4}}
	asked := 0
	way, err := Circle(4, []int64{7, 1}, func([]int64) (map[int64][]int64, error) {
		asked++
		return below, nil
	})
	if err != nil || fmt.Sprint(way) != "[4 1 2 3 4]" || asked != 3 {
		t.Error(way, err, asked)
	}
	if way, err = Circle(4, []int64{4}, nil); err != nil || fmt.Sprint(way) != "[4 4]" {
		t.Error(way, err)
	}
	if way, err = Circle(5, []int64{1}, func([]int64) (map[int64][]int64, error) { return below, nil }); err != nil || way != nil {
		t.Error(way, err)
	}
}

// A layered graph of full links: 2^20 of each at the bottom, each item looked at once.
func TestManyPathsAreQuick(t *testing.T) {
	var bills []string
	for n := range 20 {
		for _, side := range "XY" {
			bills = append(bills, fmt.Sprintf("%c%02d=X%02d+Y%02d", side, n, n+1, n+1))
		}
	}
	w := made(t, bills...)
	all, err := w.Needs(w.id("X00"), plant.One)
	if err != nil || all[len(all)-1].Quantity != plant.Pieces(1<<19) || len(all) != 41 {
		t.Error(len(all), err)
	}
	if branches, whole, err := w.Tree(w.id("X00"), plant.One, 100, 5000); err != nil || whole || len(branches) != 5000 {
		t.Error(len(branches), whole, err)
	}
}

func TestEverythingWrongWithABillIsTold(t *testing.T) {
	b := Bill{
		Item: 1, Lines: []Line{
			{Item: 1, Quantity: plant.One},
			{Item: 2, Quantity: -1},
			{Item: 3},
			{Item: 4, Quantity: 1 << 62},
			{Item: 5, Quantity: plant.One, Policy: PerCycle},
			{Item: 6, Quantity: plant.One, Operation: 90},
			{Item: 7, Quantity: plant.One, Instead: 70},
			{Item: 8, Quantity: plant.One, Kind: CoProduct, Share: 100 * plant.One},
			{Item: 9, Position: 10, Quantity: plant.One},
		},
		Operations: []Operation{{Position: 10, Run: -1}},
	}
	var e *errs.Error
	if !errors.As(b.Tidy().Check(), &e) {
		t.Fatal("it is right")
	}
	var paths []string
	for _, f := range e.Fields {
		paths = append(paths, f.Path)
	}
	want := "batch operations[0].name operations[0].time operations[0].centre lines[0].item lines[1].position lines[2].quantity lines[3].quantity lines[4].quantity lines[5].every lines[6].operation lines[7].instead lines"
	if got := strings.Join(paths, " "); got != want {
		t.Errorf("\n%s\n%s", got, want)
	}
}

func TestAReleasedBillGoesOnlyForward(t *testing.T) {
	b := Bill{State: Draft, Lines: []Line{{}}}
	for from, to := range map[State]State{Released: Draft, Obsoleted: Released, Draft: Draft} {
		b.State = from
		if err := b.Next(to); errs.KindOf(err) != errs.Conflict {
			t.Error(from, to, err)
		}
	}
	b.State, b.Lines = Draft, nil
	if err := b.Next(Released); errs.KindOf(err) != errs.Invalid {
		t.Error(err)
	}
}

func TestUnitsOfAnotherKindAreRefusedInALine(t *testing.T) {
	steel := item.Blank("M")
	steel.ID, steel.Unit = 2, "KGM"
	retired := item.Blank("R")
	retired.ID, retired.Retired = 3, true
	b := Bill{Item: 1, Batch: plant.One, Lines: []Line{{Item: 2, Quantity: plant.One, Unit: "LTR"}, {Item: 3, Quantity: plant.One}, {Item: 4, Quantity: plant.One}, {Item: 2, Quantity: plant.One, Unit: "LBR"}}}
	b, err := b.Reckon(map[int64]item.Item{2: steel, 3: retired})
	if err == nil || !strings.Contains(err.Error(), "cannot be counted in l (volume)") || !strings.Contains(err.Error(), "R is retired") || !strings.Contains(err.Error(), "no such item") {
		t.Error(err)
	}
	if got := b.Lines[3].Per; got != (item.Ratio{Num: 45_359_237, Den: 100_000_000}) {
		t.Error(got)
	}
}

// A cost of three levels, by hand: the axle 4 kg at 3, 0.25 h at 40 + 2 people at 30; the cart 2 axles, a box at 5, 1.5 h.
func TestACostIsRolledUp(t *testing.T) {
	w := made(t, "CART=2AXLE+BOX", "AXLE=4STEEL")
	for name, cost := range map[string]plant.Money{"STEEL": 3, "BOX": 5} {
		i := w.Items[w.id(name)]
		i.Standard = cost * plant.Currency
		w.Items[i.ID] = i
	}
	w.Centres[1] = Centre{ID: 1, Machine: 40 * plant.Currency, Labour: 30 * plant.Currency}
	axle, cart := w.Bills[w.id("AXLE")], w.Bills[w.id("CART")]
	axle.Batch, axle.Lines[0].Quantity = plant.Pieces(10), plant.Pieces(40)
	axle.Operations = []Operation{{Name: "Turn", Centre: 1, Setup: 30 * time.Minute, Run: 2 * time.Hour, Crew: 2 * plant.One}} // for ten: 2.5 h
	w.put(t, axle)
	cart.Operations = []Operation{{Name: "Fit", Centre: 1, Run: 90 * time.Minute, Crew: plant.One}}
	w.put(t, cart)
	c, err := w.Roll(w.id("AXLE"), 0, Standard)
	if err != nil || c.Unit.String() != "37" || c.Material != 120*plant.Currency || c.Machine != 100*plant.Currency || c.Labour != 150*plant.Currency || !c.Known {
		t.Errorf("%+v %v", c, err)
	}
	c, err = w.Roll(w.id("CART"), 0, Standard)
	if err != nil || c.Unit.String() != "184" || c.Material != 29*plant.Currency || c.Machine != 80*plant.Currency || c.Labour != 75*plant.Currency || !c.Lines[0].Rolled || c.Lines[0].Amount != 74*plant.Currency {
		t.Errorf("%+v %v", c, err)
	}
	cart.Lines = append(cart.Lines, Line{Item: w.id("SWARF"), Kind: CoProduct, Quantity: plant.One, Share: 25 * plant.One})
	w.put(t, cart)
	if c, err = w.Roll(w.id("CART"), 0, Standard); err != nil || c.Unit.String() != "138" || c.Shared.String() != "46" || c.Total().String() != "184" {
		t.Errorf("%+v %v", c, err)
	}
	c, err = w.Roll(w.id("CART"), 0, func(i item.Item) (plant.Money, bool) { return i.Standard, i.Number != "BOX" })
	if err != nil || c.Known {
		t.Errorf("%+v %v", c, err)
	}
}

// paths sums over all paths from the root to each item, by going each of them.
func (w world) paths(root int64, q *big.Rat, into map[int64]*big.Rat) {
	if into[root] == nil {
		into[root] = new(big.Rat)
	}
	into[root].Add(into[root], q)
	for _, l := range w.Bills[root].Lines {
		w.paths(l.Item, new(big.Rat).Mul(q, ratio(l.Per.Num, l.Per.Den)), into)
	}
}

// Explosion is the sum over paths, and the roll-up is the explosion times the costs of what is bought.
func TestExplosionIsTheSumOverPathsAndCostsFollowIt(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w := made(t)
		const n = 7
		for i := range n {
			id := w.id(string(rune('A' + i)))
			it := w.Items[id]
			it.Standard = plant.Money(rapid.Int64Range(1, 1000).Draw(r, "cost")) * 10_000
			w.Items[id] = it
		}
		for i := int64(1); i < n; i++ { // an item is made of later ones only
			b := Bill{Item: i, Batch: plant.Pieces([]int64{1, 2, 5, 10}[rapid.IntRange(0, 3).Draw(r, "batch")])}
			for part := i + 1; part <= n; part++ {
				if k := rapid.Int64Range(0, 3).Draw(r, "per"); k > 0 {
					b.Lines = append(b.Lines, Line{Item: part, Quantity: plant.Quantity(k) * b.Batch, Scrap: plant.Quantity(rapid.Int64Range(0, 1).Draw(r, "scrap")) * 50 * plant.One})
				}
			}
			if len(b.Lines) > 0 {
				w.put(t, b)
			}
		}
		quantity := plant.Pieces(64 * rapid.Int64Range(1, 50).Draw(r, "quantity")) // so many that halves of halves are whole
		want := map[int64]*big.Rat{}
		w.paths(1, ratio(int64(quantity), 1), want)
		needs, err := w.Needs(1, quantity)
		if err != nil {
			r.Fatal(err)
		}
		cost := new(big.Rat)
		for _, need := range needs {
			if ratio(int64(need.Quantity), 1).Cmp(want[need.Item]) != 0 {
				r.Fatalf("%d: %d, want %s", need.Item, need.Quantity, want[need.Item])
			}
			if _, made := w.Bills[need.Item]; !made {
				cost.Add(cost, new(big.Rat).Mul(want[need.Item], ratio(int64(w.Items[need.Item].Standard), int64(plant.One))))
			}
		}
		rolled, err := w.Roll(1, quantity, Standard)
		if err != nil {
			r.Fatal(err)
		}
		var whole plant.Money
		if err := rounded(&whole, cost); err != nil || rolled.Total() != whole {
			r.Fatalf("rolled %s, want %s %v", rolled.Total(), whole, err)
		}
	})
}

func TestBillsAreCompared(t *testing.T) {
	w := made(t, "Z=2A+3B+D")
	a := w.Bills[w.id("Z")]
	b := made(t, "Z=2A+4B+C").Bills[1]
	b.Lines[2].Item = w.id("C")
	b.Batch = plant.Pieces(2)
	got := ""
	for _, d := range Compare(a, b, w.Items, nil, tool.Kit{}) {
		got += fmt.Sprintf("%s %s: %s → %s; ", d.What, d.Change, d.Was, d.Is)
	}
	want := "Batch changed: 1 → 2; Component 10 same: A, 2 pcs, per count → A, 2 pcs, per count; Component 20 changed: B, 3 pcs, per count → B, 4 pcs, per count; " +
		"Component 30 added:  → C, 1 pcs, per count; Component 30 removed: D, 1 pcs, per count → ; "
	if got != want {
		t.Errorf("\n%s\n%s", got, want)
	}
}

func TestMoreThanCanBeToldIsRefused(t *testing.T) {
	w := made(t, "A=1000000B", "B=1000000C", "C=1000000D", "D=1000000E")
	if _, err := w.Needs(w.id("A"), plant.Pieces(1_000_000)); errs.KindOf(err) != errs.Invalid {
		t.Error(err)
	}
	if _, err := w.Needs(w.id("A"), -1); errs.KindOf(err) != errs.Invalid {
		t.Error(err)
	}
	if _, err := w.Roll(w.id("A"), 1<<62, Standard); errs.KindOf(err) != errs.Invalid {
		t.Error(err)
	}
	e := w.Items[w.id("E")]
	e.Standard = item.MostMoney
	w.Items[e.ID] = e
	if _, err := w.Roll(w.id("A"), 0, Standard); errs.KindOf(err) != errs.Invalid {
		t.Error(err)
	}
}
