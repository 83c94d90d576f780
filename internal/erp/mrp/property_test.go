package mrp_test

import (
	"fmt"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"millwright/internal/erp/mrp"
	"millwright/internal/plant"
)

// anything draws a small plant: bills without circles, every rule, receipts of every kind.
func anything(t *rapid.T) (in mrp.Input) {
	n := rapid.IntRange(1, 8).Draw(t, "items")
	pieces := func(most int64, name string) plant.Quantity {
		return plant.Quantity(rapid.Int64Range(0, most*int64(plant.One)).Draw(t, name))
	}
	for i := range n {
		l := mrp.Lot{Rule: mrp.Rule(rapid.IntRange(0, 4).Draw(t, "rule")), Quantity: pieces(50, "lot") + 1, Days: mrp.Day(rapid.IntRange(1, 5).Draw(t, "days"))}
		if rapid.Bool().Draw(t, "bounded") {
			l.Min, l.Multiple = pieces(20, "min"), pieces(10, "multiple")
			l.Max = l.Min + 2*l.Multiple + plant.One
		}
		if l.Rule == mrp.LotForLot && rapid.Bool().Draw(t, "free") {
			l = mrp.Lot{}
		}
		in.Items = append(in.Items, mrp.Item{
			ID: string(rune('A' + i)), OnHand: pieces(30, "on hand"), Safety: pieces(10, "safety"), Lot: l,
			Lead: mrp.Day(rapid.IntRange(0, 5).Draw(t, "lead")), Ahead: mrp.Day(rapid.IntRange(0, 2).Draw(t, "ahead")), Fence: mrp.Day(rapid.IntRange(0, 3).Draw(t, "fence")),
			Make: rapid.Bool().Draw(t, "make"), Phantom: rapid.IntRange(0, 5).Draw(t, "phantom") == 0,
			Instead: mrp.When(rapid.IntRange(0, 2).Draw(t, "instead")),
		})
	}
	for range rapid.IntRange(0, 12).Draw(t, "parts") {
		a, b := rapid.IntRange(0, n-1).Draw(t, "parent"), rapid.IntRange(0, n-1).Draw(t, "child")
		in.Parts = append(in.Parts, mrp.Part{Parent: int32(a), Child: int32(b), Per: mrp.Ratio{Num: rapid.Int64Range(0, 3).Draw(t, "num"), Den: rapid.Int64Range(1, 3).Draw(t, "den")}, Once: pieces(2, "once"), Output: rapid.IntRange(0, 3).Draw(t, "output") == 0})
	}
	for range rapid.IntRange(0, 4).Draw(t, "alternates") {
		of, by := rapid.IntRange(0, n-1).Draw(t, "of"), rapid.IntRange(0, n-1).Draw(t, "by")
		in.Alternates = append(in.Alternates, mrp.Alternate{Parent: int32(rapid.IntRange(-1, n-1).Draw(t, "in")), Of: int32(of), Item: int32(by), Factor: mrp.Ratio{Num: rapid.Int64Range(0, 3).Draw(t, "factor"), Den: 2}})
	}
	for range rapid.IntRange(0, 10).Draw(t, "demands") {
		in.Demands = append(in.Demands, mrp.Demand{Alternates: in.Alternates[:rapid.IntRange(0, len(in.Alternates)).Draw(t, "allowed")], Item: int32(rapid.IntRange(0, n-1).Draw(t, "item")), Day: mrp.Day(rapid.IntRange(-2, 20).Draw(t, "day")), Quantity: pieces(40, "quantity")})
	}
	for range rapid.IntRange(0, 6).Draw(t, "receipts") {
		r := mrp.Receipt{
			ID: rapid.StringMatching(`[A-Z]{2}`).Draw(t, "id"), Item: int32(rapid.IntRange(0, n-1).Draw(t, "item")), Day: mrp.Day(rapid.IntRange(-2, 20).Draw(t, "day")), Quantity: pieces(40, "quantity"),
			Fixed: rapid.Bool().Draw(t, "fixed"), Explode: rapid.Bool().Draw(t, "explode"),
		}
		if d := rapid.IntRange(0, len(in.Demands)).Draw(t, "for"); d > 0 && in.Demands[d-1].Item == r.Item {
			r.For = int32(d)
			in.Demands[d-1].Alternates = nil // it is a customer's
		}
		in.Receipts = append(in.Receipts, r)
	}
	return in
}

func TestEveryPlanAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anything(t)
		p, err := mrp.Make(in)
		if err != nil {
			t.Fatal(err)
		}
		again, err := mrp.Make(in)
		if err != nil || !reflect.DeepEqual(p, again) {
			t.Fatalf("the same input plans otherwise the second time: %v", err)
		}
		for i := range in.Items {
			item := int32(i)
			supplied, wanted, met := plant.Quantity(0), plant.Quantity(0), plant.Quantity(0)
			for _, s := range p.Supplies(item) {
				if s.Quantity <= 0 {
					t.Fatalf("item %s is supplied with %s", in.Items[i].ID, s.Quantity)
				}
				supplied += s.Quantity
			}
			for _, r := range p.Requirements(item) {
				wanted += r.Quantity
			}
			for _, peg := range p.Pegs(item) {
				if peg.Supply < 0 {
					t.Fatalf("item %s: %s of %+v is met by nothing", in.Items[i].ID, peg.Quantity, p.Requirements(item)[peg.Requirement])
				}
				met += peg.Quantity
			}
			if met != wanted || supplied < wanted {
				t.Fatalf("item %s: %s wanted, %s met, %s supplied", in.Items[i].ID, wanted, met, supplied)
			}
		}
		for _, o := range p.Orders {
			it := &in.Items[o.Item]
			if o.Quantity <= 0 || !it.Phantom && (o.Due < it.Fence || o.Release != o.Due-it.Lead || it.Lot.Rule != mrp.Fixed && (o.Quantity < it.Lot.Min || it.Lot.Multiple > 0 && o.Quantity%it.Lot.Multiple != 0)) {
				t.Fatalf("order %+v of %+v", o, it)
			}
		}
		for _, m := range append(p.Messages, p.Due(1<<30)...) {
			if p.Why(m, func(mrp.Day) string { return "a day" }) == "" {
				t.Fatalf("%+v has no reason", m)
			}
		}
	})
}

// TestAFollowedPlanLacksNothing: who does all that a plan says lacks nothing in the next one. What is late already stays
// late, and parts follow an order that is moved only in the next plan: neither is drawn. Orders that have come to lie on
// one day may be used in another sequence, so that one of them may wait. What is made for somebody and brings more comes
// to others earlier when it is moved for him: that is not drawn either. For what alternates are taken is chosen anew with
// each plan.
func TestAFollowedPlanLacksNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := anything(t)
		in.Alternates = nil
		for i := range in.Items {
			in.Items[i].Fence, in.Items[i].Instead = 0, mrp.ByHand
		}
		for i := range in.Demands {
			in.Demands[i].Day, in.Demands[i].Alternates = max(in.Demands[i].Day, 0), nil
		}
		bound := map[int32]bool{}
		for i := range in.Receipts {
			r := &in.Receipts[i]
			r.Explode = r.Explode && r.Fixed
			if r.For > 0 && (bound[r.For] || r.Quantity > in.Demands[r.For-1].Quantity) {
				r.For = 0
			}
			bound[r.For] = true
		}
		p, err := mrp.Make(in)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range p.Messages {
			r := &in.Receipts[m.Receipt]
			r.Day, r.Quantity = m.To, m.Quantity
		}
		for i, o := range p.Orders {
			if !o.Passed {
				in.Receipts = append(in.Receipts, mrp.Receipt{ID: fmt.Sprintf("new %04d", i), Item: o.Item, Day: o.Due, Quantity: o.Quantity, Explode: true})
			}
		}
		if p, err = mrp.Make(in); err != nil {
			t.Fatal(err)
		}
		for _, o := range p.Orders {
			if !o.Passed {
				t.Fatalf("it orders %+v of %s", o, in.Items[o.Item].ID)
			}
		}
		for _, m := range p.Messages {
			if m.Action != mrp.Expedite && m.Action != mrp.Increase {
				continue
			}
			t.Fatalf("it asks for %s of %+v", m.Action, in.Receipts[m.Receipt])
		}
	})
}
