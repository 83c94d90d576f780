package office

import (
	"context"
	"fmt"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/errs"
	"millwright/internal/plant"
)

// centre is a work centre of the company.
type centre struct{ code, name, place, machine, labour string }

func centres() []centre {
	return []centre{
		{"FILL-1", "Filling line 1", "filling-1", "190", "34"},
		{"FILL-2", "Filling line 2", "filling-2", "165", "34"},
		{"ASSY-1", "Valve assembly", "assembly-1", "95", "36"},
		{"PACK-1", "Box packing", "packing-1", "80", "32"},
		{"MILL-1", "Machining centre", "mill-1", "78", "41"},
		{"SYRUP", "Syrup room", "", "45", "36"},
		{"BLOW", "Blow moulding", "", "110", "33"},
		{"LATHE", "Turning", "", "62", "39"},
		{"BENCH", "Assembly bench", "", "5", "31"},
		{"DIECUT", "Die cutting", "", "85", "33"},
	}
}

// part is a component of a recipe; a by-product where share is said.
type part struct {
	number, quantity string
	scrap            string // per cent on top
	policy           bill.Policy
	every            string // of the policy per cycle batch
	share            string // per cent of the cost, of a by-product
}

// work is an operation of a recipe.
type work struct {
	name, centre string
	setup, run   time.Duration
	crew         string
}

// recipe is how a batch of an item is made.
type recipe struct {
	of, batch string
	parts     []part
	work      []work
}

// recipes are the bills of material and routings, the lowest level first. Whole pieces go into a piece, so that no shelf
// holds a part of one: what is spoilt of them is scrap of the order, and only what flows has a share on top. Cartons and
// inserts, of which one serves several pieces, are issued by hand.
func recipes() []recipe {
	const count, cycle, done, hand = bill.PerCount, bill.PerCycle, bill.AtCompletion, bill.ByHand
	bottled := func(of, drink, bottle, label, litres, line string, run time.Duration) recipe {
		return recipe{of, "1200", []part{
			{drink, litres, "1", count, "", ""},
			{bottle, "1200", "0", count, "", ""},
			{"CAP-28", "1200", "0", count, "", ""},
			{label, "1200", "0", count, "", ""},
			{"CARTON-12", "100", "0", hand, "", ""},
		}, []work{{"Fill, cap, label and pack", line, 20 * time.Minute, run, "3"}}}
	}
	valve := func(of, body, screws string, run time.Duration) recipe {
		return recipe{of, "100", []part{
			{body, "100", "0", count, "", ""}, {"SEAT", "100", "0", count, "", ""}, {"SPRING", "100", "0", count, "", ""}, {"SCREW-M6", screws, "0", cycle, "10", ""},
		}, []work{{"Press, screw and leak test", "ASSY-1", 15 * time.Minute, run, "2"}}}
	}
	box := func(of, blank, glue, tape string, run time.Duration) recipe {
		return recipe{of, "200", []part{
			{blank, "200", "0", count, "", ""}, {"GLUE", glue, "3", done, "", ""}, {"TAPE", tape, "2", done, "", ""},
		}, []work{{"Erect, load and seal", "PACK-1", 10 * time.Minute, run, "2"}}}
	}
	return []recipe{
		{"SYRUP", "2000", []part{{"SUGAR", "1300", "0.5", done, "", ""}, {"CONC", "44", "0", done, "", ""}, {"WATER-T", "1180", "1", done, "", ""}}, []work{{"Dissolve and blend", "SYRUP", 30 * time.Minute, 90 * time.Minute, "1"}}},
		{"COLA-DRINK", "1000", []part{{"SYRUP", "160", "0.5", count, "", ""}, {"WATER-T", "842", "1", count, "", ""}, {"CO2", "7.5", "4", count, "", ""}}, nil},
		{"BOTTLE-05", "5000", []part{{"PREFORM-05", "5000", "0", done, "", ""}}, []work{{"Blow", "BLOW", 25 * time.Minute, 32 * time.Minute, "0.5"}}},
		{"BOTTLE-10", "5000", []part{{"PREFORM-10", "5000", "0", done, "", ""}}, []work{{"Blow", "BLOW", 25 * time.Minute, 44 * time.Minute, "0.5"}}},
		{"BODY-A", "50", []part{{"CASTING-A", "50", "0", done, "", ""}}, []work{{"Turn", "LATHE", 40 * time.Minute, 62 * time.Minute, "0.5"}, {"Deburr and wash", "BENCH", 5 * time.Minute, 20 * time.Minute, "1"}}},
		{"BODY-B", "50", []part{{"CASTING-B", "50", "0", done, "", ""}}, []work{{"Turn", "LATHE", 40 * time.Minute, 75 * time.Minute, "0.5"}, {"Deburr and wash", "BENCH", 5 * time.Minute, 22 * time.Minute, "1"}}},
		{"SEAT", "500", []part{{"SEAL", "1000", "0", done, "", ""}}, []work{{"Join seals", "BENCH", 5 * time.Minute, 160 * time.Minute, "1"}}},
		{"BLANK-S", "500", []part{{"BOARD", "290", "2", done, "", ""}, {"BOARD-WASTE", "14", "", "", "", "0"}}, []work{{"Die-cut", "DIECUT", 20 * time.Minute, 24 * time.Minute, "1"}}},
		{"BLANK-L", "500", []part{{"BOARD", "520", "2", done, "", ""}, {"BOARD-WASTE", "22", "", "", "", "0"}}, []work{{"Die-cut", "DIECUT", 20 * time.Minute, 30 * time.Minute, "1"}}},
		bottled("COLA-05", "COLA-DRINK", "BOTTLE-05", "LABEL-COLA-05", "603", "FILL-1", 12*time.Minute),
		bottled("COLA-10", "COLA-DRINK", "BOTTLE-10", "LABEL-COLA-10", "1204", "FILL-1", 18*time.Minute),
		bottled("WATER-05", "WATER-T", "BOTTLE-05", "LABEL-WATER", "603", "FILL-2", 15*time.Minute),
		valve("VALVE-A", "BODY-A", "400", 400*time.Second),
		valve("VALVE-B", "BODY-B", "600", 500*time.Second),
		box("BOX-S", "BLANK-S", "1.1", "180", 400*time.Second),
		box("BOX-L", "BLANK-L", "1.7", "250", 600*time.Second),
		{"BOX-OP1", "10", []part{{"BILLET", "10", "0", count, "", ""}, {"COOLANT", "1.2", "5", count, "", ""}, {"INSERT", "1", "0", hand, "", ""}}, []work{{"Mill the first side", "MILL-1", 45 * time.Minute, 10 * 1750 * time.Second, "0.5"}}},
	}
}

// keepCentres puts the work centres on the books, and gives their ids by code.
func (o *Office) keepCentres(ctx context.Context) (ids map[string]int64, err error) {
	there, err := o.Store.Centres().Centres(ctx)
	ids = map[string]int64{}
	for _, c := range there {
		ids[c.Code] = c.ID
	}
	for _, c := range centres() {
		if err != nil {
			return nil, err
		}
		if ids[c.code] != 0 {
			continue
		}
		var kept bill.Centre
		kept, err = o.Store.Centres().AddCentre(ctx, bill.Centre{Code: c.code, Name: c.name, Place: c.place, Machine: money(c.machine), Labour: money(c.labour)}, item.Change{By: by(), Why: why, Key: "demo/centre/" + c.code})
		ids[c.code] = kept.ID
	}
	return ids, err
}

// keepRecipes puts a released bill on the books for every item that has none.
func (o *Office) keepRecipes(ctx context.Context, ids map[string]int64) error {
	places, err := o.keepCentres(ctx)
	if err != nil {
		return err
	}
	tools, err := o.keepTools(ctx)
	if err != nil {
		return err
	}
	for _, r := range recipes() {
		was, err := o.Store.Bills().Of(ctx, ids[r.of])
		if err != nil {
			return err
		}
		var kept bill.Bill
		if len(was) > 0 {
			kept = was[0]
		} else if kept, err = o.Store.Bills().Add(ctx, r.bill(ids, places, tools), item.Change{By: by(), Why: why, Key: "demo/bill/" + r.of}); err != nil {
			return fmt.Errorf("keep how the demo makes %s: %w", r.of, err)
		}
		if kept.State != bill.Draft {
			continue
		}
		_, err = o.Store.Bills().Step(ctx, bill.Step{ID: kept.ID, Version: kept.Version, To: bill.Released}, item.Change{By: by(), Why: why})
		if err != nil && errs.KindOf(err) != errs.Conflict {
			return fmt.Errorf("release how the demo makes %s: %w", r.of, err)
		}
	}
	return nil
}

func (r recipe) bill(ids, centres, tools map[string]int64) bill.Bill {
	b := bill.Bill{Item: ids[r.of], Batch: quantity(r.batch)}
	for n, p := range r.parts {
		l := bill.Line{Position: int64(n+1) * 10, Kind: bill.Component, Item: ids[p.number], Quantity: quantity(p.quantity), Scrap: quantity(p.scrap), Policy: p.policy, Every: quantity(p.every)}
		if p.share != "" {
			l.Kind, l.Share, l.Policy = bill.ByProduct, quantity(p.share), bill.AtCompletion
		}
		b.Lines = append(b.Lines, l)
	}
	for n, w := range r.work {
		b.Operations = append(b.Operations, bill.Operation{Position: int64(n+1) * 10, Name: w.name, Centre: centres[w.centre], Setup: w.setup, Run: w.run, Crew: max(quantity(w.crew), plant.One/10)})
	}
	if t := tools[takenBy()[r.of]]; t != 0 {
		b.Operations[0].Tool = t
	}
	return b
}
