package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"millwright/internal/access"
	"millwright/internal/erp/partner"
	"millwright/internal/plant"
)

// TestPlacesAndLotsAreImported: who keeps the store does it by clicking, programs with the scope of it, and nobody else.
func TestPlacesAndLotsAreImported(t *testing.T) {
	k := newShop(t)
	says(t, k.store.get("/stock/places"), `href="/lists/places/import"`, `href="/stock/place"`)
	if body := k.viewer.get("/stock/places").body; strings.Contains(body, "/lists/places/import") {
		t.Error("a viewer is offered the import")
	}
	a := k.store.upload("/lists/places/import", "places.csv", []byte("code,name,lies in\nA-01,Aisle,STOCK\nA-02,,NOWHERE\n"))
	where := a.header.Get("Location")
	says(t, k.store.get(where), "1 new, 0 changed, 0 unchanged, 1 wrong", "Nothing is kept yet", "There is no place")
	says(t, k.store.post(where, url.Values{}), "Kept. What was wrong was left out", `href="/stock/place/101"`)
	says(t, k.store.post(where, url.Values{}), "0 new, 0 changed, 1 unchanged, 1 wrong")
	says(t, k.viewer.get("/stock/place?filter=within%3DSTOCK"), "A-01", "Aisle", `href="/stock/places"`)
	says(t, k.store.get("/stock/lot?view=0"), `href="/lists/lots/import"`)
	b := k.scoped([]access.Scope{access.Read, access.WriteStock})
	send := func(path, table string) answer {
		return b.do(http.MethodPost, path, strings.NewReader(table), http.Header{"Content-Type": {"text/csv"}})
	}
	says(t, send("/api/v1/stock/places/import", "code,name\na-01,Aisle 1\n"), `"changed":1`, `"new":"Aisle 1"`)
	says(t, send("/api/v1/stock/places/import?why=renamed", "code,name,State,Lies in\nA-01,Aisle 1,Free,STOCK\n"), `"unchanged":1`, `"aside":["State"]`)
	says(t, send("/api/v1/stock/places/import?why=renamed", "code,name,State,Colour\nA-01,Aisle 2,Free,red\n"), "No field is called", "Colour")
	says(t, send("/api/v1/stock/places/import?why=renamed", "code,name\nA-01,Aisle 2\n"), `"changed":1`)
	if e := k.trail("place.keep"); len(e) == 0 || e[0].Why != "renamed" {
		t.Errorf("%+v", e)
	}
	says(t, send("/api/v1/stock/lots/import?dry=true", "item,number,state\nA-100,L-9,hold\n"), `"wrong":1`, "has come with the number")
	for _, list := range []string{"places", "lots"} {
		if a := k.sales.get("/lists/" + list + "/import"); a.status != http.StatusForbidden {
			t.Errorf("sales imports %s: %d", list, a.status)
		}
	}
	if a := send("/api/v1/customers/import", "number\nC-1\n"); a.status != http.StatusForbidden {
		t.Errorf("who keeps the store imports customers: %d", a.status)
	}
}

// TestSuppliesAndForecastsAreImported: purchasers say what suppliers deliver, planners what is expected.
func TestSuppliesAndForecastsAreImported(t *testing.T) {
	k := newShop(t)
	says(t, k.buyer.get("/supplies?view=0"), `href="/lists/supplies/import"`)
	a := k.buyer.upload("/lists/supplies/import", "supplies.csv", []byte("supplier,item,price,preferred\nC-100,A-100,2,yes\nS-1,NONE,x,\n"))
	says(t, k.buyer.get(a.header.Get("Location")), "1 new, 0 changed, 0 unchanged, 1 wrong", "There is no partner", "There is no item", "is not a decimal number")
	if _, err := k.kept.Partners().Keep(t.Context(), partner.Partner{Number: "S-1", Name: "Bits", Supplier: true}, plant.Person{Name: "anna"}, ""); err != nil {
		t.Fatal(err)
	}
	a = k.buyer.upload("/lists/supplies/import", "supplies.csv", []byte("supplier,item,price,preferred\nS-1,A-100,2,yes\n"))
	says(t, k.buyer.post(a.header.Get("Location"), url.Values{}), "Kept.", "1 new", `href="/supplies/1"`)
	if a := k.viewer.get("/supplies/1"); a.status != http.StatusSeeOther || a.header.Get("Location") != "/partners/2" {
		t.Errorf("%d %s", a.status, a.header.Get("Location"))
	}
	says(t, k.viewer.get("/supplies?view=0"), "S-1", "A-100", "Yes")
	if a := k.sales.get("/lists/supplies/import"); a.status != http.StatusForbidden {
		t.Errorf("sales imports them: %d", a.status)
	}
	if a := k.buyer.get("/lists/forecasts/import"); a.status != http.StatusForbidden {
		t.Errorf("a purchaser imports forecasts: %d", a.status)
	}
	b := k.scoped([]access.Scope{access.Read, access.WritePurchase})
	send := func(path, table string) answer {
		return b.do(http.MethodPost, path, strings.NewReader(table), http.Header{"Content-Type": {"text/csv"}})
	}
	says(t, send("/api/v1/supplies/import", "supplier,item,price\ns-1,A-100,2.5\n"), `"changed":1`, `"new":"2.5"`)
	if a := send("/api/v1/plan/forecast/import", "item,from\nA-100,2099-01-01\n"); a.status != http.StatusForbidden {
		t.Errorf("%d %s", a.status, a.body)
	}
}
