package mrp_test

import (
	"testing"

	"millwright/internal/erp/mrp"
	"millwright/internal/plant"
)

// What is made for one customer goes to nobody else, however early he wants it.
func TestWhatIsMadeForADemandMeetsNoOther(t *testing.T) {
	in := mrp.Input{
		Items: []mrp.Item{{ID: "A", Lead: 2, Make: true}},
		Demands: []mrp.Demand{
			{Item: 0, Day: 3, Quantity: 10 * one, Source: "early"}, {Item: 0, Day: 6, Quantity: 10 * one, Source: "late"},
		},
		Receipts: []mrp.Receipt{receipt("WO-1", 0, 10, 6)},
	}
	free := planOf(t, in)
	if got := releases(free, 0); got != "10@4" || messages(free) != "expedite A 6→3 10→10" {
		t.Errorf("without a peg: %s; %s", got, messages(free))
	}
	in.Receipts[0].For = 2
	p := planOf(t, in)
	if got := releases(p, 0); got != "10@1" || messages(p) != "" {
		t.Errorf("made for the late one: %s; %s", got, messages(p))
	}
	for _, peg := range p.Pegs(0) {
		late := p.Requirements(0)[peg.Requirement].Ref == 1
		if open := p.Supplies(0)[peg.Supply].Source == mrp.Open; open != late || peg.Quantity != 10*one {
			t.Errorf("%+v", peg)
		}
	}
	if d := p.Serves(0, mrp.Open, 0); len(d) != 1 || d[0] != 1 {
		t.Errorf("it serves %v", d)
	}
	in.Demands[1].Day = 8
	if p := planOf(t, in); messages(p) != "defer A 6→8 10→10" {
		t.Error(messages(p))
	}
	in.Receipts[0].Quantity, in.Receipts[0].Day, in.Demands[1].Day = 25*one, 3, 6
	if p := planOf(t, in); releases(p, 0) != "" || messages(p) != "" || p.Requirements(0)[1].Bond != 1 {
		t.Errorf("what is more than he wants meets others: %s; %s", releases(p, 0), messages(p))
	}
	in.Demands = in.Demands[1:]
	in.Receipts[0].For = 1
	if p := planOf(t, in); messages(p) != "decrease A 3→3 25→10" {
		t.Error(messages(p))
	}
	in.Receipts[0].For = 2
	if _, err := mrp.Make(in); err == nil {
		t.Error("it is made for a demand that there is not")
	}
	in.Receipts[0].For, in.Demands[0].Quantity = 1, plant.Quantity(0)
	if p := planOf(t, in); messages(p) != "cancel A 3→3 25→0" {
		t.Error(messages(p))
	}
}
