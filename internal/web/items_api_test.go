package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"millwright/internal/plant"
)

// said sends JSON and reads the answer into one that fits.
func said[T any](b *browser, path, text string, status int) (out T) {
	b.w.t.Helper()
	a := b.send(path, text)
	if a.status != status {
		b.w.t.Fatalf("%s %s: %d %s", path, text, a.status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), &out); err != nil {
		b.w.t.Fatalf("%s: %v", a.body, err)
	}
	return out
}

// got asks and reads the answer into one that fits.
func got[T any](b *browser, path string) (out T) {
	b.w.t.Helper()
	a := b.get(path)
	if a.status != http.StatusOK {
		b.w.t.Fatalf("%s: %d %s", path, a.status, a.body)
	}
	if err := json.Unmarshal([]byte(a.body), &out); err != nil {
		b.w.t.Fatalf("%s: %v", a.body, err)
	}
	return out
}

type thing struct {
	ID      int64
	Version int64
}

type outcomes struct {
	Kept bool
	Rows []struct {
		Number, Result, Error string
		Errors                []struct{ Location, Message string }
		ID                    int64
	}
}

// planner is a program that keeps items.
func (w *world) planner() *browser { return w.program(w.token(plant.Manager, "")) }

// madeItems adds items that are made here.
func (b *browser) madeItems(numbers ...string) {
	b.w.t.Helper()
	rows := make([]string, len(numbers))
	for i, n := range numbers {
		rows[i] = fmt.Sprintf(`{"number":%q,"name":"Item %s","kind":"make"}`, n, n)
	}
	out := said[outcomes](b, "/api/v1/items/batch", `{"items":[`+strings.Join(rows, ",")+`]}`, http.StatusOK)
	for _, r := range out.Rows {
		if r.Result != "added" {
			b.w.t.Fatalf("%+v", r)
		}
	}
}

// released drafts and releases a bill.
func (b *browser) released(of, lines string) thing {
	b.w.t.Helper()
	d := said[thing](b, "/api/v1/bills", fmt.Sprintf(`{"item":%q,"lines":%s}`, of, lines), http.StatusCreated)
	return said[thing](b, fmt.Sprintf("/api/v1/bills/%d/release", d.ID), fmt.Sprintf(`{"version":%d,"from":"2020-01-01"}`, d.Version), http.StatusOK)
}

// The published cases: 100 Z of T2 without stock, the phantom, exact units.
func TestTheExplosionByTheAPI(t *testing.T) {
	w := newWorld(t)
	b := w.planner()
	b.madeItems("Z", "A", "B", "C", "D", "E", "P")
	b.released("Z", `[{"item":"A","quantity":2},{"item":"B","quantity":3}]`)
	b.released("A", `[{"item":"c","quantity":"4"},{"item":"D","quantity":4}]`)
	b.released("D", `[{"item":"E","quantity":2}]`)
	type needs struct {
		Needs []struct {
			Item     string
			Quantity json.Number
			Level    int
		}
	}
	all := ""
	for _, n := range got[needs](b, "/api/v1/items/Z/needs?quantity=100").Needs {
		all += fmt.Sprintf("%s %s %d; ", n.Item, n.Quantity, n.Level)
	}
	for _, want := range []string{"Z 100 0", "A 200 1", "B 300 1", "C 800 2", "D 800 2", "E 1600 3"} {
		if !strings.Contains(all, want+"; ") {
			t.Errorf("no %s in %s", want, all)
		}
	}
	said[thing](b, "/api/v1/items/A/change", `{"version":1,"phantom":true}`, http.StatusOK)
	type snapshot struct {
		Components []struct{ Item, Per string }
	}
	if s := got[snapshot](b, "/api/v1/items/Z/snapshot"); fmt.Sprint(s.Components) != "[{C 8} {D 8} {B 3}]" {
		t.Errorf("%v", s)
	}
	uses := b.get("/api/v1/items/E/uses").body
	if strings.Count(uses, `"level":1`) != 1 || strings.Count(uses, `"level":3`) != 1 {
		t.Error(uses)
	}
	tree := b.get("/api/v1/items/Z/tree?quantity=10&depth=2").body
	if !strings.Contains(tree, `"whole":false`) || !strings.Contains(tree, `"deeper":true`) {
		t.Error(tree)
	}
	said[thing](b, "/api/v1/items", `{"number":"M","name":"Steel","unit":"KGM"}`, http.StatusCreated)
	said[thing](b, "/api/v1/items", `{"number":"EGG","name":"Egg","unit":"DZN","units":[{"unit":"H87","factor":"1/12"}]}`, http.StatusCreated)
	for path, want := range map[string]string{
		"M/convert?quantity=970&to=LBR":           `"quantity":2138.483943`,
		"M/convert?quantity=2138.483943&from=LBR": `"quantity":970,`,
		"EGG/convert?quantity=12&from=H87":        `"quantity":1,`,
		"EGG/convert?quantity=0.000001&from=H87":  `"quantity":0,`,
		"M/convert?quantity=1.5&from=TNE&to=GRM":  `"quantity":1500000,`,
	} {
		if a := b.get("/api/v1/items/" + path); a.status != http.StatusOK || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	for path, says := range map[string]string{"M/convert?quantity=1&to=LTR": "cannot be counted in l (volume)", "M/convert?quantity=1e30&to=LBR": "not a decimal", "NONE/convert?quantity=1": "no item NONE"} {
		if a := b.get("/api/v1/items/" + path); a.status < 400 || a.status >= 500 || !strings.Contains(a.body, says) {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}

func TestCirclesAreRefusedByTheAPI(t *testing.T) {
	w := newWorld(t)
	b := w.planner()
	b.madeItems("A", "B", "C")
	for of, part := range map[string]string{"A": "B", "B": "C"} {
		said[thing](b, "/api/v1/bills", fmt.Sprintf(`{"item":%q,"lines":[{"item":%q,"quantity":1}]}`, of, part), http.StatusCreated)
	}
	for of, way := range map[string]string{"C": "C → A → B → C"} {
		a := b.send("/api/v1/bills", fmt.Sprintf(`{"item":%q,"lines":[{"item":"A","quantity":1}]}`, of))
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, way) {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	if a := b.send("/api/v1/bills", `{"item":"A","lines":[{"item":"A","quantity":1}]}`); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "made of itself") {
		t.Errorf("%d %s", a.status, a.body)
	}
	many := said[outcomes](b, "/api/v1/bills/batch", `{"bills":[{"item":"C","lines":[{"item":"A","quantity":1}]},{"item":"A","lines":[{"item":"C","quantity":1}]},{"item":"A","lines":[{"item":"X","quantity":"1e30"}]}]}`, http.StatusOK)
	if many.Rows[0].Result != "failed" || many.Rows[1].Result != "added" || len(many.Rows[2].Errors) != 2 || many.Rows[2].Errors[0].Location != "lines[0].item" {
		t.Errorf("%+v", many)
	}
}

func TestHostileItemsAreRefusedAndNothingIsKept(t *testing.T) {
	w := newWorld(t)
	b := w.planner()
	for body, says := range map[string]string{
		`{"number":"X","name":"x","standardCost":1e30}`:                                "not a decimal",
		`{"number":"X","name":"x","safety":-1}`:                                        "between 0 and",
		`{"number":"X","name":"x","lotMin":99999999999999999999}`:                      "too large",
		`{"number":"` + strings.Repeat("x", 41) + `","name":"x"}`:                      "the most is 40",
		`{"number":"X","name":"` + strings.Repeat("ü", 201) + `"}`:                     "the most is 200",
		`{"number":"X","name":"x","units":[{"unit":"LTR","factor":0}]}`:                "no factor",
		`{"number":"X","name":"x","unit":"KGM","units":[{"unit":"LTR","factor":"1"}]}`: "cannot be counted in",
		`{"number":"X","name":"x","units":7}`:                                          "write a unit",
		`{"number":"X","name":"x","colour":"red"}`:                                     "no field of this name",
		`{"number":"X","name":"x","barcode":"4006381333932"}`:                          "should be 1",
		`{"number":"X","name":"x","name2":{"a":[]}}`:                                   "send a text",
		`{"name":"x"}`: "it is empty",
	} {
		if a := b.send("/api/v1/items", body); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, says) {
			t.Errorf("%s: %d %s", body, a.status, a.body)
		}
	}
	if a := b.send("/api/v1/items", `[1]`); a.status != http.StatusUnprocessableEntity {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := b.get("/api/v1/items"); !strings.Contains(a.body, `"items":[]`) {
		t.Error(a.body)
	}
	out := said[outcomes](b, "/api/v1/items/batch", `{"items":[{"number":"A","name":"a"},{"number":"B","name":["x"]},{"number":"C","name":"=cmd|' /C calc'!A0"},{"name":"none"}],"dryRun":true}`, http.StatusOK)
	if out.Kept || out.Rows[0].Result != "added" || out.Rows[1].Result != "failed" || out.Rows[2].Result != "added" || out.Rows[3].Result != "failed" {
		t.Errorf("%+v", out)
	}
	out = said[outcomes](b, "/api/v1/items/batch", `{"items":[{"number":"A","name":"a"},{"number":"B","yield":2}],"atomic":true}`, http.StatusOK)
	if a := b.get("/api/v1/items"); out.Kept || !strings.Contains(a.body, `"items":[]`) {
		t.Error(a.body)
	}
	out = said[outcomes](b, "/api/v1/items/batch", `{"items":[{"number":"A","name":"a"},{"number":"B","yield":2}]}`, http.StatusOK)
	if a := b.get("/api/v1/items"); !out.Kept || !strings.Contains(a.body, `"number":"A"`) || strings.Contains(a.body, `"number":"B"`) {
		t.Error(a.body)
	}
}

func TestAnItemIsChangedOnceByTheAPI(t *testing.T) {
	w := newWorld(t)
	b := w.planner()
	add := func(key, body string) answer {
		return b.do(http.MethodPost, "/api/v1/items", strings.NewReader(body), http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {key}})
	}
	first, again := add("k", `{"number":"A/1 ü","name":"a"}`), add("k", `{"number":"A/1 ü","name":"a"}`)
	if first.status != http.StatusCreated || again.body != first.body {
		t.Errorf("%d %s %s", first.status, first.body, again.body)
	}
	if a := add("", `{"number":"a/1 Ü","name":"a"}`); a.status != http.StatusConflict {
		t.Errorf("%d %s", a.status, a.body)
	}
	at := "/api/v1/items/" + url.PathEscape("A/1 ü")
	if a := b.get(at); a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.body)
	}
	if k := said[thing](b, at+"/change", `{"version":1,"name":"b","why":"a better name"}`, http.StatusOK); k.Version != 2 {
		t.Errorf("%+v", k)
	}
	if a := b.send(at+"/change", `{"version":1,"name":"c"}`); a.status != http.StatusConflict {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := b.send(at+"/change", `{"name":"c"}`); a.status != http.StatusUnprocessableEntity {
		t.Errorf("%d %s", a.status, a.body)
	}
	viewer := w.program(w.token(plant.Viewer, ""))
	if a := viewer.send(at+"/change", `{"version":2,"name":"c"}`); a.status != http.StatusForbidden {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := viewer.get(at); a.status != http.StatusOK || !strings.Contains(a.body, `"name":"b"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestBillsAreKeptComparedAndCostedByTheAPI(t *testing.T) {
	w := newWorld(t)
	b := w.planner()
	b.madeItems("CART", "AXLE")
	said[outcomes](b, "/api/v1/items/batch", `{"items":[{"number":"STEEL","name":"Steel","unit":"KGM","standardCost":3},{"number":"BOX","name":"Box","standardCost":5}]}`, http.StatusOK)
	said[thing](b, "/api/v1/work-centres", `{"code":"LATHE","name":"Lathe","place":"filling-1/filler","machineHour":40,"labourHour":30}`, http.StatusCreated)
	d := said[thing](b, "/api/v1/bills", `{"item":"AXLE","batch":10,"lines":[{"item":"STEEL","quantity":40}],"operations":[{"name":"Turn","centre":"lathe","setup":"30 min","runSeconds":7200,"crew":2}]}`, http.StatusCreated)
	said[thing](b, fmt.Sprintf("/api/v1/bills/%d/release", d.ID), `{"version":1,"from":"2020-01-01"}`, http.StatusOK)
	cart := b.released("CART", `[{"item":"AXLE","quantity":2},{"item":"BOX","quantity":1}]`)
	type cost struct {
		Unit  json.Number
		Known bool
	}
	if c := got[cost](b, "/api/v1/items/AXLE/cost"); c.Unit != "37" || !c.Known {
		t.Errorf("%+v", c)
	}
	if c := got[cost](b, "/api/v1/items/CART/cost"); c.Unit != "79" {
		t.Errorf("%+v", c)
	}
	two := said[thing](b, "/api/v1/bills", `{"item":"CART","lines":[{"item":"AXLE","quantity":3}]}`, http.StatusCreated)
	a := b.get(fmt.Sprintf("/api/v1/bills/%d/compare/%d", cart.ID, two.ID))
	if !strings.Contains(a.body, `"change":"changed"`) || !strings.Contains(a.body, `"change":"removed"`) {
		t.Error(a.body)
	}
	if a := b.send(fmt.Sprintf("/api/v1/bills/%d/change", cart.ID), `{"version":2,"lines":[]}`); a.status != http.StatusConflict {
		t.Errorf("a released bill was changed: %d %s", a.status, a.body)
	}
	if k := said[thing](b, fmt.Sprintf("/api/v1/bills/%d/change", two.ID), `{"version":1,"lines":[{"item":"BOX","quantity":1,"unit":"DZN"}]}`, http.StatusOK); k.Version != 2 {
		t.Errorf("%+v", k)
	}
	if a := b.send(fmt.Sprintf("/api/v1/bills/%d/obsolete", cart.ID), `{"version":2}`); a.status != http.StatusOK || !strings.Contains(a.body, `"state":"obsolete"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if c := got[cost](b, "/api/v1/items/CART/cost"); c.Known {
		t.Errorf("without a bill or a standard cost its cost is known: %+v", c)
	}
	for path, body := range map[string]string{
		"/api/v1/bills/4711/release": `{"version":1}`, "/api/v1/bills/4711/change": `{"version":1}`, "/api/v1/work-centres/4711/change": `{"code":"X","name":"x","version":1}`,
	} {
		if a := b.send(path, body); a.status != http.StatusNotFound {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
}
