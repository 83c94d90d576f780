package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"millwright/internal/plant"
)

// keeper is a browser of a planner who is a viewer otherwise.
func (w *world) keeper(name string) *browser {
	w.t.Helper()
	u := w.user(name, plant.Viewer)
	u.Duties = plant.Planner
	if err := w.vault.SaveUser(w.t.Context(), u, plant.Program(), ""); err != nil {
		w.t.Fatal(err)
	}
	return w.signedIn(name)
}

// formAt reads the first form of a page that posts.
func (b *browser) formAt(path string) url.Values {
	b.w.t.Helper()
	a := b.get(path)
	if a.status != http.StatusOK {
		b.w.t.Fatalf("%s: %d %s", path, a.status, a.body)
	}
	return typedForm(a.body)
}

// typedForm is the big form of a page, without what its buttons send.
func typedForm(body string) url.Values {
	form := between(body, `<form class="form form-page item-form"`, "</form>")
	return fieldsOf(form)
}

func TestAnItemIsKeptByTheForm(t *testing.T) {
	w := newWorld(t)
	pia := w.keeper("Pia")
	f := with(pia.formAt("/items/new"), "number", "A-100", "name", "<b>Axle</b>", "kind", "make", "unit", "pcs", "units", "XBX = 12", "revisions", "A from 2026-03-02: first", "leadDays", "3", "standardCost", "37.5", "do", "keep")
	a := pia.post("/items/new", f)
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/items/1?done=added" {
		t.Fatalf("%d %s %s", a.status, a.header, a.body)
	}
	if again := pia.post("/items/new", f); again.header.Get("Location") != "/items/1?done=added" { // sent twice
		t.Errorf("%d %s", again.status, again.body)
	}
	page := pia.get("/items/1?done=added").body
	for _, want := range []string{"A-100", "&lt;b&gt;Axle&lt;/b&gt;", "37.50 EUR for 1 pcs", "3 working days", ">12 pcs<", "2026-03-02", "in effect now", "There is no bill of material yet", "Item added", "Added."} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q in the page", want)
		}
	}
	change := with(pia.formAt("/items/1/change"), "safety", "1e30", "leadDays", "-1", "barcode", "4006381333932", "units", "LTR", "do", "keep")
	a = pia.post("/items/1/change", change)
	for _, want := range []string{"is not a decimal", "write a unit", `value="1e30"`, `id="safety-fault"`, `id="units-fault"`} {
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(strings.ToLower(a.body), strings.ToLower(want)) {
			t.Errorf("%d, no %q in %s", a.status, want, between(a.body, `<div class="faults"`, "</div>"))
		}
	}
	change = with(pia.formAt("/items/1/change"), "leadDays", "-1", "barcode", "4006381333932", "do", "keep")
	a = pia.post("/items/1/change", change)
	for _, want := range []string{`id="leadDays-fault"`, `id="barcode-fault"`, "should be 1"} {
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) {
			t.Errorf("%d, no %q", a.status, want)
		}
	}
	stale := with(pia.formAt("/items/1/change"), "name", "Axle 2", "do", "keep")
	if a := pia.post("/items/1/change", with(pia.formAt("/items/1/change"), "name", "Axle 1", "do", "keep")); a.status != http.StatusSeeOther {
		t.Fatalf("%d", a.status)
	}
	if a := pia.post("/items/1/change", stale); a.status != http.StatusConflict || !strings.Contains(a.body, `value="Axle 2"`) {
		t.Errorf("%d", a.status)
	}
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	if a := vera.get("/items/1"); a.status != http.StatusOK || strings.Contains(a.body, "/items/1/change") {
		t.Errorf("%d: a viewer is offered to change it", a.status)
	}
	if a := vera.post("/items/1/change", stale); a.status != http.StatusForbidden {
		t.Errorf("%d", a.status)
	}
	if a := vera.get("/items/4711"); a.status != http.StatusNotFound {
		t.Errorf("%d", a.status)
	}
}

func TestABillIsDraftedReleasedAndLookedThrough(t *testing.T) {
	w := newWorld(t)
	w.planner().madeItems("CART", "AXLE", "BOX", "PIN")
	pia := w.keeper("Pia")
	a := pia.post("/centres/new", with(pia.formAt("/centres/new"), "code", "FIT", "name", "Fitting", "place", "filling-1/filler", "machine_hour", "40", "do", "keep"))
	if a.status != http.StatusSeeOther || !strings.Contains(pia.get("/centres").body, "Filling-1, Filler") {
		t.Fatalf("%d %s", a.status, a.body)
	}
	f := with(pia.formAt("/items/1/bill"), "lines-item-0", "AXLE", "lines-quantity-0", "2", "lines-item-1", "?", "lines-quantity-1", "much", "do", "keep")
	a = pia.post("/items/1/bill", f)
	for _, want := range []string{`id="lines-item-1-fault"`, `id="lines-quantity-1-fault"`, `value="much"`, "There is no item ?"} {
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) {
			t.Errorf("%d, no %s", a.status, want)
		}
	}
	f = with(typedForm(a.body), "lines-item-1", "BOX", "lines-quantity-1", "1", "paste", "PIN\t4\nBOX\t0.5 DZN\t\t5 %", "do", "lines-more")
	a = pia.post("/items/1/bill", f)
	f = typedForm(a.body)
	if a.status != http.StatusOK || f.Get("lines-item-2") != "PIN" || f.Get("lines-quantity-3") != "0.5" || f.Get("lines-unit-3") != "DZN" || f.Get("paste") != "" {
		t.Fatalf("%d %v", a.status, f)
	}
	f = typedForm(pia.post("/items/1/bill", with(f, "do", "lines-up-1")).body)
	if f.Get("lines-item-0") != "BOX" || f.Get("lines-item-1") != "AXLE" {
		t.Errorf("%v", f)
	}
	f = typedForm(pia.post("/items/1/bill", with(f, "do", "operations-more")).body)
	f = with(f, "operations-name-0", "Fit", "operations-centre-0", "FIT", "operations-run-0", "90 s", "do", "keep")
	a = pia.post("/items/1/bill", f)
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/bills/1?done=added" {
		t.Fatalf("%d %s", a.status, between(a.body, `<div class="faults"`, "</div>"))
	}
	page := pia.get("/bills/1").body
	for _, want := range []string{"Draft", ">AXLE<", "0.5 dozen", "5 %", "1.5 min", "FIT Fitting", "/bills/1/change", "Bill added"} {
		if !strings.Contains(page, want) {
			t.Errorf("no %q", want)
		}
	}
	says(t, pia.get("/bills?search=cart"), ">CART<")
	says(t, pia.get("/bills"), ">CART<", "/bills/1\"", "Holds from")
	if a := pia.post("/bills/1/release", url.Values{"version": {"1"}, "from": {"never"}}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "is no date") {
		t.Errorf("%d", a.status)
	}
	if a := pia.post("/bills/1/release", url.Values{"version": {"1"}, "from": {"2020-01-01"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a := pia.post("/bills/1/release", url.Values{"version": {"1"}}); a.status != http.StatusConflict { // sent twice
		t.Errorf("%d", a.status)
	}
	if a := pia.get("/bills/1/change"); a.status != http.StatusConflict {
		t.Errorf("a released bill is changed: %d", a.status)
	}
	for path, want := range map[string]string{
		"/items/1/tree?quantity=10": "20 pcs", "/items/1/cost": "and more: something has no cost yet", "/items/3/uses": ">CART<", "/items/3": ">CART<", "/items/1": "in force now",
	} {
		if a := pia.get(path); a.status != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d, no %q", path, a.status, want)
		}
	}
	for _, q := range []string{"-1", "1e30", "x", "99999999999999999"} {
		for _, of := range []string{"tree", "cost"} {
			if a := pia.get("/items/1/" + of + "?quantity=" + q); a.status != http.StatusUnprocessableEntity {
				t.Errorf("%s of %s: %d", of, q, a.status)
			}
		}
	}
	circle := pia.post("/items/2/bill", with(pia.formAt("/items/2/bill"), "lines-item-0", "CART", "lines-quantity-0", "1", "do", "keep"))
	if circle.status != http.StatusUnprocessableEntity || !strings.Contains(circle.body, "AXLE → CART → AXLE") {
		t.Errorf("%d", circle.status)
	}
	two := pia.post("/items/1/bill", with(pia.formAt("/items/1/bill?from=1"), "lines-quantity-1", "3", "do", "keep"))
	if two.status != http.StatusSeeOther {
		t.Fatalf("%d", two.status)
	}
	if a := pia.get("/bills/2/compare"); !strings.Contains(a.body, "AXLE, 2 pcs") || !strings.Contains(a.body, "AXLE, 3 pcs") || !strings.Contains(a.body, "Changed") {
		t.Error("the change is not told")
	}
	if a := pia.post("/bills/1/obsolete", url.Values{"version": {"2"}}); a.status != http.StatusSeeOther || !strings.Contains(pia.get("/items/1/tree").body, "no bill of material in force") {
		t.Errorf("%d", a.status)
	}
}

func TestACodeLeadsToWhatItNames(t *testing.T) {
	w := newWorld(t)
	b := w.planner()
	said[thing](b, "/api/v1/items", `{"number":"A-100","name":"Axle","barcode":"4006381333931"}`, http.StatusCreated)
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	for code, to := range map[string]string{"4006381333931": "/items/1", "a-100": "/items/1", "/items/1": "/items/1", w.http.URL + "/bills/3": "/bills/3"} {
		if a := vera.get("/scan?code=" + url.QueryEscape(code)); a.status != http.StatusSeeOther || a.header.Get("Location") != to {
			t.Errorf("%s: %d %s", code, a.status, a.header.Get("Location"))
		}
	}
	for _, code := range []string{"https://evil.example/items/1", "//evil.example/items/1", "/nowhere", "/api/v1/items", "javascript:alert(1)", "<script>", "axl", strings.Repeat("9", 500)} {
		if a := vera.get("/scan?code=" + url.QueryEscape(code)); a.status != http.StatusNotFound || strings.Contains(a.body, "<script>") {
			t.Errorf("%s: %d %s", code, a.status, a.header.Get("Location"))
		}
	}
	a := vera.get("/scan")
	if !strings.Contains(a.header.Get("Permissions-Policy"), "camera=(self)") || !strings.Contains(vera.get("/labels").header.Get("Permissions-Policy"), "camera=()") {
		t.Error("the camera is open elsewhere, or closed here")
	}
}

func TestLabelsArePrinted(t *testing.T) {
	w := newWorld(t)
	b := w.planner()
	said[thing](b, "/api/v1/items", `{"number":"A-100","name":"Axle","barcode":"4006381333931"}`, http.StatusCreated)
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	page := vera.get("/labels?item=A-100&count=3&kind=bar").body
	if strings.Count(page, `class="item-label `) != 3 || !strings.Contains(page, `viewBox="0 0 117 40"`) {
		t.Error(strings.Count(page, `class="item-label `))
	}
	a := vera.get("/labels.pdf?item=A-100&count=30")
	if a.status != http.StatusOK || !strings.HasPrefix(a.body, "%PDF") || a.header.Get("Content-Type") != "application/pdf" {
		t.Errorf("%d %.40s", a.status, a.body)
	}
	for _, bad := range []string{"item=NONE", "item=A-100&count=0", "item=A-100&count=501", "item=A-100&kind=hologram"} {
		if a := vera.get("/labels?" + bad); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", bad, a.status)
		}
	}
}

// A bill of 1,800 lines is a page like any other.
func TestAVeryLongBillIsShown(t *testing.T) {
	w := newWorld(t)
	b := w.planner()
	b.madeItems("BIG")
	var rows, lines []string
	for n := range 1800 {
		rows = append(rows, fmt.Sprintf(`{"number":"P-%04d","name":"Part %d"}`, n, n))
		lines = append(lines, fmt.Sprintf(`{"item":"P-%04d","quantity":%d}`, n, n+1))
	}
	said[outcomes](b, "/api/v1/items/batch", `{"items":[`+strings.Join(rows, ",")+`]}`, http.StatusOK)
	bill := b.released("BIG", "["+strings.Join(lines, ",")+"]")
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	page := vera.get(fmt.Sprintf("/bills/%d", bill.ID))
	if page.status != http.StatusOK || strings.Count(page.body, ">P-1799<") != 1 || strings.Count(page.body, "<tr") < 1800 {
		t.Errorf("%d, %d rows", page.status, strings.Count(page.body, "<tr"))
	}
	if a := vera.get("/items/1/tree"); a.status != http.StatusOK || !strings.Contains(a.body, ">P-1799<") {
		t.Errorf("%d", a.status)
	}
}
