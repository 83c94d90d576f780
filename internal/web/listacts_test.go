package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"millwright/internal/erp/item"
	"millwright/internal/erp/order"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
)

// Several orders are confirmed at once: each tells its own outcome, and all that stands in its way.
func TestSeveralOrdersAreConfirmedAtOnce(t *testing.T) {
	k := newShop(t)
	by := order.Doing{By: plant.Program()}
	i, err := k.trade.Items.Find(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	i.Planning.Method = "none" // so that nothing can be promised of it
	if _, err := k.trade.Items.Save(t.Context(), i, item.Change{By: plant.Program()}); err != nil {
		t.Fatal(err)
	}
	price := 4 * plant.Currency
	for _, due := range []string{"2099-12-21", "", "2099-12-23"} {
		line := order.Wanted{Item: "L-100", Quantity: plant.Pieces(2), Price: &price, Due: due}
		if _, err := k.trade.Orders.Create(t.Context(), order.Draft{Side: partner.Sales, Partner: "C-100", Today: "2026-03-02", Lines: []order.Wanted{line, line}}, by); err != nil {
			t.Fatal(err)
		}
	}
	form := url.Values{"action": {"confirm"}, "row": {"1.1", "2.1", "3.1"}, "sure": {"on"}, "key": {"k1"}}
	if a := k.viewer.post("/lists/sales/act", form); a.status != http.StatusForbidden {
		t.Errorf("a viewer confirms: %d", a.status)
	}
	says(t, k.sales.get("/sales?view=0"), "Confirm", `name="row" value="2.1"`)
	a := k.sales.post("/lists/sales/act", form)
	says(t, a, "2 of 3 sales orders done", "SO-000002", "Line 1 has no date", "Line 2 has no date")
	says(t, k.sales.post("/lists/sales/act", form), "2 of 3 sales orders done") // sent again
	form.Set("key", "k2")
	says(t, k.sales.post("/lists/sales/act", form), "0 of 3 sales orders done", "changed")
	says(t, k.sales.post("/lists/sales/act", url.Values{"action": {"cancel"}, "row": {"2.1"}, "sure": {"on"}, "key": {"k3"}}), `aria-invalid="true"`)
	says(t, k.sales.post("/lists/sales/act", url.Values{"action": {"cancel"}, "row": {"2.1"}, "sure": {"on"}, "key": {"k3"}, "why": {"lost"}}), "1 of 1 sales order done")
	for id, want := range map[int64]order.State{1: order.Firm, 2: order.Cancelled, 3: order.Firm} {
		if o, err := k.trade.Orders.Order(t.Context(), partner.Sales, id); err != nil || o.State() != want {
			t.Errorf("%d is %s, %v", id, o.State(), err)
		}
	}
}

// Items and partners are taken out of use and back into it, several at once.
func TestSeveralAreRetiredAtOnce(t *testing.T) {
	k := newShop(t)
	ada := k.signedIn("Ada")
	i, err := k.trade.Items.Find(t.Context(), 2)
	if err != nil {
		t.Fatal(err)
	}
	i.Name = "Sirup"
	if _, err := k.trade.Items.Save(t.Context(), i, item.Change{By: plant.Program()}); err != nil {
		t.Fatal(err)
	}
	retire := url.Values{"action": {"retire"}, "row": {"1.1", "2.1"}, "sure": {"on"}, "key": {"k"}, "why": {"old"}}
	says(t, ada.post("/lists/items/act", retire), "1 of 2 items done", "Somebody has changed L-100")
	says(t, ada.post("/lists/items/act", retire), "1 of 2 items done") // sent again
	if i, err := k.trade.Items.Find(t.Context(), 1); err != nil || !i.Retired || i.Version != 2 {
		t.Errorf("%+v, %v", i, err)
	}
	says(t, ada.post("/lists/items/act", url.Values{"action": {"use"}, "row": {"1.2"}, "sure": {"on"}, "key": {"k"}}), "1 of 1 item done")
	says(t, k.sales.post("/lists/partners/act", url.Values{"action": {"retire"}, "row": {"1.1"}, "sure": {"on"}, "key": {"k"}, "why": {"moved"}}), "1 of 1 partner done", "C-100")
	if p, err := k.trade.Partners.Partner(t.Context(), 1); err != nil || !p.Retired || p.Name != "Ann & Co" {
		t.Errorf("%+v, %v", p, err)
	}
	if a := k.sales.post("/lists/items/act", retire); a.status != http.StatusForbidden {
		t.Errorf("sales retires items: %d", a.status)
	}
}

// Every action of a list does something.
func TestEveryActionOfAListIsThere(t *testing.T) {
	k := newShop(t)
	ada := k.signedIn("Ada")
	for _, d := range k.kept.Lists().Definitions() {
		for _, a := range d.Actions {
			got := ada.post("/lists/"+d.Name+"/act", url.Values{"action": {a.Key}, "row": {"4711.1"}})
			if got.status != http.StatusOK || !strings.Contains(got.body, a.Title) {
				t.Errorf("%s of %s: %d", a.Key, d.Name, got.status)
			}
		}
	}
}
