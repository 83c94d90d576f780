package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"millwright/internal/access"
	"millwright/internal/plant"
)

const someItems = `Number;Name;Kind;Unit;Standard cost;Lead time, days
COLA-05;Cola 0.5 l;make;H87;0.42;1
CAP-28;Cap, red;buy;H87;0.01;5
=HYPER;"=HYPERLINK(""http://x"")";buy;H87;1;0
SUGAR;Sugar;buy;KGM;0.8;10
`

// shelved is a planner who has imported some items.
func (w *world) shelved() *browser {
	w.t.Helper()
	w.user("Ada", plant.Admin)
	pia := w.dutiful("Pia", plant.Planner)
	a := pia.upload("/lists/items/import", "items.csv", []byte(someItems))
	if a.status != http.StatusSeeOther {
		w.t.Fatalf("%d %s", a.status, a.short())
	}
	where := a.header.Get("Location")
	says(w.t.(*testing.T), pia.get(where), "4 new, 0 changed, 0 unchanged, 0 wrong", "Nothing is kept yet")
	if list := pia.get("/items?view=0"); !strings.Contains(list.body, "There are no items yet") {
		w.t.Errorf("looking through has kept something: %s", list.short())
	}
	says(w.t.(*testing.T), pia.post(where, url.Values{}), "Kept.", "4 new")
	says(w.t.(*testing.T), pia.post(where, url.Values{}), "0 new, 0 changed, 4 unchanged") // sent twice
	return pia
}

func TestAListIsNarrowedSearchedAndOrdered(t *testing.T) {
	w := newWorld(t)
	pia := w.shelved()
	says(t, pia.get("/items?view=0"), "4 items", "COLA-05", "Cola 0.5 l", `href="/items/`, "0.42", `href="/lists/items/import"`)
	a := pia.get("/items?f-name=cola&s-kind=make&from-cost=0.1&to-cost=&q=")
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d", a.status)
	}
	page := pia.get(a.header.Get("Location"))
	says(t, page, "1 item", "COLA-05", "Name with cola", "Kind: Made", "Standard cost from 0.1")
	if strings.Contains(page.body, "CAP-28") {
		t.Error("the list is not narrowed")
	}
	says(t, pia.get("/items?q=sug"), "1 item", "SUGAR")
	says(t, pia.get("/items?q=nothing"), "Nothing is found")
	down := pia.get("/items?sort=-number").body
	if strings.Index(down, "SUGAR") > strings.Index(down, "CAP-28") || !strings.Contains(down, `aria-sort="descending"`) {
		t.Error("the list is not ordered")
	}
	cols := pia.get("/items?c-name=1&c-number=2")
	if where := cols.header.Get("Location"); !strings.Contains(where, "columns=name%2Cnumber") {
		t.Errorf("the columns lead to %s", where)
	}
	for _, bad := range []string{"filter=hash%3D1", "sort=unit", "columns=hash", "at=nonsense", "filter=cost%3E%3D1e30"} {
		if a := pia.get("/items?" + bad); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "COLA-05") {
			t.Errorf("%s: %d", bad, a.status)
		}
	}
	if a := pia.get("/items?from-cost=much&f-name=%3Cscript%3E"); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `value="much"`) || strings.Contains(a.body, "<script>") {
		t.Errorf("%d %s", a.status, a.short())
	}
}

func TestAListIsTakenAwayAsItIsShown(t *testing.T) {
	w := newWorld(t)
	pia := w.shelved()
	csv := pia.get("/lists/items/export?as=csv&filter=kind%3Dbuy&sort=-number&columns=number,name,cost")
	want := "\ufeffNumber,Name,Standard cost\nSUGAR,Sugar,0.8\nCAP-28,\"Cap, red\",0.01\n'=HYPER,\"'=HYPERLINK(\"\"http://x\"\")\",1\n"
	if csv.status != http.StatusOK || csv.body != want {
		t.Errorf("%d %q", csv.status, csv.body)
	}
	if a := pia.get("/lists/items/export?as=xlsx"); a.status != http.StatusOK || !strings.HasPrefix(a.body, "PK") || !strings.Contains(a.header.Get("Content-Disposition"), "items-") {
		t.Errorf("%d %v", a.status, a.header)
	}
	if a := pia.get("/lists/items/export?as=pdf"); a.status != http.StatusNotFound {
		t.Errorf("%d", a.status)
	}
	if a := pia.get("/lists/nope/export?as=csv"); a.status != http.StatusNotFound {
		t.Errorf("%d", a.status)
	}
}

func TestAViewOpensTheListOfWhoSavedIt(t *testing.T) {
	w := newWorld(t)
	pia := w.shelved()
	says(t, pia.post("/lists/items/views", url.Values{"query": {"filter=kind%3Dmake"}}), "Give the view a name")
	a := pia.post("/lists/items/views", url.Values{"view": {"Made here"}, "query": {"filter=kind%3Dmake&filter=evil%3D1"}, "opens": {"on"}, "shared": {"on"}})
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	a = pia.post("/lists/items/views", url.Values{"view": {"Made here"}, "query": {"filter=kind%3Dmake"}, "opens": {"on"}, "shared": {"on"}})
	says(t, pia.get(a.header.Get("Location")), "The view is saved", "1 item", "Made here")
	if a := pia.get("/items"); a.status != http.StatusSeeOther || !strings.Contains(a.header.Get("Location"), "filter=kind%3Dmake") {
		t.Errorf("%d %s", a.status, a.header.Get("Location"))
	}
	vera := w.dutiful("Vera", plant.NoDuty)
	says(t, vera.get("/items"), "4 items", "shared by Pia")
	if a := vera.post("/lists/items/views", url.Values{"view": {"Mine"}, "query": {""}, "shared": {"on"}}); a.status != http.StatusSeeOther {
		t.Errorf("%d", a.status)
	}
	if page := pia.get("/items?view=0"); strings.Contains(page.body, "shared by Vera") {
		t.Error("who has no duty has shared a view")
	}
	if a := vera.post("/lists/items/views/drop", url.Values{"id": {"1"}}); a.status != http.StatusForbidden {
		t.Errorf("%d", a.status)
	}
	if e := w.trail("view.save"); len(e) == 0 || e[0].On != "list/items" || e[0].Who.Name != "Pia" {
		t.Errorf("%+v", e)
	}
}

func TestATableIsImportedRowByRow(t *testing.T) {
	w := newWorld(t)
	pia := w.shelved()
	for table, words := range map[string]string{
		"":                       "not empty",
		"Name\nx\n":              "needs the column Number",
		"Number;Colour\nX;red\n": "No field is called",
		"Number;Number\nX;Y\n":   "twice",
		"Number;Kind\nX;gift\n":  "",
	} {
		a := pia.upload("/lists/items/import", "items.csv", []byte(table))
		if words != "" && (a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, words)) {
			t.Errorf("%q: %d %s", table, a.status, a.short())
		}
	}
	table := "number;name;kind;standard cost\nSUGAR;Sugar, fine;buy;0.9\nSALT;Salt;gift;-1\nMILK;Milk;buy;1e30\nTEA;Tea;buy;2\nTEA;Tea;buy;2\n;x;buy;1\n"
	a := pia.upload("/lists/items/import", "more.csv", []byte(table))
	where := a.header.Get("Location")
	page := pia.get(where)
	says(t, page, "1 new, 1 changed, 0 unchanged, 4 wrong", "none of make, buy", "names the same item", "has no number", "Sugar, fine", "0.8")
	says(t, pia.post(where, url.Values{"whole": {"on"}}), "Nothing was kept")
	says(t, pia.get("/items?q=sugar"), "Sugar")
	if strings.Contains(pia.get("/items?q=sugar").body, "fine") {
		t.Error("some rows of a table were kept that was to be kept as a whole")
	}
	says(t, pia.post(where, url.Values{}), "What was wrong was left out")
	says(t, pia.get("/items?q=tea"), "1 item")
	if e := w.trail("item.change"); len(e) > 0 && e[0].Why != "imported from more.csv" {
		t.Errorf("%+v", e[0])
	}
	sam := w.dutiful("Sam", plant.Sales)
	if a := sam.get(where); a.status != http.StatusForbidden {
		t.Errorf("by sales: %d", a.status)
	}
	mara := w.user("Mara", plant.Manager)
	_ = mara
	if a := w.signedIn("Mara").get(where); a.status != http.StatusNotFound {
		t.Errorf("a table of somebody else: %d", a.status)
	}
}

func TestProgramsReadLists(t *testing.T) {
	w := newWorld(t)
	w.shelved()
	p := w.scoped([]access.Scope{access.Read})
	var all struct {
		Lists []struct{ Name, Order string }
	}
	p.read("/api/v1/lists", &all)
	if len(all.Lists) == 0 || all.Lists[0].Name != "items" {
		t.Errorf("%+v", all)
	}
	type part struct {
		Rows []struct {
			ID     int64
			Number string
			Cost   json.Number
			State  string
		}
		Next  *string
		Total *int
	}
	var numbers []string
	after := ""
	for {
		var one part
		p.read("/api/v1/lists/items?limit=2&sort=-number&columns=number,cost,state&after="+after, &one)
		for _, r := range one.Rows {
			numbers = append(numbers, r.Number)
		}
		if one.Total == nil || *one.Total != 4 {
			t.Fatalf("%+v", one)
		}
		if one.Next == nil {
			break
		}
		after = *one.Next
	}
	if got := fmt.Sprint(numbers); got != "[SUGAR COLA-05 CAP-28 =HYPER]" {
		t.Error(got)
	}
	var one part
	p.read("/api/v1/lists/items?filter=kind%3Dmake&filter=cost%3E%3D0.1", &one)
	if len(one.Rows) != 1 || one.Rows[0].Cost != "0.42" || one.Rows[0].State != "in use" {
		t.Errorf("%+v", one)
	}
	for path, status := range map[string]int{
		"/api/v1/lists/nope": 404, "/api/v1/lists/items?filter=hash%3D1": 422, "/api/v1/lists/items?sort=unit": 422, "/api/v1/lists/items?after=x": 422, "/api/v1/lists/items?limit=0": 422, "/api/v1/lists/items?colour=red": 422,
	} {
		if a := p.get(path); a.status != status {
			t.Errorf("%s: %d %s", path, a.status, a.short())
		}
	}
}
