package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"millwright/internal/access"
	"millwright/internal/web/api/tables"
)

const somePartners = "number,name,customer,price list\nC-300,Cara,yes,2026\nC-301,<b>Dan,maybe,\n"

func TestPartnersPricesAndOrdersAreImportedByClicking(t *testing.T) {
	k := newShop(t)
	says(t, k.sales.get("/partners?view=0"), `href="/lists/partners/import"`, `href="/prices"`)
	says(t, k.sales.get("/lists/partners/import"), "up to 8 MB and 5000 rows", "More rows of one number are more contacts and addresses")
	a := k.sales.upload("/lists/partners/import", "partners.csv", []byte(somePartners))
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	where := a.header.Get("Location")
	says(t, k.sales.get(where), "1 new, 0 changed, 0 unchanged, 1 wrong", "Nothing is kept yet", "neither yes nor no")
	says(t, k.sales.post(where, url.Values{"whole": {"on"}}), "Nothing was kept")
	says(t, k.sales.post(where, url.Values{}), "Kept. What was wrong was left out", `href="/partners/2"`)
	says(t, k.sales.post(where, url.Values{}), "0 new, 0 changed, 1 unchanged, 1 wrong")
	if a := k.sales.upload("/lists/partners/import", "x.csv", []byte("number,colour\nC-1,red\n")); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "colour") {
		t.Errorf("%d %s", a.status, a.short())
	}
	if a := k.viewer.get("/lists/partners/import"); a.status != http.StatusForbidden {
		t.Errorf("a viewer imports: %d", a.status)
	}

	a = k.sales.upload("/lists/prices/import", "prices.csv", []byte("item,price list,from quantity,price\nA-100,2026,,5\nA-100,2026,100,4.2\n"))
	says(t, k.sales.post(a.header.Get("Location"), url.Values{}), "1 new, 0 changed, 1 unchanged, 0 wrong", `href="/prices/3"`)
	says(t, k.viewer.get("/prices?view=0"), "3 prices", "4.2", "Purchase")
	for price, to := range map[string]string{"/prices/1": "/items/1", "/prices/2": "/partners/1"} {
		if a := k.viewer.get(price); a.status != http.StatusSeeOther || a.header.Get("Location") != to {
			t.Errorf("%s: %d %s", price, a.status, a.header.Get("Location"))
		}
	}
	for _, price := range []string{"/prices/99", "/prices/x"} {
		if a := k.viewer.get(price); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", price, a.status)
		}
	}

	a = k.sales.upload("/lists/sales/import", "orders.csv", []byte("customer,their number,confirmed,item,quantity\nC-100,77,yes,A-100,120\nC-100,77,,V-1,1\n"))
	says(t, k.sales.get(a.header.Get("Location")), "2 wrong", "No price holds for V-1", "It belongs to row 3, which is wrong")
	a = k.sales.upload("/lists/sales/import", "orders.csv", []byte("customer,their number,confirmed,item,quantity,requested\nC-100,77,yes,A-100,120,2026-12-01\n"))
	says(t, k.sales.post(a.header.Get("Location"), url.Values{}), "1 new", `href="/sales/1"`)
	says(t, k.sales.get("/sales/1"), "Confirmed", "77", "504")
}

func TestProgramsSendTables(t *testing.T) {
	k := newShop(t)
	b := k.scoped([]access.Scope{access.Read, access.WriteSales})
	send := func(path, table string) (out tables.TableReport, a answer) {
		a = b.do(http.MethodPost, path, strings.NewReader(table), http.Header{"Content-Type": {"text/csv"}})
		_ = json.Unmarshal([]byte(a.body), &out) // an answer that is none has no rows
		return out, a
	}
	r, a := send("/api/v1/customers/import?dry=true", somePartners)
	if a.status != http.StatusOK || r.Kept || r.New != 1 || r.Wrong != 1 || r.Results[0].ID != 0 || r.Results[1].Fields[0].Path != "Customer" {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if r, a = send("/api/v1/customers/import", somePartners); !r.Kept || r.Results[0].ID != 2 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if r, a = send("/api/v1/customers/import", somePartners); r.Unchanged != 1 {
		t.Errorf("%d %s", a.status, a.body)
	}
	if r, a = send("/api/v1/sales/prices/import", "item,for,partner,price\nA-100,purchase,C-100,1\n"); r.Wrong != 1 || !strings.Contains(a.body, "duty purchaser") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if r, a = send("/api/v1/sales/orders/import", "customer,their number,item,quantity\nC-100,9,A-100,2\n"); r.New != 1 || r.Results[0].Record != "C-100 · 9" {
		t.Errorf("%d %s", a.status, a.body)
	}
	for path, status := range map[string]int{"/api/v1/suppliers/import": 403, "/api/v1/bills/import": 403, "/api/v1/customers/import?colour=red": 422} {
		if _, a := send(path, somePartners); a.status != status {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	if _, a := send("/api/v1/customers/import", "number\n"+strings.Repeat("C-1\n", 5001)); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "more than 5000 rows") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// TestAnExportedListComesBack: what a list gives changes nothing when it is sent, neither prices by their entries nor the lines
// of orders, of which it tells nothing, nor what the sender may not change.
func TestAnExportedListComesBack(t *testing.T) {
	k := newShop(t)
	k.posts(k.sales, "/sales/new", map[string]string{"partner": "C-100", "reference": "4711", "lines-item-0": "A-100", "lines-quantity-0": "10", "lines-due-0": "2026-12-24"}, http.StatusSeeOther)
	b := k.scoped([]access.Scope{access.Read, access.WriteSales, access.WriteItems})
	for list, to := range map[string]string{"sales?as=csv": "sales/orders", "prices?as=csv&filter=side%3Dsales": "sales/prices", "prices?as=csv": "sales/prices", "partners?as=csv": "customers", "items?as=csv": "items"} {
		file := k.viewer.get("/lists/" + strings.Replace(list, "?", "/export?", 1)).body
		var out tables.TableReport
		a := b.do(http.MethodPost, "/api/v1/"+to+"/import", strings.NewReader(file), http.Header{"Content-Type": {"text/csv"}})
		if err := json.Unmarshal([]byte(a.body), &out); err != nil || out.Unchanged == 0 || out.New+out.Changed+out.Wrong > 0 || len(out.Aside) == 0 {
			t.Errorf("%s: %s gives %s", list, file, a.body)
		}
	}
	if page := k.sales.get("/sales/1").body; !strings.Contains(page, "50.00 EUR") {
		t.Error("the order lost its line")
	}
}
