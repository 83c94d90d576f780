package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"millwright/internal/erp/costing"
	"millwright/internal/erp/item"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/stock"
	"millwright/internal/plant"
)

// Freight and duty of a receipt become a part of what its goods are worth, line by line, and to the last cent.
func TestFreightAndDutyAreAddedToTheGoods(t *testing.T) {
	k, ctx := newShop(t), t.Context()
	heavy := item.Item{Number: "HEAVY", Name: "Heavy", Kind: item.Buy, Unit: "KGM", Tracking: item.None, Valuation: item.FIFO, Planning: item.Planning{Rule: item.LotForLot, Method: item.MRP}}
	if _, err := k.trade.Items.Add(ctx, heavy, item.Change{By: plant.Program()}); err != nil {
		t.Fatal(err)
	}
	price, by := plant.Currency, order.Doing{By: plant.Program()}
	o, err := k.trade.Orders.Create(ctx, order.Draft{Side: partner.Purchase, Partner: "C-100", Today: "2026-03-02", Lines: []order.Wanted{
		{Item: "A-100", Quantity: plant.Pieces(30), Price: &price, Due: "2026-03-10"}, {Item: "HEAVY", Quantity: plant.Pieces(70), Price: &price, Due: "2026-03-10"},
	}}, by)
	if err == nil {
		o, err = k.trade.Orders.Step(ctx, order.Step{Side: o.Side, ID: o.ID, Version: o.Version, Do: order.Confirm}, by)
	}
	if err == nil {
		_, err = k.trade.Orders.Move(ctx, order.Movement{Side: o.Side, ID: o.ID, Version: o.Version, Kind: order.Delivery, Picks: []order.Pick{{Place: 1, Quantity: plant.Pieces(30)}, {Place: 2, Quantity: plant.Pieces(70)}}}, by)
	}
	if err != nil {
		t.Fatal(err)
	}
	const page = "/purchase/1/landed"
	k.buyer.get("/purchase/1").mustSay(t, page, "Freight and duty")
	k.buyer.get(page).mustSay(t, "GR-000001", "A-100", "HEAVY", "Nothing was landed")
	if a := k.viewer.get(page); a.status != http.StatusOK || strings.Contains(a.body, "Add to the goods") {
		t.Errorf("a viewer sees %d %s", a.status, a.short())
	}
	form := k.buyer.get(page).form(t, page)
	for name, c := range map[string]struct {
		typed []string
		words string
	}{
		"nothing":      {[]string{"why", "x"}, "Write what freight or duty came to."},
		"no reason":    {[]string{"freight", "10"}, "Say why."},
		"no number":    {[]string{"freight", "much", "why", "x"}, "Write an amount above 0"},
		"below 0":      {[]string{"duty", "-1", "why", "x"}, "Write an amount above 0"},
		"no receipt":   {[]string{"receipt", "99", "freight", "1", "why", "x"}, "Choose a receipt"},
		"no weight":    {[]string{"freight", "1", "by", "weight", "why", "x"}, "A-100 has no weight"},
		"unlike units": {[]string{"freight", "1", "by", "quantity", "why", "x"}, "different units"},
		"by a whim":    {[]string{"freight", "1", "by", "whim", "why", "x"}, "Choose one of the list."},
	} {
		if a := k.buyer.post(page, with(form, c.typed...)); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, c.words) {
			t.Errorf("%s: %d %s", name, a.status, complaint(a))
		}
	}
	if a := k.viewer.post(page, with(form, "freight", "10", "why", "x")); a.status != http.StatusForbidden {
		t.Errorf("a viewer lands: %d", a.status)
	}
	for range 2 { // as after a lost answer
		if a := k.buyer.post(page, with(form, "freight", "10.01", "duty", "5", "by", "value", "document", "FR-7", "why", "by lorry")); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, complaint(a))
		}
	}
	k.buyer.get(page).mustSay(t, "3.00", "7.01", "1.50", "3.50", "FR-7", "freight: by lorry", "duty: by lorry")
	all, err := k.trade.Material.Accounts.Valuation(ctx, costing.Moment{})
	if err != nil {
		t.Fatal(err)
	}
	worth := map[string]plant.Money{}
	for _, v := range all {
		worth[v.Number] = v.Value
	}
	if sum := worth["A-100"] + worth["HEAVY"]; sum != 115_010_000 || worth["A-100"] != 34_503_000 {
		t.Errorf("the goods are worth %s and %s", worth["A-100"], worth["HEAVY"])
	}
}

// Who holds what is told, and given free with a reason.
func TestWhatIsSetAsideIsShownAndReleased(t *testing.T) {
	k, ctx := newShop(t), t.Context()
	_, err := k.trade.Material.Ledger.Post(ctx, stock.Posting{By: plant.Program(), Moves: []stock.Move{{Item: 1, From: stock.Opening, To: stock.Warehouse, Quantity: plant.Pieces(10)}}})
	if err != nil {
		t.Fatal(err)
	}
	r, err := k.trade.Material.Meant.Reserve(ctx, stock.Reservation{Item: 1, Document: "sales/7", Line: 2, Quantity: plant.Pieces(4), Hard: true, By: plant.Program(), Why: "fair"})
	if err != nil {
		t.Fatal(err)
	}
	const page = "/stock/reserved"
	k.store.get(page).mustSay(t, "sales/7", "line 2", "A-100", "fair", "wherever it lies")
	k.store.get(page+"?item=L-100").mustSay(t, "Nothing is reserved.")
	if a := k.store.get(page + "?item=nope"); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "There is no item nope") {
		t.Errorf("%d %s", a.status, a.short())
	}
	free := url.Values{"reservation": {fmt.Sprint(r.ID)}}
	if a := k.store.post(page, free); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Say why") {
		t.Errorf("without a reason: %d %s", a.status, complaint(a))
	}
	if a := k.viewer.post(page, with(free, "why", "mine")); a.status != http.StatusForbidden {
		t.Errorf("a viewer: %d", a.status)
	}
	if a := k.store.post(page, with(free, "why", "the fair is over")); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, complaint(a))
	}
	if a := k.store.post(page, with(free, "why", "again")); a.status != http.StatusConflict {
		t.Errorf("twice: %d", a.status)
	}
	if e := k.trail("stock.release"); len(e) != 1 || e[0].Why != "the fair is over" || e[0].Who.Name != "Stan" {
		t.Errorf("%+v", e)
	}
}
