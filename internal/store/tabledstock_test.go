package store_test

import (
	"strings"
	"testing"
	"time"

	"millwright/internal/erp/order"
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
	} {
		all[list] = tabled.Importer{Kind: kind, Together: k.s.Together}
	}
	return all
}
