package mrp_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"millwright/internal/erp/mrp"
	"millwright/internal/plant"
)

// Powder (1) is short and takes five days; granule (2) and paste (3) may stand for it in the bill of the piece (0).
func scarce(when mrp.When, granule, paste int64) mrp.Input {
	half := mrp.Ratio{Num: 1, Den: 2}
	return mrp.Input{
		Items: []mrp.Item{
			{ID: "PIECE", Make: true, Lead: 1},
			{ID: "POWDER", OnHand: plant.Pieces(20), Lead: 5, Instead: when},
			{ID: "GRANULE", OnHand: plant.Pieces(granule), Lead: 5},
			{ID: "PASTE", OnHand: plant.Pieces(paste), Lead: 5},
		},
		Parts: []mrp.Part{{Parent: 0, Child: 1, Per: mrp.Ratio{Num: 2, Den: 1}}},
		Demands: []mrp.Demand{
			{Item: 0, Day: 3, Quantity: plant.Pieces(15), Source: "SO-1"},
			{Item: 0, Day: 4, Quantity: plant.Pieces(10), Source: "SO-2"},
			{Item: 0, Day: 9, Quantity: plant.Pieces(10), Source: "SO-3"},
		},
		Alternates: []mrp.Alternate{{Parent: 0, Of: 1, Item: 2}, {Parent: -1, Of: 1, Item: 3, Factor: half}},
	}
}

// ordered writes what is bought as "POWDER 20@3", and swaps as "PIECE@2: 30 POWDER = 15 PASTE".
func told(p *mrp.Plan) string {
	var all []string
	for _, o := range p.Orders {
		if o.Item != 0 {
			all = append(all, fmt.Sprintf("%s %s@%d", p.Items[o.Item].ID, o.Quantity, o.Release))
		}
	}
	for _, s := range p.Swaps {
		all = append(all, fmt.Sprintf("@%d: %s %s = %s %s", s.Day, s.Quantity, p.Items[s.Of].ID, s.Taken, p.Items[s.Item].ID))
	}
	return strings.Join(all, ", ")
}

func TestAlternatesAreTakenForWhatLacks(t *testing.T) {
	for name, c := range map[string]struct {
		in   mrp.Input
		want string
	}{
		"nobody said so":                  {scarce(mrp.ByHand, 100, 100), "POWDER 10@-3, POWDER 20@-2, POWDER 20@3"},
		"what cannot be there in time":    {scarce(mrp.IfLate, 100, 100), "POWDER 20@3, @2: 30 POWDER = 30 GRANULE"},
		"the second best":                 {scarce(mrp.IfLate, 29, 100), "POWDER 20@3, @2: 30 POWDER = 15 PASTE"},
		"an order takes the one or other": {scarce(mrp.IfLate, 29, 14), "POWDER 20@3, @3: 20 POWDER = 20 GRANULE, POWDER 10@-3"},
		"before more is ordered":          {scarce(mrp.Sooner, 100, 0), "@2: 30 POWDER = 30 GRANULE, @8: 20 POWDER = 20 GRANULE"},
		"there is none of them either":    {scarce(mrp.Sooner, 0, 0), "POWDER 10@-3, POWDER 20@-2, POWDER 20@3"},
	} {
		t.Run(name, func(t *testing.T) {
			p, err := mrp.Make(c.in)
			if err != nil {
				t.Fatal(err)
			}
			is, want := strings.Split(told(p), ", "), strings.Split(c.want, ", ")
			slices.Sort(is)
			slices.Sort(want)
			if !slices.Equal(is, want) {
				t.Errorf("%s\nwant %s", is, want)
			}
		})
	}
}

// What others want of an alternate is theirs, its safety stock too.
func TestAnAlternateIsTakenOfWhatNothingElseWants(t *testing.T) {
	in := scarce(mrp.IfLate, 100, 0)
	in.Items[2].Safety = plant.Pieces(30)
	in.Demands = append(in.Demands, mrp.Demand{Item: 2, Day: 40, Quantity: plant.Pieces(41), Source: "SO-4"})
	p, err := mrp.Make(in)
	if err != nil {
		t.Fatal(err)
	}
	if is := told(p); strings.Contains(is, "30 GRANULE") || !strings.Contains(is, "@3: 20 POWDER = 20 GRANULE") || strings.Contains(is, "GRANULE 1") {
		t.Error(is)
	}
}

// A released order's component is met by those alternates alone that its copy of the bill may take; the reason is told.
func TestWhatIsReleasedTakesAnAlternate(t *testing.T) {
	in := scarce(mrp.IfLate, 100, 100)
	in.Demands = []mrp.Demand{{Item: 1, Day: 1, Quantity: plant.Pieces(30), Source: "WO-1", Alternates: in.Alternates[1:]}}
	p, err := mrp.Make(in)
	if err != nil {
		t.Fatal(err)
	}
	day := func(d mrp.Day) string { return fmt.Sprint("day ", d) }
	if len(p.Swaps) != 1 || told(p) != "@1: 30 POWDER = 15 PASTE" {
		t.Fatal(told(p))
	}
	if is := p.Lacking(p.Swaps[0], day); is != "in place of 30 of POWDER, of which 10 are not there on day 1 and come on day 5 at the earliest; of PASTE, 100 are in stock that nothing else wants" {
		t.Error(is)
	}
	if r := p.Requirements(3); len(r) != 1 || r[0].Instead != 1 || r[0].Quantity != plant.Pieces(15) {
		t.Errorf("%+v", r)
	}
	if pegs := p.Pegs(3); len(pegs) != 1 || pegs[0].Supply != 0 || !slices.Equal(p.Serves(3, mrp.Stock, -1), []int32{0}) {
		t.Errorf("%+v", pegs)
	}
	in.Demands[0].Alternates = nil
	if p, err = mrp.Make(in); err != nil || len(p.Swaps) > 0 || len(p.Orders) != 1 {
		t.Errorf("a customer takes no alternate: %v %s", err, told(p))
	}
}

// What stands for each other, and what an item is made into, makes no circle.
func TestAlternatesMakeNoCircle(t *testing.T) {
	in := scarce(mrp.Sooner, 25, 100)
	in.Items[2].Instead = mrp.Sooner
	in.Parts = append(in.Parts, mrp.Part{Parent: 3, Child: 0, Per: mrp.Ratio{Num: 1, Den: 1}}) // paste is made of pieces
	in.Alternates = append(in.Alternates, mrp.Alternate{Parent: -1, Of: 2, Item: 1}, mrp.Alternate{Parent: -1, Of: 1, Item: 1})
	p, err := mrp.Make(in)
	if err != nil || len(p.Warnings) > 0 {
		t.Fatal(err, p.Warnings)
	}
	for _, s := range p.Swaps {
		if s.Item != 2 {
			t.Errorf("%+v", s)
		}
	}
	for item := range in.Items {
		for _, g := range p.Pegs(int32(item)) {
			if g.Supply < 0 {
				t.Errorf("nothing meets %+v of %s", g, in.Items[item].ID)
			}
		}
	}
}

// A firmed order takes an alternate as a planned one does, with another order's surplus counted.
func TestFirmedOrdersTakeAlternates(t *testing.T) {
	in := scarce(mrp.IfLate, 100, 0)
	in.Receipts = []mrp.Receipt{{ID: "WO-7", Item: 0, Day: 2, Quantity: plant.Pieces(15), Explode: true}}
	p, err := mrp.Make(in)
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Swaps) != 1 || p.Swaps[0].Cause != mrp.Firmed || p.Swaps[0].Taken != plant.Pieces(30) {
		t.Errorf("%+v", p.Swaps)
	}
	if r := p.Requirements(2); len(r) != 1 || r[0].Cause != mrp.Firmed {
		t.Errorf("%+v", r)
	}
}

// What a customer wants has the item itself, and an order before it takes the alternate.
func TestAnOrderBeforeGivesWayToACustomer(t *testing.T) {
	in := scarce(mrp.IfLate, 100, 0)
	in.Demands = []mrp.Demand{{Item: 1, Day: 1, Quantity: plant.Pieces(12), Source: "WO-1", Alternates: in.Alternates}, {Item: 1, Day: 2, Quantity: plant.Pieces(15), Source: "SO-1"}}
	p, err := mrp.Make(in)
	if err != nil {
		t.Fatal(err)
	}
	if told(p) != "@1: 12 POWDER = 12 GRANULE" || p.Swaps[0].Lacks != plant.Pieces(7) {
		t.Errorf("%s %+v", told(p), p.Swaps)
	}
}
