package mrp_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"millwright/internal/erp/mrp"
	"millwright/internal/plant"
)

// beside says that so much of a child comes out for one of the parent.
func beside(parent, child int32, num, den int64) mrp.Part {
	return mrp.Part{Parent: parent, Child: child, Per: mrp.Ratio{Num: num, Den: den}, Output: true}
}

// TestWhatComesBesidesOrdersCovers: A is made in two days and yields half a B.
func TestWhatComesBesidesOrdersCovers(t *testing.T) {
	want := func(item int32, day mrp.Day, pieces int64) mrp.Demand {
		return mrp.Demand{Item: item, Day: day, Quantity: plant.Pieces(pieces), Source: fmt.Sprintf("SO-%d", item)}
	}
	half := []mrp.Part{beside(0, 1, 1, 2)}
	firmed := receipt("WO-1", 0, 40, 5)
	firmed.Explode = true
	for name, c := range map[string]struct {
		change   func(in *mrp.Input)
		orders   string // of B
		messages string
	}{
		"a planned order covers": {func(in *mrp.Input) { in.Demands = []mrp.Demand{want(0, 5, 40), want(1, 6, 20)} }, "", ""},
		"in part":                {func(in *mrp.Input) { in.Demands = []mrp.Demand{want(0, 5, 40), want(1, 6, 50)} }, "30@5", ""},
		"not before it comes":    {func(in *mrp.Input) { in.Demands = []mrp.Demand{want(0, 5, 40), want(1, 4, 20)} }, "20@3", ""},
		"a firmed order covers": {func(in *mrp.Input) {
			in.Demands, in.Receipts = []mrp.Demand{want(0, 5, 40), want(1, 6, 20)}, []mrp.Receipt{firmed}
		}, "", ""},
		"what is rejected yields too": {func(in *mrp.Input) {
			in.Items[0].Yield = mrp.Ratio{Num: 4, Den: 5}
			in.Demands = []mrp.Demand{want(0, 5, 40), want(1, 6, 25)}
		}, "", ""},
		"a purchase is not wanted any more": {func(in *mrp.Input) {
			in.Demands, in.Receipts = []mrp.Demand{want(0, 5, 40), want(1, 6, 20)}, []mrp.Receipt{receipt("PO-1", 1, 20, 6)}
		}, "", "cancel B 6→6 20→0"},
		"an order lives not on its own": {func(in *mrp.Input) {
			in.Items[0].Lead = 0
			in.Parts = append(in.Parts, per(0, 1, 1))
			in.Demands = []mrp.Demand{want(0, 5, 40)}
		}, "40@4", ""},
		"the next one lives on what came": {func(in *mrp.Input) {
			in.Parts = append(in.Parts, per(0, 1, 1))
			in.Demands = []mrp.Demand{want(0, 5, 40), want(0, 9, 30)}
		}, "40@2 10@6", ""},
		"of a late one it comes after today": {func(in *mrp.Input) { in.Demands = []mrp.Demand{want(0, 0, 40), want(1, 0, 5), want(1, 1, 20)} }, "5@-1", ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := mrp.Input{Items: []mrp.Item{{ID: "A", Make: true, Lead: 2}, {ID: "B", Lead: 1}}, Parts: slices.Clone(half)}
			c.change(&in)
			p := planOf(t, in)
			if got := releases(p, 1); got != c.orders {
				t.Errorf("orders of B %q, want %q", got, c.orders)
			}
			if got := messages(p); got != c.messages {
				t.Errorf("messages %q, want %q", got, c.messages)
			}
		})
	}
	in := mrp.Input{Items: []mrp.Item{{ID: "A", Lead: 2}, {ID: "B"}}, Parts: half, Demands: []mrp.Demand{want(0, 5, 40), want(1, 6, 20)}, Receipts: []mrp.Receipt{receipt("PO-1", 1, 9, 6)}}
	p := planOf(t, in)
	if got := p.Serves(0, mrp.New, 0); !slices.Equal(got, []int32{1, 0}) && !slices.Equal(got, []int32{0, 1}) {
		t.Errorf("the order of A serves %v", got)
	}
	if why := p.Why(p.Messages[0], nil); why != "nothing wants it: it comes besides A" {
		t.Error(why)
	}
}

// TestOutputsInCircles: what is taken is planned whatever comes besides it, and the first output stays.
func TestOutputsInCircles(t *testing.T) {
	for name, c := range map[string]struct {
		parts []mrp.Part
		said  string
		c     string // orders of C
	}{
		"made of it":             {[]mrp.Part{beside(0, 1, 1, 1), per(1, 0, 1)}, "B comes besides A, for which it is wanted itself (B → A → B): it is not planned with", ""},
		"through a third":        {[]mrp.Part{per(1, 2, 1), per(2, 0, 1), beside(0, 1, 1, 1)}, "B comes besides A, for which it is wanted itself (B → C → A → B): it is not planned with", "7@9"},
		"each besides the other": {[]mrp.Part{beside(0, 1, 1, 1), beside(1, 0, 1, 1)}, "A comes besides B, for which it is wanted itself (A → B → A): it is not planned with", ""},
		"besides itself":         {[]mrp.Part{beside(0, 0, 1, 1)}, "A comes besides A, for which it is wanted itself (A → A): it is not planned with", ""},
		"of two the first":       {[]mrp.Part{beside(0, 1, 1, 1), beside(1, 2, 1, 1), beside(2, 0, 1, 1)}, "A comes besides C, for which it is wanted itself (A → B → C → A): it is not planned with", ""},
		"taken and given back":   {[]mrp.Part{per(0, 1, 1), beside(0, 1, 1, 1)}, "", ""},
		"a circle of parts too":  {[]mrp.Part{per(0, 1, 1), per(1, 0, 1), beside(0, 2, 1, 1)}, "the bill of material is a circle (A → B → A): its last step is left out", ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := mrp.Input{Items: []mrp.Item{{ID: "A"}, {ID: "B"}, {ID: "C"}}, Parts: c.parts, Demands: []mrp.Demand{{Item: 0, Day: 9, Quantity: 3 * one}, {Item: 1, Day: 9, Quantity: 7 * one}}}
			p := planOf(t, in)
			said := ""
			for _, w := range p.Warnings {
				said += w.Say(p.Items)
			}
			if said != c.said {
				t.Errorf("%q, want %q", said, c.said)
			}
			if got := releases(p, 2); got != c.c {
				t.Errorf("orders of C %q, want %q", got, c.c)
			}
		})
	}
}

// TestEveryOutputComesOnce: what comes besides orders is what the bills say of what is started, after the parts are taken,
// and meets nothing that is wanted earlier; without it the plan is the one without outputs.
func TestEveryOutputComesOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anything(t)
		p, err := mrp.Make(in)
		if err != nil {
			t.Fatal(err)
		}
		dropped := map[int32]bool{}
		for _, w := range p.Warnings {
			dropped[w.Part] = true
			if w.Output != in.Parts[w.Part].Output {
				t.Fatalf("%+v is of %+v", w, in.Parts[w.Part])
			}
		}
		want, got := make([]plant.Quantity, len(in.Items)), make([]plant.Quantity, len(in.Items))
		for n, part := range in.Parts {
			if !part.Output || dropped[int32(n)] {
				continue
			}
			for _, o := range p.Orders {
				if o.Item == part.Parent {
					want[part.Child] += ofPart(part, o.Start)
				}
			}
			for _, r := range in.Receipts {
				if r.Item == part.Parent && r.Explode && r.Quantity > 0 {
					want[part.Child] += ofPart(part, r.Quantity)
				}
			}
		}
		for i := range in.Items {
			supplies, wants := p.Supplies(int32(i)), p.Requirements(int32(i))
			for _, s := range supplies {
				if _, is := p.Maker(s); is {
					got[i] += s.Quantity
				}
			}
			if got[i] != want[i] {
				t.Fatalf("%s of %s comes besides, want %s", got[i], in.Items[i].ID, want[i])
			}
			for _, peg := range p.Pegs(int32(i)) {
				s := supplies[peg.Supply]
				if maker, is := p.Maker(s); is && (s.Day > wants[peg.Requirement].Day || s.Source == mrp.Beside && s.Day <= max(p.Orders[s.Ref].Release, p.Today)) {
					t.Fatalf("%+v comes besides %s and meets %+v", s, in.Items[maker].ID, wants[peg.Requirement])
				}
			}
		}
	})
}

// ofPart is what so much of the parent brings.
func ofPart(p mrp.Part, q plant.Quantity) plant.Quantity {
	n, _ := q.Times(p.Per.Num, p.Per.Den)
	return n + p.Once
}
