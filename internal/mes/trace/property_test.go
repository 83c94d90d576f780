package trace_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/erp/stock"
	"millwright/internal/mes/trace"
	"millwright/internal/plant"
)

// plantDay is a factory of four levels, in which anything goes into anything of a level above, in whatever order of
// time, by machines and by hand, with things sold, lost and thrown away.
func plantDay(t *rapid.T) (all []trace.Move) {
	posting := int64(0)
	add := func(l trace.Lot, from, to int64, q plant.Quantity, document, source string, minute int, together bool) {
		number := int64(len(all) + 1)
		if !together {
			posting = number
		}
		all = append(all, trace.Move{
			Number: number, Posting: posting, Lot: l, From: from, To: to, Quantity: q, Document: document, Source: source,
			At: morning.Add(time.Duration(minute) * time.Minute), Scrap: to == stock.Production && minute%7 == 0, Late: to == stock.Production && l.Item%3 == 0,
		})
	}
	some := rapid.Custom(func(t *rapid.T) plant.Quantity { return plant.Quantity(rapid.Int64Range(1, 50_000_000).Draw(t, "q")) })
	lotAt := func(level int) trace.Lot {
		return trace.Lot{Item: int64(level*2 + rapid.IntRange(0, 1).Draw(t, "item")), Number: fmt.Sprintf("L%d", rapid.IntRange(1, 3).Draw(t, "lot"))}
	}
	for i := range rapid.IntRange(1, 60).Draw(t, "events") {
		level, minute := rapid.IntRange(0, 3).Draw(t, "level"), rapid.IntRange(0, 600).Draw(t, "minute")
		order := fmt.Sprintf("work/%d%d", level, rapid.IntRange(1, 3).Draw(t, "order"))
		source := rapid.SampledFrom([]string{"person", "machine:L/U"}).Draw(t, "source")
		switch rapid.IntRange(0, 4).Draw(t, "what") {
		case 0:
			add(lotAt(level), stock.Warehouse, stock.Production, some.Draw(t, "q"), order, source, minute, false)
			add(lotAt(level+1), stock.Production, stock.Warehouse, some.Draw(t, "q"), order, source, minute, true)
		case 1:
			add(lotAt(level), stock.Warehouse, stock.Production, some.Draw(t, "q"), order, source, minute, false)
		case 2:
			add(lotAt(level+1), stock.Production, stock.Warehouse, some.Draw(t, "q"), order, source, minute, false)
		case 3:
			add(lotAt(level), stock.Warehouse, stock.Customer, some.Draw(t, "q"), fmt.Sprintf("sales/%d", i%4), "order", minute, false)
		case 4:
			add(lotAt(level), stock.Supplier, stock.Warehouse, some.Draw(t, "q"), "", "order", minute, false)
		}
	}
	return all
}

// Whatever happens: what a lot went into came from it, and what it came from went into it.
func TestForwardIsTheInverseOfBackward(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		moves := plantDay(rt)
		l := ledgerOf(moves)
		forward, backward := map[trace.Lot][]trace.Lot{}, map[trace.Lot][]trace.Lot{}
		for of := range l.byLot {
			for way, into := range map[trace.Way]map[trace.Lot][]trace.Lot{trace.Forward: forward, trace.Backward: backward} {
				tr, err := trace.Walk(t.Context(), l, []trace.Lot{of}, way, trace.Wide())
				if err != nil {
					rt.Fatal(err)
				}
				into[of] = reached(tr)
			}
		}
		for a := range l.byLot {
			for b := range l.byLot {
				if has(forward[a], b) != has(backward[b], a) {
					rt.Fatalf("from %v %v is reached: %v; back: %v", a, b, has(forward[a], b), has(backward[b], a))
				}
			}
		}
	})
}

// Whatever happens: of a lot that an order used, each item that came out holds all of it, but for what is in nothing yet.
func TestQuantitiesAddUp(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		moves := plantDay(rt)
		l := ledgerOf(moves)
		for order, at := range l.byOrder {
			var of []trace.Move
			for _, i := range at {
				of = append(of, moves[i])
			}
			b := trace.Bind(order, of)
			type share struct {
				from trace.Lot
				item int64
			}
			held := map[share]plant.Quantity{}
			for _, k := range b.Links {
				held[share{k.From, k.To.Item}] += k.Quantity
			}
			for k, q := range held {
				if q > b.Used[k.from]-b.Open[k.from]-b.Waste[k.from] {
					rt.Fatalf("%s: of %v %s are in item %d, and %s were used", order, k.from, q, k.item, b.Used[k.from])
				}
			}
			for lot, used := range b.Used {
				most := plant.Quantity(0)
				for k, q := range held {
					if k.from == lot {
						most = max(most, q)
					}
				}
				if len(b.Made) == 1 && most+b.Open[lot]+b.Waste[lot] != used {
					rt.Fatalf("%s: %v: %s in products, %s open, %s used", order, lot, most, b.Open[lot], used)
				}
			}
		}
		for lot := range l.byLot {
			tr, err := trace.Walk(t.Context(), l, []trace.Lot{lot}, trace.Forward, trace.Wide())
			if err != nil {
				rt.Fatal(err)
			}
			for _, a := range tr.Recall().Accounts {
				if !a.Adds() {
					rt.Fatalf("%v does not add up: %+v", a.Lot, a)
				}
			}
		}
	})
}
