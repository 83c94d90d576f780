package order_test

import (
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

const today = "2026-03-02" // a Monday

func known(side order.Side) order.Known {
	boxes := map[string]partner.Factor{"H87": partner.Unity(), "BX": {Num: 12, Den: 1}, "KGM": {Num: 1000, Den: 37}}
	lot := order.Stocked{Unit: "H87", Tracking: "lot"}
	serial := order.Stocked{Unit: "H87", Tracking: "serial"}
	none := order.Stocked{Unit: "H87", Tracking: "none"}
	return order.Known{
		Partner: partner.Partner{ID: 4, Number: "C-100", Name: "Ann", Customer: true, Supplier: true, List: "2026", Terms: "30 days net", LeadDays: 3, Margin: partner.Margin{Over: 10 * plant.One, Under: 5 * plant.One}, Places: []partner.Address{{Text: "1 Mill Lane"}}},
		Items: map[string]order.Item{
			"a-100": {ID: 7, Number: "A-100", Name: "Bottle", Unit: "H87", Units: boxes, Stock: none},
			"l-100": {ID: 8, Number: "L-100", Name: "Syrup", Unit: "H87", Units: boxes, Stock: lot},
			"s-100": {ID: 9, Number: "S-100", Name: "Pump", Unit: "H87", Units: boxes, Stock: serial},
		},
		Prices: []partner.Price{{Side: side, List: "2026", Item: 7, Unit: "H87", Amount: 5 * plant.Currency}},
	}
}

func draft(side order.Side, lines ...order.Wanted) order.Draft {
	return order.Draft{Side: side, Partner: "C-100", Today: today, Lines: lines}
}

func money(units int64) *plant.Money {
	m := plant.Money(units) * plant.Currency
	return &m
}

func made(t testing.TB, side order.Side, lines ...order.Wanted) order.Order {
	t.Helper()
	o, err := order.Compose(draft(side, lines...), known(side))
	if err != nil {
		t.Fatal(err)
	}
	for i := range o.Lines {
		o.Lines[i].ID = int64(100 + i)
	}
	o.ID, o.Number = 1, "SO-000001"
	return o
}

func firm(t testing.TB, side order.Side, lines ...order.Wanted) order.Order {
	t.Helper()
	o, err := made(t, side, lines...).Take(order.Step{Do: order.Confirm})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func moved(t testing.TB, o order.Order, kind order.Kind, picks ...order.Pick) (order.Order, order.Paper) {
	t.Helper()
	o, p, err := o.Move(order.Movement{Kind: kind, Picks: picks}, nil)
	if err != nil {
		t.Fatal(err)
	}
	return o, p
}

func fieldsOf(t testing.TB, err error) map[string]string {
	t.Helper()
	var e *errs.Error
	if !errors.As(err, &e) || e.Kind != errs.Invalid {
		t.Fatalf("got %v", err)
	}
	all := map[string]string{}
	for _, f := range e.Fields {
		all[f.Path] = f.Message
	}
	return all
}

func TestADraftBecomesAnOrderWithWhatIsFound(t *testing.T) {
	o := made(t, partner.Sales, order.Wanted{Item: " a-100", Unit: "BX", Quantity: plant.Pieces(10), Requested: "2026-03-10"})
	l := o.Lines[0]
	if l.Ordered != plant.Pieces(120) || l.Price != 60*plant.Currency || l.Total() != 600*plant.Currency || l.Why != "list 2026: 5.00 for one H87" || l.Due != "2026-03-10" {
		t.Errorf("%+v", l)
	}
	if o.Terms != "30 days net" || o.Address != "1 Mill Lane" || o.State() != order.Open || o.Due() != "2026-03-10" {
		t.Errorf("%+v, %s", o, o.State())
	}
	if p := made(t, partner.Purchase, order.Wanted{Item: "A-100", Quantity: plant.Pieces(1)}); p.Lines[0].Due != "2026-03-05" {
		t.Errorf("a purchase comes on %s, though it takes three days", p.Lines[0].Due)
	}
}

func TestEverythingThatIsWrongWithADraftIsToldAtOnce(t *testing.T) {
	k := known(partner.Sales)
	d := draft(
		partner.Sales,
		order.Wanted{Item: "X-1", Quantity: plant.One},
		order.Wanted{Item: "A-100", Quantity: -plant.One},
		order.Wanted{Item: "A-100", Quantity: plant.One, Unit: "MTR"},
		order.Wanted{Item: "L-100", Quantity: plant.One},
		order.Wanted{Item: "A-100", Quantity: plant.One, Requested: "tomorrow"},
		order.Wanted{Item: "S-100", Quantity: plant.One / 2, Price: money(1)},
		order.Wanted{Item: "A-100", Quantity: 1 << 62, Price: money(1)},
		order.Wanted{Item: "A-100", Quantity: plant.Pieces(1_000_000_000), Price: money(1_000_000_000)},
		order.Wanted{},
	)
	d.Wrong = []errs.Field{{Path: "lines[8].quantity", Message: `quantity "1e30" is not a decimal number`}}
	_, err := order.Compose(d, k)
	fields := fieldsOf(t, err)
	for _, want := range []string{
		"lines[0].item", "lines[1].quantity", "lines[2].unit", "lines[3].price", "lines[4].requested", "lines[5].quantity", "lines[6].quantity", "lines[7].price", "lines[8].item", "lines[8].quantity",
	} {
		if fields[want] == "" {
			t.Errorf("nothing is said of %s: %v", want, fields)
		}
	}
	if len(fields) != 10 {
		t.Errorf("%d things are said: %v", len(fields), fields)
	}
}

func TestUnitsAreThoseOfTheItemOrOfNature(t *testing.T) {
	i := order.Item{Number: "K-1", Unit: "KGM", Units: map[string]partner.Factor{"KGM": partner.Unity(), "BX": {Num: 25, Den: 2}}}
	for text, want := range map[string]string{"": "1", "kg": "1", "BX": "12.5", "g": "0.001", "LBR": "0.453592"} {
		_, f, ok := i.Counted(text)
		if q, fits := f.Stock(plant.One); !ok || !fits || q.String() != want {
			t.Errorf("one %q is %s kg, %v", text, q, ok)
		}
	}
	if _, _, ok := i.Counted("m"); ok {
		t.Error("a kilogram is counted in metres")
	}
}

func TestGoodsGoInPartsAndTheRestStaysOpen(t *testing.T) {
	o := firm(t, partner.Sales, order.Wanted{Item: "A-100", Quantity: plant.Pieces(10), Requested: today})
	o, p := moved(t, o, order.Delivery, order.Pick{Place: 1, Quantity: plant.Pieces(4)})
	if o.State() != order.Partly || o.Lines[0].Open() != plant.Pieces(6) || p.Lines[0].Amount != 20*plant.Currency {
		t.Errorf("%s %+v", o.State(), p)
	}
	_, _, err := o.Move(order.Movement{Kind: order.Delivery, Picks: []order.Pick{{Place: 1, Quantity: plant.Pieces(4)}, {Place: 1, Quantity: plant.Pieces(4)}}}, nil)
	if f := fieldsOf(t, err); !strings.Contains(f["lines[1].quantity"], "2 H87 at most") {
		t.Error(f)
	}
	o, err = o.Take(order.Step{Do: order.Cancel})
	if err != nil || o.State() != order.Delivered {
		t.Errorf("%v %s", err, o.State())
	}
	if _, err = o.Take(order.Step{Do: order.Cancel}); errs.KindOf(err) != errs.Conflict {
		t.Errorf("nothing was cancelled twice: %v", err)
	}
	o.Lines[0].Billed = plant.Pieces(4)
	if o.State() != order.Closed {
		t.Error(o.State())
	}
	o, back := moved(t, o, order.Return, order.Pick{Place: 1, Quantity: plant.Pieces(1)})
	if back.Lines[0].Amount != -5*plant.Currency || o.State() != order.Delivered || o.Lines[0].Net() != plant.Pieces(3) {
		t.Errorf("%s %+v", o.State(), back)
	}
	o, _ = moved(t, o, order.Return, order.Pick{Place: 1, Quantity: plant.Pieces(1), Again: true})
	if o.Lines[0].Open() != plant.Pieces(1) {
		t.Error("what is to be replaced is not open")
	}
}

func TestAPurchaseMayComeALittleMoreOrLess(t *testing.T) {
	want := order.Wanted{Item: "A-100", Quantity: plant.Pieces(100)}
	for _, c := range []struct {
		came       int64
		refused    bool
		open, over int64
		state      order.State
	}{{94, false, 6, 0, order.Partly}, {95, false, 0, 0, order.Delivered}, {110, false, 0, 10, order.Delivered}, {111, true, 0, 0, ""}} {
		o := firm(t, partner.Purchase, want)
		o, p, err := o.Move(order.Movement{Kind: order.Delivery, Picks: []order.Pick{{Place: 1, Quantity: plant.Pieces(c.came)}}}, nil)
		if (err != nil) != c.refused {
			t.Errorf("%d: %v", c.came, err)
		}
		if err != nil {
			continue
		}
		l := o.Lines[0]
		if l.Open() != plant.Pieces(c.open) || l.Over() != plant.Pieces(c.over) || o.State() != c.state {
			t.Errorf("%d: open %s, over %s, %s", c.came, l.Open(), l.Over(), o.State())
		}
		p.ID = 5
		back, _, err := o.Move(order.Movement{Kind: order.Reversal}, &p)
		if p.Order = o.ID; err != nil || back.State() != order.Firm || back.Lines[0].Open() != plant.Pieces(100) {
			t.Errorf("%d: after its reversal %v %s open %s", c.came, err, back.State(), back.Lines[0].Open())
		}
	}
}

func TestCallsAreFilledInTheOrderOfTheirDays(t *testing.T) {
	o := firm(t, partner.Purchase, order.Wanted{Item: "A-100", Quantity: plant.Pieces(100), Due: "2026-03-30", Calls: []order.Call{{Due: "2026-03-20", Quantity: plant.Pieces(40)}, {Due: "2026-03-10", Quantity: plant.Pieces(30)}}})
	if o.Due() != "2026-03-10" {
		t.Error(o.Due())
	}
	o, _ = moved(t, o, order.Delivery, order.Pick{Place: 1, Quantity: plant.Pieces(35)})
	got := o.Lines[0].Waiting()
	if len(got) != 2 || got[0] != (order.Call{Due: "2026-03-20", Quantity: plant.Pieces(35)}) || got[1] != (order.Call{Due: "2026-03-30", Quantity: plant.Pieces(30)}) {
		t.Errorf("%+v", got)
	}
}

func TestLotsAndSerialsAreAskedFor(t *testing.T) {
	o := firm(t, partner.Sales, order.Wanted{Item: "L-100", Quantity: plant.Pieces(2), Price: money(1), Requested: today}, order.Wanted{Item: "S-100", Quantity: plant.Pieces(2), Price: money(1), Requested: today})
	_, _, err := o.Move(order.Movement{Kind: order.Delivery, Picks: []order.Pick{{Place: 1, Quantity: plant.One}, {Place: 2, Quantity: plant.One}, {Place: 2, Quantity: plant.Pieces(2), Serial: "1"}, {Place: 9, Quantity: plant.One}}}, nil)
	f := fieldsOf(t, err)
	for _, want := range []string{"lines[0].lot", "lines[1].serial", "lines[2].quantity", "lines[3].line"} {
		if f[want] == "" {
			t.Errorf("nothing is said of %s: %v", want, f)
		}
	}
}

func TestWhatWasAgreedChangesOnlyAsFarAsItHasNotGone(t *testing.T) {
	o := firm(t, partner.Sales, order.Wanted{Item: "A-100", Quantity: plant.Pieces(10), Requested: today})
	o, _ = moved(t, o, order.Delivery, order.Pick{Place: 1, Quantity: plant.Pieces(4)})
	change := func(lines ...order.Wanted) (order.Order, error) {
		k := known(partner.Sales)
		k.Was = &o
		k.Prices[0].Amount = 9 * plant.Currency // since then
		return order.Compose(draft(partner.Sales, lines...), k)
	}
	if _, err := change(order.Wanted{Place: 1, Item: "A-100", Quantity: plant.Pieces(3)}); fieldsOf(t, err)["lines[0].quantity"] == "" {
		t.Error("less than has gone")
	}
	if _, err := change(order.Wanted{Item: "A-100", Quantity: plant.Pieces(3)}); fieldsOf(t, err)["lines"] == "" {
		t.Error("a line that was agreed was left out")
	}
	if _, err := change(order.Wanted{Place: 1, Item: "L-100", Quantity: plant.Pieces(10), Price: money(1)}); fieldsOf(t, err)["lines[0].item"] == "" {
		t.Error("another item")
	}
	n, err := change(order.Wanted{Place: 1, Item: "A-100", Quantity: plant.Pieces(10), Due: "2026-03-12"}, order.Wanted{Item: "A-100", Quantity: plant.One})
	if err != nil || n.Lines[0].Price != 5*plant.Currency || n.Lines[0].Done != plant.Pieces(4) || n.Lines[1].Place != 2 || n.Lines[1].Price != 9*plant.Currency {
		t.Errorf("%v %+v", err, n.Lines)
	}
	old, now := order.Changes(o, n)
	if !strings.Contains(old, "due 2026-03-02") || !strings.Contains(now, "due 2026-03-12") || !strings.Contains(now, "line 2: 1 H87 A-100") {
		t.Errorf("%s\n--\n%s", old, now)
	}
}

// Whatever is done to an order: ordered = delivered + open + cancelled, and the papers tell what has gone.
func TestNothingOfALineIsLostOrDoubled(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		side := rapid.SampledFrom([]order.Side{partner.Sales, partner.Purchase}).Draw(r, "side")
		o, err := order.Compose(draft(side, order.Wanted{Item: "A-100", Unit: rapid.SampledFrom([]string{"H87", "BX", "KGM"}).Draw(r, "unit"), Quantity: plant.Quantity(rapid.Int64Range(1, 5_000_000).Draw(r, "asked")), Price: money(1), Requested: today}), known(side))
		if err != nil {
			r.Skip(err.Error())
		}
		o.ID, o.Lines[0].ID = 1, 1
		if o, err = o.Take(order.Step{Do: order.Confirm}); err != nil {
			r.Fatal(err)
		}
		var papers []order.Paper
		for range rapid.IntRange(1, 20).Draw(r, "steps") {
			kind := rapid.SampledFrom([]order.Kind{order.Delivery, order.Delivery, order.Return, order.Reversal, "cancel"}).Draw(r, "kind")
			var after order.Order
			var p order.Paper
			switch kind {
			case "cancel":
				after, err = o.Take(order.Step{Do: order.Cancel})
			case order.Reversal:
				var last *order.Paper
				if len(papers) > 0 {
					last = &papers[rapid.IntRange(0, len(papers)-1).Draw(r, "which")]
				}
				if after, p, err = o.Move(order.Movement{Kind: kind}, last); err == nil {
					last.Reversed = true
				}
			default:
				q := plant.Quantity(rapid.Int64Range(-10, 6_000_000).Draw(r, "quantity"))
				if rapid.Bool().Draw(r, "all") {
					q = o.Lines[0].In(o.Lines[0].Open())
				}
				after, p, err = o.Move(order.Movement{Kind: kind, Picks: []order.Pick{{Place: 1, Quantity: q, Again: rapid.Bool().Draw(r, "again"), Rest: rapid.Bool().Draw(r, "rest")}}}, nil)
			}
			if err != nil {
				if k := errs.KindOf(err); k != errs.Invalid && k != errs.Conflict && k != errs.NotFound {
					r.Fatal(err)
				}
				continue
			}
			if p.Kind != "" {
				p.ID = int64(len(papers) + 1)
				papers = append(papers, p)
			}
			o = after
			sound(r, o, papers)
		}
	})
}

func sound(t *rapid.T, o order.Order, papers []order.Paper) {
	l := o.Lines[0]
	if l.Ordered+l.Over() != l.Done+l.Open()+l.Cancelled {
		t.Fatalf("ordered %s + over %s ≠ done %s + open %s + cancelled %s", l.Ordered, l.Over(), l.Done, l.Open(), l.Cancelled)
	}
	if o.Side == partner.Sales && l.Over() != 0 {
		t.Fatalf("%s too much has gone", l.Over())
	}
	if l.Done < 0 || l.Cancelled < 0 || l.Returned < 0 || l.Net() < 0 {
		t.Fatalf("less than nothing: %+v", l)
	}
	var gone plant.Quantity
	for _, p := range papers {
		for _, m := range p.Lines {
			gone += m.Quantity
		}
	}
	if gone != l.Net() {
		t.Fatalf("the papers tell of %s, the line of %s", gone, l.Net())
	}
	var waiting plant.Quantity
	for _, c := range l.Waiting() {
		waiting += c.Quantity
	}
	if waiting != l.Open() {
		t.Fatalf("%s wait, %s are open", waiting, l.Open())
	}
}
