package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/register"
	"millwright/internal/erp/stock"
	"millwright/internal/erp/tabled"
	"millwright/internal/erp/tabled/stocked"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/store/storetest"
)

// berlin is a zone in which days begin before those of UTC.
func berlin() *time.Location { return time.FixedZone("CET", 3600) }

// audits counts what the audit has of a kind.
func (k shop) audits(what string) (n int) {
	k.t.Helper()
	all, err := k.s.Audit().List(k.t.Context(), "", store.Page{Limit: 200})
	must(k.t, err)
	for _, e := range all {
		if e.What == what {
			n++
		}
	}
	return n
}

func TestATableOfPlaces(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, _ storetest.Database) {
		table := "code,name,lies in,beside line,quarantine\nA-01,Aisle,STOCK,,\nA-01-3,Bin 3,a-01,filling-1,\nQ-1,Jail,stock,,yes\n" +
			"A-02,,NOWHERE,,perhaps\n" + strings.Repeat("x", 41) + ",,,,\nSUPPLIER,Ours now,,,\nB-1,,SUPPLIER,,\n,Nameless,,,\nC-1,,,,\nc-1,,,,\n"
		first := []string{
			"2 A-01 new", "3 A-01-3 new", "4 Q-1 new", `5 A-02 wrong / Quarantine: "perhaps" is neither yes nor no. / Lies in: There is no place "NOWHERE".`,
			"6 " + strings.Repeat("x", 41) + " wrong / Code: A place needs a code of 1 to 40 letters, without blanks around it",
			"7 SUPPLIER wrong / Code: Place SUPPLIER is every plant's, and stays as it is", "8 B-1 wrong / Lies in: SUPPLIER is no place of ours.", "9  wrong / Code: This must not be empty.",
			"10 C-1 wrong / Code: It belongs to row 11, which is wrong.", "11 C-1 wrong / Code: Row 10 says the same; leave one of the two out.",
		}
		places := func() int {
			all, err := k.s.Places().Places(t.Context())
			must(t, err)
			return len(all)
		}
		before := places()
		k.want("looked at", k.takes("places", table, register.Import{}), first...)
		k.want("all or none", k.takes("places", table, register.Import{Apply: true, Whole: true}), first...)
		if places() != before || k.audits("place.keep") != 0 {
			t.Errorf("%d places were %d", places(), before)
		}
		k.want("kept", k.takes("places", table, keeping()), first...)
		if places() != before+3 || k.audits("place.keep") != 3 {
			t.Errorf("%d places, %d audited", places(), k.audits("place.keep"))
		}
		k.want("again", k.takes("places", table, keeping())[:3], "2 A-01 unchanged", "3 A-01-3 unchanged", "4 Q-1 unchanged")
		k.want("changed", k.takes("places", "code,name,retired\nq-1,Gaol,yes\nA-01-3,Bin 3,no\n", keeping()), "2 q-1 changed / Name Jail to Gaol / Retired no to yes", "3 A-01-3 unchanged")
		k.want("in a ring", k.takes("places", "code,lies in\nA-01,A-01-3\n", keeping()), "2 A-01 wrong / Code: Place A-01 would lie in itself")
		all, err := k.s.Places().Places(t.Context())
		must(t, err)
		for _, p := range all {
			if p.Code == "A-01-3" && (p.Line != "filling-1" || p.Parent == 0 || p.Version != 1) || p.Code == "Q-1" && (!p.Quarantine || !p.Retired || p.Version != 2) {
				t.Errorf("%+v", p)
			}
		}
		d := definition(t, k.s.Lists(), "places")
		ask := register.Ask{Search: "A-01"}
		must(t, ask.Check(d))
		page, err := k.s.Lists().Page(t.Context(), d, ask, time.UTC)
		if err != nil || page.Total != 2 || page.Rows[1].Cells[2].Text != "A-01" {
			t.Errorf("%+v %v", page, err)
		}
	})
}

func TestATableOfLots(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, _ storetest.Database) {
		ctx := t.Context()
		for _, lot := range []string{"L-1", "L-11"} {
			o := k.buys(order.Wanted{Item: "L-100", Quantity: plant.Pieces(5), Price: new(plant.Money)})
			_, err := k.move(o, order.Delivery, order.Pick{Place: 1, Quantity: plant.Pieces(5), Lot: lot})
			must(t, err)
		}
		table := "item,lot,state,why,expires,supplier's lot\nl-100,L-1,On hold,smells,2099-03-01,X-7\nL-100,L-11,,,,\n" +
			"L-100,L-2,gone,,soon," + strings.Repeat("y", 81) + "\nNONE,L-1,,,,\nS-100,L-1,,,,\n"
		first := []string{
			"2 l-100 · L-1 changed / State free to on hold / Why  to smells / Expires never to 2099-03-01 / Supplier's lot – to X-7", "3 L-100 · L-11 unchanged",
			`4 L-100 · L-2 wrong / Lot`, `5 NONE · L-1 wrong / Item: There is no item "NONE".`, `6 S-100 · L-1 wrong / Number: Nothing of S-100 has come with the number "L-1".`,
		}
		first[2] = `4 L-100 · L-2 wrong / Number: Nothing of L-100 has come with the number "L-2". / Expires: "soon" is no date like 2026-12-24. / State: A lot is free, on hold or in quarantine, not "gone" / Supplier's lot: Keep the supplier's lot under 80 letters`
		k.want("looked at", k.takes("lots", table, register.Import{}), first...)
		if n := k.audits("lot.state") + k.audits("lot.describe"); n != 0 {
			t.Errorf("%d audited", n)
		}
		k.want("kept", k.takes("lots", table, keeping()), first...)
		lot, err := k.s.Places().Numbered(ctx, 2, "L-1", false)
		if err != nil || lot.State != stock.OnHold || lot.Why != "smells" || !lot.Expires.Equal(time.Date(2099, 2, 28, 23, 0, 0, 0, time.UTC)) || lot.SupplierLot != "X-7" || lot.Version != 3 {
			t.Errorf("%+v %v", lot, err)
		}
		if k.audits("lot.state") != 1 || k.audits("lot.describe") != 1 {
			t.Errorf("%d %d audited", k.audits("lot.state"), k.audits("lot.describe"))
		}
		k.want("again", k.takes("lots", table, keeping())[:2], "2 l-100 · L-1 unchanged", "3 L-100 · L-11 unchanged")
		k.want("one column", k.takes("lots", "item,number,state\nL-100,L-1,free\n", keeping()), "2 L-100 · L-1 changed / State on hold to free / Why smells to from a file")
		k.want("never", k.takes("lots", "item,number,expires\nL-100,L-1,\n", keeping()), "2 L-100 · L-1 changed / Expires 2099-03-01 to never")
		_, err = k.s.Places().Describe(ctx, stock.Description{Lot: lot.ID, Version: lot.Version, By: ben})
		wantKind(t, err, errs.Conflict)
		_, err = k.s.Places().Describe(ctx, stock.Description{Lot: 99, By: ben})
		wantKind(t, err, errs.NotFound)
		sound(t, k.s)
	})
}

// stockTables take tables of where material lies and how it comes.
func (k shop) stockTables() map[string]register.Importer {
	all := map[string]register.Importer{}
	for list, kind := range map[string]tabled.Kind{
		"places": stocked.Places{Store: k.s.Places()}, "lots": stocked.Lots{Store: k.s.Places(), Items: k.s.Items(), Zone: berlin},
		"supplies": stocked.Supplies{Book: k.s.Partners(), Items: k.s.Items()}, "forecasts": stocked.Forecasts{Book: k.s.Decisions(), Items: k.s.Items()},
	} {
		all[list] = tabled.Importer{Kind: kind, Together: k.s.Together}
	}
	return all
}

func TestATableOfWhatSuppliersDeliver(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, _ storetest.Database) {
		ctx := t.Context()
		_, err := k.s.Partners().Keep(ctx, partner.Partner{Number: "S-300", Name: "Bobs", Supplier: true}, anna, "")
		must(t, err)
		table := "supplier,item,their number,unit,price,\"lead time, days\",least quantity,in multiples of,preferred\n" +
			"s-200,A-100,B-7,BX,2,,,,yes\nS-200,L-100,LL,,0.25,7,100,50,\nS-300,l-100,,,,,,,yes\n" +
			"C-100,NONE,,,x,soon,-1,,perhaps\nS-300,A-100,,KGM,,,,,\nS-200,S-100,,,,,,,yes\nS-300,S-100,,,,,,,yes\nS-300,,,,,,,,\n"
		first := []string{
			"2 s-200 · A-100 unchanged", "3 S-200 · L-100 new", "4 S-300 · l-100 new",
			`5 C-100 · NONE wrong / Supplier: C-100 is no supplier. / Item: There is no item "NONE". / Price: "x" is not a decimal number like 12 or 9.62. / Lead time, days: "soon" is no whole number. / Preferred: "perhaps" is neither yes nor no. / Least quantity: Write a quantity from 0 to 1000000000.`,
			"6 S-300 · A-100 wrong / Unit: A-100 is not counted in KGM.", "7 S-200 · S-100 new", "8 S-300 · S-100 wrong / Preferred: Row 7 prefers another supplier of it; of one item one is preferred.", "9 S-300 wrong / Item: This must not be empty.",
		}
		before := k.audits("supply.keep")
		k.want("looked at", k.takes("supplies", table, register.Import{}), first...)
		k.want("all or none", k.takes("supplies", table, register.Import{Apply: true, Whole: true}), first...)
		if n := k.audits("supply.keep"); n != before {
			t.Errorf("%d audited", n-before)
		}
		k.want("kept", k.takes("supplies", table, keeping()), first...)
		if n := k.audits("supply.keep"); n != before+3 {
			t.Errorf("%d audited", n-before)
		}
		again := slices.Clone(first)
		for i := range again {
			again[i] = strings.Replace(again[i], " new", " unchanged", 1)
		}
		k.want("again", k.takes("supplies", table, keeping()), again...)
		k.want("changed", k.takes("supplies", "supplier,item,price,preferred\nS-200,L-100,,yes\n", keeping()), "2 S-200 · L-100 changed / Price 0.25 to none / Preferred no to yes")
		all, err := k.s.Partners().Supplies(ctx, 0, 2)
		if err != nil || len(all) != 2 || all[0].Price != nil || *all[0].LeadDays != 7 || all[0].Least != plant.Pieces(100) || all[0].Multiple != plant.Pieces(50) || !all[0].Preferred || all[1].Preferred {
			t.Errorf("%+v %v", all, err)
		}
		ask := register.Ask{Search: "S-200"}
		d := definition(t, k.s.Lists(), "supplies")
		must(t, ask.Check(d))
		page, err := k.s.Lists().Page(ctx, d, ask, time.UTC)
		if err != nil || page.Total != 3 {
			t.Errorf("%+v %v", page, err)
		}
		sound(t, k.s)
	})
}

func TestATableOfForecasts(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, _ storetest.Database) {
		ctx := t.Context()
		table := "item,from,until before,quantity,note\nA-100,2099-03-01,2099-04-01,120,spring\na-100,2099-04-01,2099-05-01,7.5,\n" +
			"A-100,2099-04-15,2099-05-15,1,\nNONE,soon,2099-01-01,x,\nL-100,2099-01-01,2099-01-01,1,\nL-100,2099-02-01,2099-03-01,,\nL-100,2099-05-01,2099-06-01,0,\n,,,1,\n"
		first := []string{
			"2 A-100 · 2099-03-01 new", "3 a-100 · 2099-04-01 new", "4 A-100 · 2099-04-15 wrong / Item: There is a forecast from 2099-04-01 to 2099-05-01 already; change that one",
			`5 NONE · soon wrong / Item: There is no item "NONE". / From: "soon" is no date like 2026-12-24. / Quantity: "x" is not a decimal number like 12 or 9.62.`,
			"6 L-100 · 2099-01-01 wrong / Until before: It ends after it begins.", "7 L-100 · 2099-02-01 wrong / Quantity: Write a quantity; 0 takes away what is expected.",
			"8 L-100 · 2099-05-01 unchanged", "9  wrong / Item: This must not be empty. / From: This must not be empty.",
		}
		k.want("looked at", k.takes("forecasts", table, register.Import{}), first...)
		k.want("all or none", k.takes("forecasts", table, register.Import{Apply: true, Whole: true}), first...)
		if n := k.audits("plan.forecast"); n != 0 {
			t.Errorf("%d audited", n)
		}
		k.want("kept", k.takes("forecasts", table, keeping()), first...)
		if n := k.audits("plan.forecast"); n != 2 {
			t.Errorf("%d audited", n)
		}
		k.want("again", k.takes("forecasts", table, keeping())[:2], "2 A-100 · 2099-03-01 unchanged", "3 a-100 · 2099-04-01 unchanged")
		change := "item,from,quantity\nA-100,2099-03-01,130\nA-100,2099-04-01,0\n"
		k.want("changed", k.takes("forecasts", change, keeping()), "2 A-100 · 2099-03-01 changed / Quantity 120 to 130", "3 A-100 · 2099-04-01 changed / Quantity 7.5 to 0")
		all, err := k.s.Decisions().Forecasts(ctx, 0)
		if err != nil || len(all) != 1 || all[0].Quantity != plant.Pieces(130) || all[0].Note != "spring" || all[0].To.String() != "2099-04-01" {
			t.Errorf("%+v %v", all, err)
		}
		ask := register.Ask{Search: "A-1"}
		d := definition(t, k.s.Lists(), "forecasts")
		must(t, ask.Check(d))
		if page, err := k.s.Lists().Page(ctx, d, ask, time.UTC); err != nil || page.Total != 1 {
			t.Errorf("%+v %v", page, err)
		}
	})
}
