package e2e

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// noBookPages are routes beside the table that answer with a file, or with the page that another address leads to.
var noBookPages = regexp.MustCompile(`\.(pdf|csv|xlsx|xml)$|/file(/:file)?$|^/lists/:list/export$|/export/:number$|/paper/:paper$|^/admin/access|^/admin/certificates/(own|machine/:thumbprint)$`)

// bookPages are the paths of the pages of the order book: they stand in files of their own, beside the table of routes.
func bookPages(t *testing.T) []string {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join("..", "web", "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	// no pages of these are looked at: a file, and what leads to another page
	homes := map[string][]string{"home": {"/sales", "/purchase"}, "planHome": {"/plan"}, "pricesHome": {"/prices"}, "suppliesHome": {"/supplies"}, "workHome": {"/work"}, "centresHome": {"/centres"}, "toolsHome": {"/tools"}, "billsHome": {"/bills"}, "recordImport": {"/lists/:list/import"}, "folioFile": {"/folio/:kind/:id/file"}, "hooksHome": {"/admin/webhooks"}, "riskHome": {"/risk"}, "briefsHome": {"/instructions"}, "skillsHome": {"/skills"}, "standardsHome": {"/standards"}, "traceHome": {"/trace"}, "shortHome": {"/work/short"}, "reservedHome": {"/stock/reserved"}, "parkedHome": {"/work/parked"}, "deliveriesHome": {"/plan/deliveries"}, "cardsFile": nil, "calledFile": nil, "againHome": nil}
	all := map[string]bool{}
	for _, path := range sources {
		if strings.HasSuffix(path, "_test.go") || filepath.Base(path) == "routes.go" {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile(`\bget\((\w*)\+?(?:"(/[^"]*)")?, plant\.`).FindAllStringSubmatch(string(text), -1) {
			begins, known := homes[m[1]]
			if m[1] == "" {
				begins, known = []string{""}, true
			}
			if !known {
				t.Errorf("what is %s? Say in bookPages", m[1])
			}
			for _, home := range begins {
				if page := home + m[2]; !noBookPages.MatchString(page) {
					all[page] = true
				}
			}
		}
	}
	if len(all) < 50 {
		t.Fatalf("the order book has pages %v only", all)
	}
	return slices.Sorted(maps.Keys(all))
}

// settled waits until the demo's company stands: it is made a moment after the start.
const settled = `(async () => {
	for (;;) {
		const all = await Promise.all(["/work/1", "/sales/1", "/stock/move/1", "/stock/lot/1", "/partners/1", "/bills/1"].map((page) => fetch(page)));
		if (all.every((one) => one.ok)) return "";
		await new Promise((done) => setTimeout(done, 500));
	}
})()`

// keepBooks makes what the demo's company has not, and gives how to fill in a path of the order book; "" for none.
func (b *browser) keepBooks() func(path string) string {
	b.t.Helper()
	b.promise(settled)
	sent := func(page, form, values string) string {
		b.t.Helper()
		to := b.promise(fmt.Sprintf(send, fmt.Sprintf("%q, %q, %s", page, form, values)))
		if strings.HasPrefix(to, "refused") {
			b.t.Fatal(to)
		}
		return to
	}
	bought := sent("/purchase/new", `main form[action="/purchase/new"]`, `{partner: "S-100", "lines-item-0": "WATER-T", "lines-quantity-0": "10000"}`)
	counted := sent("/stock/counts", `form[action="/stock/counts"]`, `{place: "QUARANTINE"}`)
	hook := sent("/admin/webhooks", `form[action="/admin/webhooks"]`, `{name: "shop", url: "https://shop.example/hook", why: "it asks"}`)
	table := sent("/lists/items/import", `form[enctype]`, `{file: new File(["number,name,kind,unit\nX-1,Crate,buy,H87\n,<b>,buy,H87\n"], "items.csv")}`)
	written := sent("/instructions", `form[action="/instructions"]`, `{kind: "instruction", title: "Filler", words: "Close the guard."}`)
	whole := map[string]string{
		"/instructions/:id":           written,
		"/line/:line/queue":           "/line/filling-1/queue",
		"/line/:line/write":           "/line/filling-1/write?tag=filling-1%2Ffiller%2Ftemperature_setpoint",
		"/line/:line/segment":         fmt.Sprintf("/line/filling-1/segment?at=%d", time.Now().Add(-time.Minute).UnixMicro()),
		"/operator/:line/work":        "/operator/filling-1/work",
		"/standards/one":              "/standards/one?days=30&line=filling-1&product=COLA-05",
		"/trace/recall":               "/trace/recall?lot=1",
		"/lists/:list/import/:import": table,
		"/stock/count/:number":        counted,
		"/stock/place/:number":        "/stock/place/10",
		"/admin/webhooks/:number":     hook,
		"/labels":                     "/labels?item=CAP-28",
		"/stock/post/:step":           "/stock/post/receive",
		"/bills/:number/change":       "", // all of the demo's are released
		"/prices/:number":             "", // leads to the item or the partner
		"/supplies/:number":           "", // leads to the supplier
		"/plan/forecasts/:number":     "", // leads to the plan of the item
		"/plan/message/:number":       "", // leads to where the message is answered
		"/plan/kanban/card/:code":     "/plan/kanban/card/KB-000001",
	}
	filled := strings.NewReplacer("/purchase/:number", bought, ":number", "1", ":list", "items", ":kind", "item", ":id", "1")
	return func(path string) string {
		there, is := whole[path]
		if !is {
			there = filled.Replace(path)
		}
		if strings.Contains(there, ":") {
			b.t.Errorf("what is %s? Say in keepBooks", path)
		}
		return there
	}
}
