package web_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"millwright/internal/access"
	"millwright/internal/web/api/tables"
)

// TestTheCallsOfALineAreImported: a delivery schedule is sent by order, line and day; the same again changes nothing, 0 takes a
// day away, and what is exported comes back as it is.
func TestTheCallsOfALineAreImported(t *testing.T) {
	k := newShop(t)
	k.posts(k.buyer, "/purchase/new", map[string]string{"partner": "c-100", "lines-item-0": "a-100", "lines-quantity-0": "100", "lines-due-0": "2026-12-01"}, http.StatusSeeOther)
	k.presses(k.buyer, "/purchase/1", "/purchase/1/confirm", http.StatusSeeOther)
	says(t, k.buyer.get("/plan/deliveries?side=purchase"), "Import calls", "Calls as CSV")
	if page := k.sales.get("/plan/deliveries?side=purchase").body; strings.Contains(page, "Import calls") {
		t.Error("sales is offered the import")
	}
	says(t, k.buyer.get("/lists/calls/import"), "The number of the purchase order", "takes the day away")
	b := k.scoped([]access.Scope{access.Read, access.WritePurchase})
	send := func(query, table string) (out tables.TableReport) {
		a := b.do(http.MethodPost, "/api/v1/purchase/calls/import"+query, strings.NewReader(table), http.Header{"Content-Type": {"text/csv"}})
		if err := json.Unmarshal([]byte(a.body), &out); err != nil || a.status != http.StatusOK {
			t.Fatalf("%d %s", a.status, a.body)
		}
		return out
	}
	const first = "order,line,day,quantity\nPO-000001,1,2026-12-01,40\npo-000001,1,2026-12-08,30\n"
	for _, want := range []struct {
		query string
		tables.TableReport
	}{{"?dry=true", tables.TableReport{Changed: 2}}, {"", tables.TableReport{Kept: true, Changed: 2}}, {"", tables.TableReport{Kept: true, Unchanged: 2}}} {
		if r := send(want.query, first); r.Kept != want.Kept || r.Changed != want.Changed || r.Unchanged != want.Unchanged || r.Wrong > 0 {
			t.Errorf("%q: %+v", want.query, r)
		}
	}
	file := k.viewer.get("/plan/deliveries/calls?side=purchase").body
	if want := "Order,Line,Day,Quantity,Unit,Supplier,Item\nPO-000001,1,2026-12-01,40,H87,C-100,A-100\nPO-000001,1,2026-12-08,30,H87,C-100,A-100\n"; strings.TrimPrefix(file, "\ufeff") != want {
		t.Errorf("exported: %s", file)
	}
	if r := send("", file); r.Unchanged != 2 || len(r.Aside) != 3 {
		t.Errorf("what was exported: %+v", r)
	}
	if r := send("", "order,line,day,quantity\nPO-000001,1,2026-12-08,0\nPO-000001,1,2026-12-15,20\n"); r.Changed != 2 || r.Results[0].ID != 1 {
		t.Errorf("%+v", r)
	}
	says(t, k.buyer.get("/purchase/1"), "2026-12-15")
	for table, words := range map[string]string{
		"PO-000009,1,2026-12-01,1": "There is no purchase order", "PO-000001,7,2026-12-01,1": "has no line", "PO-000001,1,soon,1": "is no date",
		"PO-000001,1,2026-12-01,-3": "Less than nothing", "PO-000001,1,2026-12-01,1e30": "", "PO-000001,1,2026-12-01,101": "more than the line",
		"PO-000001,1,2026-12-01,1\nPO-000001,1,2026-12-01,2": "twice", "PO-000001,1,2026-12-01,": "0 takes the day away",
	} {
		if r := send("", "order,line,day,quantity\n"+table+"\n"); r.Wrong == 0 || r.Changed > 0 || words != "" && !strings.Contains(r.Results[len(r.Results)-1].Fields[0].Message, words) {
			t.Errorf("%s: %+v", table, r)
		}
	}
	if a := k.store.get("/lists/calls/import"); a.status != http.StatusForbidden {
		t.Errorf("the storekeeper imports calls: %d", a.status)
	}
}
