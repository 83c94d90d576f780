package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/register"
	"millwright/internal/erp/tabled"
	"millwright/internal/errs"
	"millwright/internal/plant"
	"millwright/internal/sheet"
	"millwright/internal/store/storetest"
)

// takes imports a table of a list, and tells what became of each row.
func (k shop) takes(list, table string, ask register.Import) []string {
	k.t.Helper()
	ctx := k.t.Context()
	im := tabled.Books{
		Items: k.s.Items(), Bills: k.s.Bills(), Centres: k.s.Centres(), Tools: k.s.Tools(), Zone: func() *time.Location { return time.UTC }, Partners: k.s.Partners(), Orders: k.s.Orders(), Known: k.s.OrderNumbers(), Together: k.s.Together,
		Today: func() string { return today }, Plan: k.plan,
	}.Importers()[list]
	if of := k.stockTables()[list]; of != nil {
		im = of
	}
	read, err := sheet.Read([]byte(table))
	must(k.t, err)
	ask.Table.Head = read.Head
	for _, r := range read.Rows {
		ask.Table.Rows, ask.Table.At = append(ask.Table.Rows, r.Cells), append(ask.Table.At, r.Number)
	}
	ask.By, ask.Why = anna, "from a file"
	r, err := im.Import(ctx, ask)
	must(k.t, err)
	var all []string
	for _, l := range r.Lines {
		words := fmt.Sprintf("%d %s %s", l.Row, l.Name, l.Result)
		for _, f := range l.Wrong {
			words += " / " + f.Path + ": " + f.Message
		}
		for _, c := range l.Changes {
			words += " / " + c.Title + " " + c.Old + " to " + c.New
		}
		all = append(all, words)
	}
	if r.Applied != (ask.Apply && (!ask.Whole || r.Count(register.Refused) == 0)) {
		k.t.Errorf("applied %v", r.Applied)
	}
	return all
}

func (k shop) want(what string, got []string, want ...string) {
	k.t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		k.t.Errorf("%s:\n%s", what, d)
	}
}

func keeping() register.Import { return register.Import{Apply: true} }

func TestATableOfPartners(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, _ storetest.Database) {
		table := "number,name,customer,price list,over %,contact,mail,address\n" // "over %" is no column
		if _, err := register.Map(tabled.Partners{}.Fields(), strings.Split(strings.TrimSpace(table), ",")); errs.KindOf(err) != errs.Invalid || !strings.Contains(fmt.Sprint(errs.FieldsOf(err)), `"over %"`) {
			t.Errorf("%v", err)
		}
		table = "number,name,customer,goods go on,contact,mail,address\nC-7,Bo,yes,Mon Tue,Bo,bo@example.com,2 Quay\nC-7,,,,Cy,cy@example.com,\nc-100,Ann & Co,yes,,Ann,,1 Mill Lane\n" +
			"C-8,,maybe,Moon,Di,nowhere,\nC-8,,,,Ed,,\n,Nobody,yes,,,,\n"
		first := []string{
			"2 C-7 new", "3 C-7 new", "4 c-100 unchanged",
			`5 C-8 wrong / Customer: "maybe" is neither yes nor no. / Goods go on: "Moon" is none of Mon Tue Wed Thu Fri Sat Sun. / Name: This must not be empty. / Mail: "nowhere" is no mail address: write name@example.com.`,
			"6 C-8 wrong / Number: It belongs to row 5, which is wrong.", "7  wrong / Number: This must not be empty.",
		}
		k.want("looked at", k.takes("partners", table, register.Import{}), first...)
		if _, err := k.s.Partners().Numbered(t.Context(), "C-7"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("looking kept it: %v", err)
		}
		k.want("all or none", k.takes("partners", table, register.Import{Apply: true, Whole: true}), first...)
		if _, err := k.s.Partners().Numbered(t.Context(), "C-7"); errs.KindOf(err) != errs.NotFound {
			t.Errorf("some were kept: %v", err)
		}
		k.want("kept", k.takes("partners", table, keeping()), first...)
		p, err := k.s.Partners().Numbered(t.Context(), "C-7")
		if err != nil || len(p.Contacts) != 2 || p.Contacts[1].Mail != "cy@example.com" || p.Calendar.Days != 3 || p.Places[0].Text != "2 Quay" {
			t.Errorf("%+v %v", p, err)
		}
		k.want("again", k.takes("partners", table, keeping())[:3], "2 C-7 unchanged", "3 C-7 unchanged", "4 c-100 unchanged")
		k.want("changed", k.takes("partners", "number,name\nC-7,Bob\n", keeping()), "2 C-7 changed / name Bo to Bob")
		if p, _ = k.s.Partners().Numbered(t.Context(), "C-7"); p.Version != 2 || len(p.Contacts) != 2 {
			t.Errorf("%+v", p)
		}
		sales := register.Import{Apply: true, May: func(any plant.Duty) bool { return any&plant.Sales != 0 }}
		k.want("another's", k.takes("partners", "number,name\nS-200,Bits & Co\n", sales), "2 S-200 wrong / Number: This takes the duty purchaser, or the role manager; ask an admin.")
	})
}

func TestATableOfPrices(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, _ storetest.Database) {
		table := "item,for,price list,partner,unit,from quantity,valid from,price\nA-100,,2026,,,,,5\na-100,sales,2026,,BX,100,2026-01-01,48.5\nL-100,purchase,,S-200,,,,0.25\n" +
			"A-100,,2026,C-100,KGM,-1,soon,x\nNONE,purchase,,C-100,,,,1\nA-100,,2026,,BX,100,,50\nA-100,,2026,,BX,100,,51\n"
		want := []string{
			"2 A-100 · 2026 unchanged", "3 a-100 · sales · 2026 · BX · 100 · 2026-01-01 new", "4 L-100 · purchase · S-200 new",
			`5 A-100 · 2026 · C-100 · KGM · -1 · soon wrong / Price: "x" is not a decimal number like 12 or 9.62. / Price list: A price is of a list, or agreed with one partner: name one of the two. / From quantity: Write a quantity from 0 to 1000000000. / Valid from: "soon" is no date: write 2026-12-24, or nothing.`,
			`6 NONE · purchase · C-100 wrong / Item: There is no item "NONE". / Partner: C-100 is no supplier.`,
			"7 A-100 · 2026 · BX · 100 wrong / Item: It belongs to row 8, which is wrong.", "8 A-100 · 2026 · BX · 100 wrong / Item: Row 7 says the same; leave one of the two out.",
		}
		k.want("kept", k.takes("prices", table, keeping()), want...)
		want[1], want[2] = strings.Replace(want[1], " new", " unchanged", 1), strings.Replace(want[2], " new", " unchanged", 1)
		k.want("again", k.takes("prices", table, keeping()), want...)
		k.want("changed", k.takes("prices", "item,price list,price\nA-100,2026,5.5\n", keeping()), "2 A-100 · 2026 changed / Price 5 to 5.5")
		all, err := k.s.Partners().Prices(t.Context(), partner.Ask{Item: 1, List: "2026"})
		if err != nil || len(all) != 2 || all[0].Unit != "BX" || all[1].Amount != 5_500_000 {
			t.Errorf("%+v %v", all, err)
		}
	})
}

func TestATableOfBills(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, _ storetest.Database) {
		ctx := t.Context()
		_, err := k.s.Centres().AddCentre(ctx, bill.Centre{Code: "PRESS", Name: "Press"}, item.Change{By: anna})
		must(t, err)
		table := "bill of,batch,released,kind,item,quantity,work centre,run,name\nS-100,10,yes,,A-100,20,,\ns-100,,,operation,,,press,90 s,Press\ns-100,,,by-product,L-100,1,,\n" +
			"A-100,1,,,S-100,1,,\nL-100,1,,,A-100,1,,\nNONE,x,,,NO,1e30,,\nNONE,,,operation,,,,soon\n"
		want := []string{
			"2 S-100 new", "3 S-100 new", "4 S-100 new",
			"5 A-100 wrong", "6 L-100 wrong", "7 NONE wrong", "8 NONE wrong",
		}
		got := k.takes("bills", table, keeping())
		for i := range want {
			if !strings.HasPrefix(got[i], want[i]) {
				t.Errorf("%s", got[i])
			}
		}
		for i, words := range map[int]string{3: "made of itself", 4: "is not made here", 5: "There is no item NO", 6: "Work centre"} {
			if !strings.Contains(strings.ToLower(got[i]), strings.ToLower(words)) {
				t.Errorf("%d: %s", i, got[i])
			}
		}
		versions, err := k.s.Bills().Of(ctx, 3)
		if err != nil || len(versions) != 1 || versions[0].State != bill.Released {
			t.Fatalf("%+v %v", versions, err)
		}
		k.want("again", k.takes("bills", table, keeping())[:3], "2 S-100 unchanged", "3 S-100 unchanged", "4 S-100 unchanged")
		changed := strings.NewReplacer("20", "21", "yes", "no").Replace(table)
		got = k.takes("bills", changed, keeping())
		if !strings.Contains(got[0], "2 S-100 changed") || !strings.Contains(got[0], "21") {
			t.Errorf("%v", got[0])
		}
		if versions, _ = k.s.Bills().Of(ctx, 3); len(versions) != 2 || versions[0].State != bill.Draft {
			t.Errorf("%+v", versions)
		}
		if got = k.takes("bills", changed, keeping()); got[0] != "2 S-100 unchanged" {
			t.Errorf("%v", got[0])
		}
	})
}

func TestATableOfPurchaseOrders(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, _ storetest.Database) {
		table := "supplier,their number,ordered,item,quantity,unit,price,due\nS-200,B-9,yes,A-100,12,,2.10,2026-03-09\ns-200,B-9,,L-100,30,,0.3,2026-03-09\nS-200,B-10,no,A-100,1,BX,20,\nC-100,1,,A-100,1,,1,\n"
		got := k.takes("purchase", table, register.Import{})
		for i, want := range []string{"2 S-200 · B-9 new", "3 S-200 · B-9 new", "4 S-200 · B-10 new", "5 C-100 · 1 wrong / Supplier: C-100 is no supplier."} {
			if !strings.HasPrefix(got[i], want) {
				t.Errorf("got  %s\nwant %s", got[i], want)
			}
		}
		if _, err := k.s.Orders().Order(t.Context(), partner.Purchase, 1); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a look kept something: %v", err)
		}
		k.takes("purchase", table, keeping())
		o, err := k.s.Orders().Order(t.Context(), partner.Purchase, 1)
		if err != nil || !o.Firm || len(o.Lines) != 2 || o.Lines[0].Price != 2_100_000 || o.Lines[0].Due != "2026-03-09" || o.Reference != "B-9" {
			t.Fatalf("%+v %v", o, err)
		}
		if o, _ = k.s.Orders().Order(t.Context(), partner.Purchase, 2); o.Firm || o.Lines[0].Unit != "BX" {
			t.Errorf("%+v", o)
		}
		k.want("again", k.takes("purchase", table, keeping())[:3], "2 S-200 · B-9 unchanged", "3 S-200 · B-9 unchanged", "4 S-200 · B-10 unchanged")

		called := k.buys(order.Wanted{Item: "A-100", Unit: "BX", Quantity: plant.Pieces(10), Calls: []order.Call{{Due: "2026-03-20", Quantity: plant.Pieces(4)}}})
		_, err = k.s.Orders().Change(t.Context(), order.Draft{
			Side: partner.Purchase, ID: called.ID, Version: called.Version, Partner: "S-200", Reference: "B-11", Today: today,
			Lines: []order.Wanted{{Place: 1, Item: "A-100", Unit: "BX", Quantity: plant.Pieces(10), Due: "2026-03-27", Calls: []order.Call{{Due: "2026-03-20", Quantity: plant.Pieces(4)}}}},
		}, order.Doing{By: anna, Why: "their number"})
		must(t, err)
		if got = k.takes("purchase", "supplier,their number,item,quantity,unit,due\nS-200,B-11,A-100,12,BX,2026-03-27\n", keeping()); !strings.HasPrefix(got[0], "2 S-200 · B-11 changed") {
			t.Error(got)
		}
		if o, err = k.s.Orders().Order(t.Context(), partner.Purchase, called.ID); err != nil || len(o.Lines[0].Calls) != 1 || o.Lines[0].In(o.Lines[0].Calls[0].Quantity) != plant.Pieces(4) {
			t.Errorf("its calls are gone: %+v %v", o.Lines, err)
		}
	})
}

func TestATableOfSalesOrders(t *testing.T) {
	eachShop(t, func(t *testing.T, k shop, _ storetest.Database) {
		table := "customer,their number,confirmed,item,quantity,requested\nC-100,77,yes,A-100,12,2026-03-10\nc-100,77,,a-100,3,2026-03-10\nC-100,78,,A-100,0,\nC-100,78,,NONE,1,someday\nS-200,1,,A-100,x,\nC-9,1,,V-1,1,\n"
		want := []string{
			"2 C-100 · 77 new", "3 C-100 · 77 new",
			"4 C-100 · 78 wrong / Quantity: Write a quantity greater than 0.",
			`5 C-100 · 78 wrong / Item: There is no item "NONE".`,
			`6 S-200 · 1 wrong / Quantity: "x" is not a decimal number like 12 or 9.62. / Customer: S-200 is no customer.`,
			`7 C-9 · 1 wrong / Customer: There is no partner "C-9".`,
		}
		got := k.takes("sales", table, register.Import{})
		for i := range want {
			if !strings.HasPrefix(got[i], want[i]) {
				t.Errorf("got  %s\nwant %s", got[i], want[i])
			}
		}
		k.takes("sales", table, keeping())
		o, err := k.s.Orders().Order(t.Context(), partner.Sales, 1)
		if err != nil || !o.Firm || len(o.Lines) != 2 || o.Lines[0].Price != 5_000_000 || o.Lines[0].Due == "" || o.Reference != "77" {
			t.Fatalf("%+v %v", o, err)
		}
		k.want("again", k.takes("sales", table, keeping())[:2], "2 C-100 · 77 unchanged", "3 C-100 · 77 unchanged")
		if o, _ = k.s.Orders().Order(t.Context(), partner.Sales, 1); o.Version != 2 {
			t.Errorf("version %d", o.Version)
		}
		got = k.takes("sales", "customer,their number,item,quantity\nC-100,77,A-100,15\nC-100,77,A-100,3\n", keeping())
		if !strings.HasPrefix(got[0], "2 C-100 · 77 changed / line 1 12 ") || !strings.Contains(got[0], "to 15 ") {
			t.Errorf("%v", got)
		}
		if got = k.takes("sales", "customer,their number,item,quantity\nC-100,77,A-100,15\n", keeping()); !strings.Contains(got[0], "Line 2 was agreed: cancel it") {
			t.Errorf("%v", got)
		}
	})
}
