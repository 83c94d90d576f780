package mrp_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"millwright/internal/erp/mrp"
	"millwright/internal/plant"
)

const one = plant.One

// weeks makes a demand for each week's pieces, from week 1 on.
func weeks(item int32, pieces ...int64) (all []mrp.Demand) {
	for w, n := range pieces {
		if n > 0 {
			all = append(all, mrp.Demand{Item: item, Day: mrp.Day(w + 1), Quantity: plant.Pieces(n), Source: fmt.Sprintf("week %d", w+1)})
		}
	}
	return all
}

func receipt(id string, item int32, pieces int64, day mrp.Day) mrp.Receipt {
	return mrp.Receipt{ID: id, Item: item, Day: day, Quantity: plant.Pieces(pieces)}
}

func planOf(t *testing.T, in mrp.Input) *mrp.Plan {
	t.Helper()
	p, err := mrp.Make(in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// releases writes an item's orders as "153@2 120@5".
func releases(p *mrp.Plan, item int32) string {
	var all []string
	for _, o := range p.Orders {
		if o.Item == item && !o.Passed {
			all = append(all, fmt.Sprintf("%s@%d", o.Quantity, o.Release))
		}
	}
	return strings.Join(all, " ")
}

// balances gives an item's stock at the end of each week, with receipts on the days on which the plan wants them.
func balances(p *mrp.Plan, item int32, upTo int) (all []string) {
	for w := 1; w <= upTo; w++ {
		left := plant.Quantity(0)
		for _, s := range p.Supplies(item) {
			if s.Source == mrp.Stock || s.Day <= mrp.Day(w) {
				left += s.Quantity
			}
		}
		for _, r := range p.Requirements(item) {
			if r.Day <= mrp.Day(w) {
				left -= r.Quantity
			}
		}
		all = append(all, left.String())
	}
	return all
}

func messages(p *mrp.Plan) string {
	var all []string
	for _, m := range p.Messages {
		all = append(all, fmt.Sprintf("%s %s %d→%d %s→%s", m.Action, p.Items[m.Item].ID, m.From, m.To, m.Was, m.Quantity))
	}
	return strings.Join(all, "; ")
}

func TestOneItem(t *testing.T) {
	gross := []int64{150, 0, 0, 120, 0, 150, 120, 0}
	for name, c := range map[string]struct {
		lot      mrp.Lot
		releases string
		balances []string
	}{
		"fixed lot":        {mrp.Lot{Rule: mrp.Fixed, Quantity: 230 * one}, "230@2 230@5", []string{"117", "117", "117", "227", "227", "77", "187", "187"}},
		"period of supply": {mrp.Lot{Rule: mrp.Periods, Days: 3}, "153@2 120@5", nil},
		"lot for lot":      {mrp.Lot{}, "3@2 150@4 120@5", nil},
		"up to a maximum":  {mrp.Lot{Rule: mrp.UpTo, Quantity: 200 * one}, "203@2 270@5", nil},
		"economic":         {mrp.Lot{Rule: mrp.Economic, Quantity: 100 * one}, "100@2 100@4 100@5", nil},
		"at least":         {mrp.Lot{Min: 50 * one}, "50@2 103@4 120@5", nil},
		"in multiples":     {mrp.Lot{Multiple: 40 * one}, "40@2 120@4 120@5", nil},
		"at most":          {mrp.Lot{Max: 60 * one, Multiple: 25 * one}, "25@2 50@4 50@4 50@4 50@5 50@5", nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := planOf(t, mrp.Input{
				Items:    []mrp.Item{{ID: "K", OnHand: 37 * one, Lead: 2, Lot: c.lot}},
				Demands:  weeks(0, gross...),
				Receipts: []mrp.Receipt{receipt("PO-1", 0, 230, 1)},
			})
			if got := releases(p, 0); got != c.releases {
				t.Errorf("releases %s, want %s", got, c.releases)
			}
			if got := balances(p, 0, 8); c.balances != nil && !slices.Equal(got, c.balances) {
				t.Errorf("balances %v, want %v", got, c.balances)
			}
		})
	}
}

func TestLeadTimeMovesReleases(t *testing.T) {
	p := planOf(t, mrp.Input{Today: 1, Items: []mrp.Item{{ID: "T", OnHand: 120 * one, Lead: 2}}, Demands: weeks(0, 41, 44, 84, 42, 84, 86, 7, 18, 49, 30)})
	if got, want := releases(p, 0), "49@1 42@2 84@3 86@4 7@5 18@6 49@7 30@8"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

const z, a, b, c, d, e, f = 0, 1, 2, 3, 4, 5, 6

func per(parent, child int32, n int64) mrp.Part {
	return mrp.Part{Parent: parent, Child: child, Per: mrp.Ratio{Num: n, Den: 1}}
}

var stool = []mrp.Part{per(z, a, 2), per(z, b, 3), per(a, c, 4), per(a, d, 4), per(d, e, 2)}

func TestPartsAreWantedWhenTheirParentIsBegun(t *testing.T) {
	p := planOf(t, mrp.Input{
		Items:   []mrp.Item{{ID: "Z", Lead: 2}, {ID: "A", Lead: 1}, {ID: "B", Lead: 1}, {ID: "C", Lead: 1}, {ID: "D", Lead: 1}, {ID: "E", Lead: 3}},
		Parts:   stool,
		Demands: []mrp.Demand{{Item: z, Day: 10, Quantity: 59 * one, Source: "SO-1"}},
	})
	for item, want := range []string{"59@8", "118@7", "177@7", "472@6", "472@6", "944@3"} {
		if got := releases(p, int32(item)); got != want {
			t.Errorf("%s: %s, want %s", p.Items[item].ID, got, want)
		}
	}
}

func TestSharedPartsWithLotsAndReceipts(t *testing.T) {
	const a, b, c, d, e, f = 0, 1, 2, 3, 4, 5
	p := planOf(t, mrp.Input{
		Today: 1,
		Items: []mrp.Item{
			{ID: "A", Lead: 2, OnHand: 5 * one, Lot: mrp.Lot{Multiple: 20 * one}},
			{ID: "B", Lead: 2, OnHand: 10 * one, Lot: mrp.Lot{Multiple: 40 * one}},
			{ID: "C", Lead: 1},
			{ID: "D", Lead: 3, OnHand: 100 * one, Lot: mrp.Lot{Multiple: 160 * one}},
			{ID: "E", Lead: 2, OnHand: 100 * one},
			{ID: "F", Lead: 2},
		},
		Parts:    []mrp.Part{per(a, b, 1), per(a, c, 1), per(b, d, 3), per(b, f, 1), per(c, b, 3), per(c, d, 1), per(c, e, 4), per(d, e, 1)},
		Demands:  []mrp.Demand{{Item: a, Day: 10, Quantity: 20 * one, Source: "SO-1"}},
		Receipts: []mrp.Receipt{receipt("A10", a, 10, 3), receipt("B20", b, 20, 7), receipt("F40", f, 40, 5), receipt("E60", e, 60, 2)},
	})
	for item, want := range map[int32]string{a: "20@8", c: "20@7", b: "40@5 40@6", d: "160@2", f: "40@4", e: "80@5"} {
		if got := releases(p, item); got != want {
			t.Errorf("%s: %s, want %s", p.Items[item].ID, got, want)
		}
	}
}

func TestReceiptsAreToBeMovedBeforeAnythingIsOrdered(t *testing.T) {
	make := func(third int64, change func(*mrp.Input)) *mrp.Plan {
		in := mrp.Input{
			Items:    []mrp.Item{{ID: "P", OnHand: 100 * one, Lead: 4, Lot: mrp.Lot{Rule: mrp.Fixed, Quantity: 200 * one}}},
			Demands:  weeks(0, 50, 125, third, 60, 40),
			Receipts: []mrp.Receipt{receipt("PO-2", 0, 200, 2), receipt("PO-4", 0, 200, 4)},
		}
		if change != nil {
			change(&in)
		}
		return planOf(t, in)
	}
	p := make(100, nil)
	if got := balances(p, 0, 5); !slices.Equal(got, []string{"50", "125", "25", "165", "125"}) || len(p.Messages) > 0 {
		t.Errorf("%v, %s", got, messages(p))
	}
	p = make(150, nil)
	if got := messages(p); got != "expedite P 4→3 200→200" || len(p.Orders) > 0 {
		t.Errorf("%s", got)
	}
	if why := p.Why(p.Messages[0], func(d mrp.Day) string { return fmt.Sprintf("day %d", d) }); why != "wanted on day 3 by week 3" {
		t.Errorf("it says %q", why)
	}
	for name, c := range map[string]struct {
		change func(*mrp.Input)
		want   string
	}{
		"not to be moved": {func(in *mrp.Input) { in.Receipts[1].Fixed = true }, ""},
		"not needed":      {func(in *mrp.Input) { in.Demands = in.Demands[:2] }, "cancel P 4→4 200→0"},
		"needed later":    {func(in *mrp.Input) { in.Demands = weeks(0, 50, 50, 0, 60, 0) }, "defer P 2→4 200→200; cancel P 4→4 200→0"},
		"too much":        {func(in *mrp.Input) { in.Items[0].Lot = mrp.Lot{}; in.Demands = weeks(0, 50, 125, 100, 60, 0) }, "decrease P 4→4 200→35"},
		"too little":      {func(in *mrp.Input) { in.Items[0].Lot = mrp.Lot{}; in.Demands = weeks(0, 50, 125, 100, 300, 0) }, "increase P 4→4 200→275"},
		"safety time":     {func(in *mrp.Input) { in.Items[0].Ahead = 1; in.Receipts[0].Day = 1 }, "expedite P 4→2 200→200"},
	} {
		if got := messages(make(150, c.change)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
	if p := make(150, func(in *mrp.Input) { in.Receipts[1].Fixed = true }); releases(p, 0) != "200@-1" {
		t.Errorf("a receipt that cannot be moved: %s", releases(p, 0))
	}
}

func TestRulesOfAnItem(t *testing.T) {
	plain := mrp.Item{ID: "X", OnHand: 20 * one, Lead: 3, Make: true}
	for name, c := range map[string]struct {
		change func(*mrp.Item)
		want   string
	}{
		"plain":                {func(*mrp.Item) {}, "80 of 80, 7 to 10"},
		"safety stock":         {func(i *mrp.Item) { i.Safety = 15 * one }, "95 of 95, 7 to 10"},
		"safety stock lacking": {func(i *mrp.Item) { i.Safety = 25 * one }, "5 of 5, -3 to 0; 100 of 100, 7 to 10"},
		"safety time":          {func(i *mrp.Item) { i.Ahead = 2 }, "80 of 80, 5 to 8"},
		"time fence":           {func(i *mrp.Item) { i.Fence = 12 }, "80 of 80, 9 to 12"},
		"yield":                {func(i *mrp.Item) { i.Yield = mrp.Ratio{Num: 9, Den: 10} }, "80 of 88.888889, 7 to 10"},
	} {
		i := plain
		c.change(&i)
		p := planOf(t, mrp.Input{Items: []mrp.Item{i}, Demands: []mrp.Demand{{Day: 10, Quantity: 100 * one, Source: "SO-7"}}})
		var all []string
		for _, o := range p.Orders {
			all = append(all, fmt.Sprintf("%s of %s, %d to %d", o.Quantity, o.Start, o.Release, o.Due))
		}
		if got := strings.Join(all, "; "); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestWhatIsExplodedIsTheLot(t *testing.T) {
	p := planOf(t, mrp.Input{
		Items:   []mrp.Item{{ID: "Z", Lot: mrp.Lot{Multiple: 30 * one}, Yield: mrp.Ratio{Num: 3, Den: 4}}, {ID: "A", Lot: mrp.Lot{}}, {ID: "B"}},
		Parts:   []mrp.Part{per(0, 1, 2), {Parent: 0, Child: 2, Per: mrp.Ratio{Num: 1, Den: 12}, Once: one}},
		Demands: []mrp.Demand{{Item: 0, Day: 5, Quantity: 10 * one}},
	})
	if got := releases(p, 1) + ", " + releases(p, 2); got != "80@5, 4.333333@5" {
		t.Error(got)
	}
}

func TestAPhantomIsNeverOrdered(t *testing.T) {
	p := planOf(t, mrp.Input{
		Items:   []mrp.Item{{ID: "Z", Lead: 2}, {ID: "kit", Phantom: true, Lead: 9, OnHand: 0, Lot: mrp.Lot{Multiple: 7 * one}}, {ID: "part", Lead: 1}},
		Parts:   []mrp.Part{per(0, 1, 2), per(1, 2, 3)},
		Demands: []mrp.Demand{{Item: 0, Day: 10, Quantity: 10 * one, Source: "SO-1"}},
	})
	if got := releases(p, 1) + "|" + releases(p, 2); got != "|60@7" {
		t.Error(got)
	}
	if got := p.Serves(2, mrp.New, int32(len(p.Orders)-1)); !slices.Equal(got, []int32{0}) {
		t.Errorf("the part serves %v", got)
	}
}

func TestAFirmedOrderTakesItsParts(t *testing.T) {
	firmed := receipt("WO-1", 0, 40, 8)
	firmed.Explode, firmed.Fixed = true, true
	p := planOf(t, mrp.Input{
		Items:    []mrp.Item{{ID: "Z", Lead: 2}, {ID: "A", Lead: 1}},
		Parts:    []mrp.Part{per(0, 1, 2)},
		Demands:  []mrp.Demand{{Item: 0, Day: 9, Quantity: 50 * one, Source: "SO-1"}},
		Receipts: []mrp.Receipt{firmed},
	})
	if got := releases(p, 0) + ", " + releases(p, 1); got != "10@7, 80@5 20@6" {
		t.Error(got)
	}
	if got := p.Serves(1, mrp.New, 1); !slices.Equal(got, []int32{0}) {
		t.Errorf("it serves %v", got)
	}
}

func TestCirclesAreLeftOutAndTheRestIsPlanned(t *testing.T) {
	in := mrp.Input{
		Items:   []mrp.Item{{ID: "A"}, {ID: "B"}, {ID: "C"}, {ID: "D"}, {ID: "E"}},
		Parts:   []mrp.Part{per(0, 1, 1), per(1, 2, 1), per(2, 0, 1), per(2, 3, 2), per(4, 4, 1), per(4, 3, 1)},
		Demands: []mrp.Demand{{Item: 0, Day: 3, Quantity: one}, {Item: 4, Day: 3, Quantity: one}},
	}
	p := planOf(t, in)
	var said []string
	for _, w := range p.Warnings {
		said = append(said, w.Say(p.Items))
	}
	want := []string{
		"the bill of material is a circle (A → B → C → A): its last step is left out",
		"the bill of material is a circle (E → E): its last step is left out",
	}
	if !slices.Equal(said, want) {
		t.Errorf("%q", said)
	}
	if got := releases(p, 3); got != "3@3" && got != "2@3 1@3" {
		t.Errorf("D: %s", got)
	}
	if _, is := mrp.Circle(&in); !is {
		t.Error("the door lets it pass")
	}
	in.Parts = in.Parts[3:4]
	if w, is := mrp.Circle(&in); is {
		t.Errorf("%+v is none", w)
	}
}

// layered is two nodes a layer, each made of both of the next, and one of each of the first is wanted.
func layered(layers int32) (in mrp.Input) {
	for i := range 2 * layers {
		in.Items = append(in.Items, mrp.Item{ID: fmt.Sprint(i)})
		if next := (i/2 + 1) * 2; i/2+1 < layers {
			in.Parts = append(in.Parts, per(i, next, 1), per(i, next+1, 1))
		}
	}
	in.Demands = []mrp.Demand{{Item: 0, Day: 1, Quantity: one}, {Item: 1, Day: 1, Quantity: one}}
	return in
}

func TestALayeredGraphDoesNotExplode(t *testing.T) {
	const layers = 21
	p := planOf(t, layered(layers))
	for _, bottom := range []int32{2*layers - 2, 2*layers - 1} {
		sum := plant.Quantity(0)
		for _, r := range p.Requirements(bottom) {
			sum += r.Quantity
		}
		if sum != plant.Pieces(1<<20) {
			t.Errorf("%s of item %d", sum, bottom)
		}
	}
}

func TestWhatCannotBePlannedIsRefused(t *testing.T) {
	good := mrp.Input{Items: []mrp.Item{{ID: "X"}, {ID: "Y"}}, Parts: []mrp.Part{per(0, 1, 1)}, Demands: weeks(0, 5), Receipts: []mrp.Receipt{receipt("R", 0, 1, 1)}}
	for want, change := range map[string]func(*mrp.Input){
		"safety stock is negative":                 func(in *mrp.Input) { in.Items[0].Safety = -1 },
		"yield is 0 of 5":                          func(in *mrp.Input) { in.Items[0].Yield = mrp.Ratio{Den: 5} },
		"yield is 6 of 5":                          func(in *mrp.Input) { in.Items[0].Yield = mrp.Ratio{Num: 6, Den: 5} },
		"quantity of its lot size is negative":     func(in *mrp.Input) { in.Items[0].Lot.Min = -1 },
		"cannot be of at least 3 in multiples":     func(in *mrp.Input) { in.Items[0].Lot = mrp.Lot{Min: 3 * one, Max: one} },
		"period of supply, lacks its":              func(in *mrp.Input) { in.Items[0].Lot = mrp.Lot{Rule: mrp.Periods} },
		"fixed lot, lacks its":                     func(in *mrp.Input) { in.Items[0].Lot = mrp.Lot{Rule: mrp.Fixed} },
		"names an item that there is not":          func(in *mrp.Input) { in.Parts[0].Child = 2 },
		"takes no sound quantity":                  func(in *mrp.Input) { in.Parts[0].Per = mrp.Ratio{Num: 1} },
		"demand of week 1 is for an item that the": func(in *mrp.Input) { in.Demands[0].Item = -1 },
		"order R is for an item that there is not": func(in *mrp.Input) { in.Receipts[0].Quantity = -1 },
		"beyond counting":                          func(in *mrp.Input) { in.Items[0].Make, in.Parts[0].Per = true, mrp.Ratio{Num: 1 << 62, Den: 1} },
	} {
		in := mrp.Input{Items: slices.Clone(good.Items), Parts: slices.Clone(good.Parts), Demands: slices.Clone(good.Demands), Receipts: slices.Clone(good.Receipts)}
		in.Demands[0].Quantity = 5 * one
		in.Receipts[0].Quantity = max(in.Receipts[0].Quantity, 1)
		change(&in)
		if _, err := mrp.Make(in); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
}
