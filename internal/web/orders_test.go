package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"millwright/internal/access"
	"millwright/internal/erp/item"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
)

// shop is a world with a customer who is a supplier as well, three items, and people with duties.
type shop struct {
	*world
	sales, store, buyer, viewer *browser
}

func newShop(t *testing.T) shop {
	t.Helper()
	w := newWorld(t)
	ctx := t.Context()
	for _, i := range []item.Item{
		{Number: "A-100", Name: "Bottle", Kind: item.Both, Tracking: item.None},
		{Number: "L-100", Name: "Syrup", Kind: item.Buy, Tracking: item.Lot},
		{Number: "V-1", Name: "Freight", Kind: item.Service, Tracking: item.None},
	} {
		i.Unit, i.Valuation, i.Standard, i.Planning = "H87", item.FIFO, plant.Currency, item.Planning{Rule: item.LotForLot, Method: item.MRP}
		if i.Number == "A-100" {
			i.Units = []item.Unit{{Code: "XBX", Factor: item.Ratio{Num: 12, Den: 1}}}
		}
		if _, err := w.trade.Items.Add(ctx, i, item.Change{By: plant.Program()}); err != nil {
			t.Fatal(err)
		}
	}
	_, err := w.trade.Partners.Keep(ctx, partner.Partner{Number: "C-100", Name: "Ann & Co", Customer: true, Supplier: true, List: "2026", Terms: "30 days net", Places: []partner.Address{{Text: "1 Mill Lane"}}}, plant.Program(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, side := range []partner.Side{partner.Sales, partner.Purchase} {
		p := partner.Price{Side: side, List: "2026", Item: 1, Unit: "H87", Amount: 5 * plant.Currency}
		if side == partner.Purchase {
			p.List, p.Partner = "", 1
		}
		if _, err := w.trade.Partners.KeepPrice(ctx, p, plant.Program(), ""); err != nil {
			t.Fatal(err)
		}
	}
	w.user("Ada", plant.Admin)
	k := shop{world: w}
	for name, of := range map[string]struct {
		duty plant.Duty
		into **browser
	}{"Sam": {plant.Sales, &k.sales}, "Stan": {plant.Storekeeper, &k.store}, "Pia": {plant.Purchaser, &k.buyer}, "Vera": {plant.NoDuty, &k.viewer}} {
		u := w.user(name, plant.Viewer)
		k.give(u, of.duty)
		*of.into = w.signedIn(name)
	}
	return k
}

func (k shop) give(u access.User, d plant.Duty) {
	k.t.Helper()
	u.Duties = d
	if err := k.vault.SaveUser(k.t.Context(), u, plant.Program(), "hired"); err != nil {
		k.t.Fatal(err)
	}
}

// filledIn is a page's main form with what is typed into it.
func (b *browser) filledIn(page string, typed map[string]string) url.Values {
	b.w.t.Helper()
	a := b.get(page)
	if a.status != http.StatusOK {
		b.w.t.Fatalf("%s: %d %s", page, a.status, a.body)
	}
	_, form, _ := strings.Cut(a.body, `<form class="form`)
	form, _, _ = strings.Cut(form, "</form>")
	f := fieldsOf(form)
	f.Del("do")
	for k, v := range typed {
		f.Set(k, v)
	}
	return f
}

func (k shop) posts(b *browser, path string, typed map[string]string, want int) answer {
	k.t.Helper()
	a := b.post(path, b.filledIn(path, typed))
	if a.status != want {
		k.t.Fatalf("%s: %d, want %d: %s", path, a.status, want, faultsIn(a.body))
	}
	return a
}

// presses a button of a page.
func (k shop) presses(b *browser, page, action string, want int) answer {
	k.t.Helper()
	a := b.post(action, b.theForm(page, action, nil))
	if a.status != want {
		k.t.Fatalf("%s: %d, want %d: %s", action, a.status, want, faultsIn(a.body))
	}
	return a
}

func faultsIn(body string) string {
	_, f, found := strings.Cut(body, `class="faults"`)
	if !found {
		return body
	}
	f, _, _ = strings.Cut(f, "</div>")
	return f
}

func TestAnOrderGoesFromTheQuoteToAccounting(t *testing.T) {
	k := newShop(t)
	k.posts(k.buyer, "/purchase/new", map[string]string{"partner": "c-100", "lines-item-0": "a-100", "lines-quantity-0": "2", "lines-unit-0": "XBX", "lines-due-0": "2026-12-01"}, http.StatusSeeOther)
	k.presses(k.buyer, "/purchase/1", "/purchase/1/confirm", http.StatusSeeOther)
	k.posts(k.store, "/purchase/1/deliver", map[string]string{"reference": "LS-9"}, http.StatusSeeOther)
	if page := k.buyer.get("/purchase/1").body; !strings.Contains(page, "Received") || !strings.Contains(page, "GR-000001") || !strings.Contains(page, "LS-9") {
		t.Errorf("the receipt is not told: %s", page)
	}
	k.posts(k.sales, "/sales/new", map[string]string{"partner": "C-100", "reference": "4711", "lines-item-0": "A-100", "lines-quantity-0": "10", "lines-due-0": "2026-12-24"}, http.StatusSeeOther)
	page := k.sales.get("/sales/1").body
	for _, want := range []string{"SO-000001", "Quote", "list 2026: 5.00", "50.00 EUR", "1 Mill Lane", "4711", "Quote as PDF"} {
		if !strings.Contains(page, want) {
			t.Errorf("the quote does not tell %q", want)
		}
	}
	k.presses(k.sales, "/sales/1", "/sales/1/confirm", http.StatusSeeOther)
	form := k.store.get("/sales/1/deliver").body
	if !strings.Contains(form, `value="10"`) || !strings.Contains(form, `value="STOCK"`) {
		t.Errorf("nothing is suggested: %s", form)
	}
	k.posts(k.store, "/sales/1/deliver", map[string]string{"lines-quantity-0": "4"}, http.StatusSeeOther)
	k.posts(k.store, "/sales/1/return", map[string]string{"lines-quantity-0": "1", "why": "broken"}, http.StatusSeeOther)
	page = k.sales.get("/sales/1").body
	for _, want := range []string{"Partly delivered", "DN-000001", "RT-000002", "1 returned", "Sales delivery", "broken", "Add a comment"} {
		if !strings.Contains(page, want) {
			t.Errorf("the order does not tell %q", want)
		}
	}
	says(t, k.store.get("/sales/1"), `href="/folio/note/1"`, "Comments and files of DN-000001")
	says(t, k.store.get("/folio/note/1"), "Delivery note DN-000001", `href="/sales/1"`, "To the order", "Nobody has said anything yet", "Delivery")
	if a := k.store.post("/folio/note/1/comment", url.Values{"words": {"The pallet was wet."}, "key": {"wet"}}); a.header.Get("Location") != "/folio/note/1#comments" {
		t.Errorf("%d %s", a.status, a.header.Get("Location"))
	}
	says(t, k.viewer.get("/folio/note/1"), "The pallet was wet.")
	says(t, k.store.get("/folio/note/2"), "Return RT-000002", `href="/sales/1"`)
	for _, none := range []string{"/folio/note/99", "/folio/receipt/99"} {
		if a := k.store.get(none); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", none, a.status)
		}
	}
	for code, want := range map[string]string{"so-000001": "/sales/1", "DN-000001": "/sales/1", "PO-000001": "/purchase/1", "c-100": "/partners/1", "stock": "/stock/place/10", "A-100": "/items/1"} {
		if a := k.store.get("/scan?code=" + code); a.status != http.StatusSeeOther || a.header.Get("Location") != want {
			t.Errorf("%s leads to %d %s, not to %s", code, a.status, a.header.Get("Location"), want)
		}
	}
	if moves := k.store.get("/stock/item/1").body; !strings.Contains(moves, `href="/sales/1">SO-000001</a>`) {
		t.Error("the moves of the item do not lead to the order")
	}
	for _, file := range []string{"/sales/1/order.pdf", "/sales/1/paper/1", "/sales/1/paper/2", "/purchase/1/order.pdf"} {
		if a := k.viewer.get(file); a.status != http.StatusOK || !strings.HasPrefix(a.body, "%PDF-") {
			t.Errorf("%s: %d", file, a.status)
		}
	}
	a := k.presses(k.sales, "/sales/export", "/sales/export", http.StatusSeeOther)
	if a.header.Get("Location") != "/sales/export?export=1" {
		t.Error(a.header.Get("Location"))
	}
	if a := k.sales.get("/sales/export/1"); strings.Count(a.body, "\n") != 3 || !strings.Contains(a.body, "A-100,Bottle,H87,4,5,20") || !strings.Contains(a.body, "-1,5,-5") {
		t.Errorf("%d %s", a.status, a.body)
	}
	k.presses(k.sales, "/sales/1", "/sales/1/cancel", http.StatusSeeOther)
	if page := k.sales.get("/sales/1").body; !strings.Contains(page, "Closed") {
		t.Error("the order is not closed")
	}
}

func TestWhatIsTypedIsNeverLost(t *testing.T) {
	k := newShop(t)
	typed := map[string]string{
		"partner": "nobody", "note": "with care", "lines-item-0": "A-100", "lines-quantity-0": "-1", "lines-item-1": "X-1", "lines-quantity-1": "1e30", "lines-item-2": "A-100", "lines-quantity-2": "1", "lines-unit-2": "m",
	}
	a := k.posts(k.sales, "/sales/new", typed, http.StatusUnprocessableEntity)
	for _, want := range []string{"There is no partner", "Row 1: Write a quantity greater than 0", "Row 2: There is no item", "1e30", "Row 3: A-100 is not counted in m", "with care", `value="X-1"`, `aria-describedby="lines-item-1-fault"`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page does not tell %q: %s", want, faultsIn(a.body))
		}
	}
	typed["do"] = "more"
	if a := k.posts(k.sales, "/sales/new", typed, http.StatusOK); !strings.Contains(a.body, `name="lines-item-3"`) || !strings.Contains(a.body, `value="X-1"`) || strings.Contains(a.body, `class="faults"`) {
		t.Error("Enter does not add a row")
	}
	f := k.sales.filledIn("/sales/new", map[string]string{"partner": "C-100", "lines-item-0": "A-100", "lines-quantity-0": "1"})
	first, second := k.sales.post("/sales/new", f), k.sales.post("/sales/new", f)
	if first.status != http.StatusSeeOther || second.header.Get("Location") != first.header.Get("Location") {
		t.Errorf("sent twice: %d %s, %d %s", first.status, first.header.Get("Location"), second.status, second.header.Get("Location"))
	}
	k.posts(k.sales, "/sales/1/change", map[string]string{"lines-quantity-0": "3", "lines-due-0": "2026-12-24", "why": "they asked"}, http.StatusSeeOther)
	stale := k.sales.post("/sales/1/change", url.Values{"version": {"1"}, "partner": {"C-100"}, "lines-item-0": {"A-100"}, "lines-line-0": {"1"}, "lines-quantity-0": {"9"}})
	if stale.status != http.StatusConflict || !strings.Contains(stale.body, "changed SO-000001 meanwhile") || !strings.Contains(stale.body, `value="9"`) {
		t.Errorf("%d %s", stale.status, faultsIn(stale.body))
	}
	if page := k.sales.get("/sales/1").body; !strings.Contains(page, "they asked") || !strings.Contains(page, "line 1: 3 H87 A-100") {
		t.Error("the change is not in the history")
	}
	k.presses(k.sales, "/sales/1", "/sales/1/confirm", http.StatusSeeOther)
	a = k.posts(k.store, "/sales/1/deliver", map[string]string{"lines-quantity-0": "3", "lines-stock-0": "NOWHERE", "at": "tomorrow"}, http.StatusUnprocessableEntity)
	if !strings.Contains(a.body, "There is no place") || !strings.Contains(a.body, "Write a date and a time") {
		t.Error(faultsIn(a.body))
	}
	if a = k.posts(k.store, "/sales/1/deliver", map[string]string{"lines-quantity-0": "3", "lines-stock-0": "STOCK"}, http.StatusConflict); !strings.Contains(a.body, `value="3"`) {
		t.Errorf("nothing is there, and %s", faultsIn(a.body))
	}
}

func TestPartnersAreKeptByThoseWhoDealWithThem(t *testing.T) {
	k := newShop(t)
	a := k.posts(k.sales, "/partners/new", map[string]string{"number": "C 2", "name": "", "days": "Mon Foo", "closed": "Xmas", "contacts-name-0": "Eve", "contacts-mail-0": "nowhere"}, http.StatusUnprocessableEntity)
	for _, want := range []string{"no spaces", "must not be empty", "Write weekdays", "is no date", "no mail address", `value="nowhere"`} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page does not tell %q: %s", want, faultsIn(a.body))
		}
	}
	a = k.posts(k.sales, "/partners/new", map[string]string{"number": "C-2", "name": "Bob", "days": "Mon, Thu", "closed": "2026-12-24", "contacts-name-0": "Eve", "contacts-mail-0": "eve@example.com", "places-text-0": "2 Mill Lane"}, http.StatusSeeOther)
	page := k.viewer.get("/partners/2").body
	for _, want := range []string{"Bob", "Mon Thu, not on 2026-12-24", "eve@example.com", "2 Mill Lane", "Partner added"} {
		if !strings.Contains(page, want) {
			t.Errorf("%s does not tell %q", a.header.Get("Location"), want)
		}
	}
	if strings.Contains(page, "/partners/2/change") {
		t.Error("who may change nothing is offered it")
	}
	if a := k.buyer.post("/partners/2/change", k.buyer.filledIn("/partners/2/change", map[string]string{"name": "Mallory"})); a.status != http.StatusForbidden {
		t.Errorf("a purchaser changed a customer: %d", a.status)
	}
	k.posts(k.sales, "/partners/2/price", map[string]string{"item": "A-100", "from": "100", "price": "4,20"}, http.StatusSeeOther)
	k.posts(k.sales, "/partners/2/price", map[string]string{"item": "X", "from": "-1", "price": "1e30"}, http.StatusUnprocessableEntity)
	if page := k.sales.get("/partners/2").body; !strings.Contains(page, "4.20") {
		t.Error("the price is not told")
	}
	k.presses(k.sales, "/partners/2", "/partners/2/price/3/remove", http.StatusSeeOther)
	k.posts(k.buyer, "/partners/1/supply", map[string]string{"item": "A-100", "number": "B-7", "least": "10", "price": "2"}, http.StatusSeeOther)
	k.posts(k.buyer, "/partners/1/supply", map[string]string{"item": "A-100", "number": "B-8", "lead": "soon"}, http.StatusUnprocessableEntity)
	a = k.posts(k.buyer, "/purchase/new", map[string]string{"partner": "C-100", "lines-item-0": "A-100", "lines-quantity-0": "9"}, http.StatusUnprocessableEntity)
	if !strings.Contains(a.body, "They deliver at least 10 H87") {
		t.Error(faultsIn(a.body))
	}
}

func TestOrdersThroughTheAPI(t *testing.T) {
	k := newShop(t)
	send := func(path, key, body string, want int) map[string]any {
		t.Helper()
		k.sales.header.Set("Idempotency-Key", key)
		a := k.sales.send(path, body)
		if strings.HasSuffix(path, "/papers") {
			a = k.store.do(http.MethodPost, path, strings.NewReader(body), http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {key}})
		}
		if a.status != want {
			t.Fatalf("%s: %d, want %d: %s", path, a.status, want, a.body)
		}
		var out map[string]any
		if err := json.Unmarshal([]byte(a.body), &out); a.body != "" && err != nil {
			t.Fatalf("%v: %s", err, a.body)
		}
		return out
	}
	order := `{"partner": "C-100", "lines": [{"item": "V-1", "quantity": 2.5, "price": 4.000001, "due": "2026-12-24"}]}`
	o := send("/api/v1/sales/orders", "k1", order, http.StatusCreated)
	again := send("/api/v1/sales/orders", "k1", order, http.StatusCreated)
	if fmt.Sprint(o["amount"]) != "10" || o["state"] != "open" || again["id"] != o["id"] {
		t.Errorf("%v", o)
	}
	wrong := send("/api/v1/sales/orders", "k2", `{"partner": "C-100", "lines": [{"item": "A-100", "quantity": 1e30}, {"item": "A-100", "quantity": -1}, {"item": "A-100", "quantity": 1, "unit": "MTR"}]}`, http.StatusUnprocessableEntity)
	if text := fmt.Sprint(wrong["errors"]); strings.Count(text, "lines[") != 3 || !strings.Contains(text, "1e30") {
		t.Error(text)
	}
	send("/api/v1/sales/orders/1/confirm", "k3", `{"version": 1}`, http.StatusOK)
	send("/api/v1/sales/orders/1/confirm", "k3", `{"version": 1}`, http.StatusOK)
	send("/api/v1/sales/orders/1/confirm", "k4", `{"version": 1}`, http.StatusConflict)
	paper := send("/api/v1/sales/orders/1/papers", "k5", `{"version": 2, "kind": "delivery", "lines": [{"line": 1, "quantity": 1}]}`, http.StatusCreated)
	if paper["number"] != "DN-000001" {
		t.Errorf("%v", paper)
	}
	send("/api/v1/sales/orders/1/papers", "k6", `{"version": 2, "kind": "delivery", "lines": [{"line": 1, "quantity": 1}]}`, http.StatusConflict)
	send("/api/v1/sales/orders/1/change", "k7", `{"version": 3, "partner": "C-100", "lines": [{"line": 1, "item": "V-1", "quantity": 2, "due": "2026-12-25"}]}`, http.StatusOK)
	send("/api/v1/sales/orders/1/cancel", "k8", `{"version": 4, "why": "enough"}`, http.StatusOK)
	batch := send("/api/v1/sales/orders/batch", "", `{"orders": [`+strings.TrimSuffix(order, "}")+`, "key": "b1"}, {"partner": "x", "lines": []}]}`, http.StatusOK)
	if rows := fmt.Sprint(batch["rows"]); fmt.Sprint(batch["ok"]) != "1" || !strings.Contains(rows, "SO-000002") || !strings.Contains(rows, "Write at least one line") {
		t.Errorf("%v", batch)
	}
	e := send("/api/v1/sales/exports", "k9", `{}`, http.StatusOK)
	if fmt.Sprint(e["id"]) != "1" || len(e["lines"].([]any)) != 1 {
		t.Errorf("%v", e)
	}
	if e = send("/api/v1/sales/exports", "k10", `{}`, http.StatusOK); fmt.Sprint(e["id"]) != "0" || e["at"] != nil {
		t.Errorf("nothing was waiting: %v", e)
	}
	if a := k.viewer.get("/api/v1/sales/exports/1?format=csv"); a.status != 200 || !strings.Contains(a.body, "DN-000001,delivery") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := k.viewer.get("/api/v1/sales/orders/1"); !strings.Contains(a.body, `"state":"closed"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := k.viewer.send("/api/v1/sales/orders", order); a.status != http.StatusForbidden {
		t.Errorf("a viewer wrote an order: %d", a.status)
	}
	p := send("/api/v1/customers/batch", "", `{"partners": [{"number": "C-7", "name": "Gil", "over": 5}, {"number": "C-8", "name": ""}, {"number": "c-100", "name": "Ann", "list": "2026"}]}`, http.StatusOK)
	if fmt.Sprint(p["ok"]) != "2" {
		t.Errorf("%v", p)
	}
	if a := k.viewer.get("/api/v1/partners/C-100"); !strings.Contains(a.body, `"name":"Ann"`) || !strings.Contains(a.body, `"supplier":true`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	prices := send("/api/v1/sales/prices/batch", "", `{"prices": [{"list": "2026", "item": "A-100", "price": 6}, {"list": "2026", "item": "A-100", "from": 500, "price": 4.2}, {"item": "A-100", "price": 1}]}`, http.StatusOK)
	if fmt.Sprint(prices["ok"]) != "2" {
		t.Errorf("%v", prices)
	}
	if a := k.viewer.get("/api/v1/sales/prices?partner=C-7&list=2026&item=A-100&quantity=600"); !strings.Contains(a.body, `"why":"list 2026, from 500: 4.20"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
}
