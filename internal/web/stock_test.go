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

// stocked is a world with items: A by FIFO, L by lots, S at a standard cost of 10, and two bins.
func stocked(t *testing.T) (*world, *browser) {
	w := newWorld(t)
	b := w.planner()
	b.madeItems("Z") // an order like any other
	said[outcomes](b, "/api/v1/items/batch", `{"items":[{"number":"A","name":"Apple","kind":"buy","unit":"KGM","valuation":"fifo"},
		{"number":"L","name":"Lemon","kind":"buy","tracking":"lot","valuation":"fifo"},{"number":"S","name":"Salt","kind":"buy","valuation":"standard","standardCost":10},{"number":"AVG","name":"Average","kind":"buy","valuation":"average"}]}`, http.StatusOK)
	said[map[string]any](b, "/api/v1/stock/places", `{"code":"BIN-1","within":"STOCK"}`, http.StatusCreated)
	said[map[string]any](b, "/api/v1/stock/places", `{"code":"QUA","within":"STOCK","quarantine":true}`, http.StatusCreated)
	return w, b
}

type postedMoves struct {
	First, Last int64
	Again       bool
	Moves       []struct {
		Number     int64
		Kind, Item string
		Value      json.Number
		Reverses   int64
		Quantity   json.Number
		Lot        string
	}
}

type onHand struct {
	Items []struct {
		Item                                     string
		OnHand, Held, Reserved, Available, Value json.Number
	}
}

func (b *browser) onHand(item string) string {
	i := got[onHand](b, "/api/v1/stock?item="+url.QueryEscape(item)).Items[0]
	return fmt.Sprintf("%s of %s, %s held, %s reserved, worth %s", i.Available, i.OnHand, i.Held, i.Reserved, i.Value)
}

func posting(moves ...string) string { return `{"moves":[` + strings.Join(moves, ",") + `]}` }

// The published cases of valuation, by the API.
func TestTheStockIsValuedByTheAPI(t *testing.T) {
	_, b := stocked(t)
	for _, c := range []struct{ item, end string }{{"A", "9528"}, {"AVG", "9305.505017"}} {
		for _, m := range []string{
			`"from":"supplier","to":"stock","quantity":304,"paid":3952`, `"from":"STOCK","to":"CUSTOMER","quantity":205`,
			`"from":"SUPPLIER","to":"STOCK","quantity":804,"paid":12060`, `"from":"STOCK","to":"CUSTOMER","quantity":504`,
			`"from":"SUPPLIER","to":"STOCK","quantity":498,"paid":7968`, `"from":"STOCK","to":"CUSTOMER","quantity":295`,
		} {
			said[postedMoves](b, "/api/v1/stock/moves", posting(fmt.Sprintf(`{"item":%q,%s}`, c.item, m)), http.StatusCreated)
		}
		if now := b.onHand(c.item); now != "602 of 602, 0 held, 0 reserved, worth "+c.end {
			t.Errorf("%s: %s", c.item, now)
		}
	}
	tie := got[struct {
		Green                bool
		In, Out, Gain, Value json.Number
	}](b, "/api/v1/stock/tie-out")
	if !tie.Green {
		t.Errorf("%+v", tie)
	}
}

// Bad input by the API: each refused with its sentence, and nothing half-posted.
func TestTheAPIRefusesWhatCannotMove(t *testing.T) {
	_, b := stocked(t)
	said[postedMoves](b, "/api/v1/stock/moves", posting(`{"item":"A","from":"SUPPLIER","to":"STOCK","quantity":"2.5","paid":5}`, `{"item":"L","lot":"L1","from":"SUPPLIER","to":"STOCK","quantity":4}`), http.StatusCreated)
	for name, c := range map[string]struct {
		moves  string
		status int
		words  string
	}{
		"1e30":               {`{"item":"A","from":"STOCK","to":"CUSTOMER","quantity":1e30}`, 422, ""},
		"too large":          {`{"item":"A","from":"STOCK","to":"CUSTOMER","quantity":1000000000000}`, 422, "beyond counting"},
		"negative":           {`{"item":"A","from":"STOCK","to":"CUSTOMER","quantity":-1}`, 422, "more than nothing"},
		"more than is there": {`{"item":"A","from":"STOCK","to":"CUSTOMER","quantity":3}`, 409, "there are 2.5 of A at STOCK, and 3 cannot leave"},
		"an unknown lot":     {`{"item":"L","lot":"L9","from":"STOCK","to":"CUSTOMER","quantity":1}`, 409, "there is no lot L9 of L"},
		"no lot":             {`{"item":"L","from":"STOCK","to":"CUSTOMER","quantity":1}`, 422, "name the lot"},
		"another unit":       {`{"item":"A","from":"STOCK","to":"CUSTOMER","quantity":1,"unit":"MTR"}`, 422, ""},
		"no such place":      {`{"item":"A","from":"MOON","to":"CUSTOMER","quantity":1}`, 422, `there is no place`},
		"no such item":       {`{"item":"Q","from":"STOCK","to":"CUSTOMER","quantity":1}`, 422, `there is no item`},
		"the second of two":  {`{"item":"A","from":"STOCK","to":"CUSTOMER","quantity":1},{"item":"A","from":"STOCK","to":"CUSTOMER","quantity":2}`, 409, "move 2: there are 1.5 of A"},
	} {
		a := b.send("/api/v1/stock/moves", posting(c.moves))
		if a.status != c.status || !strings.Contains(a.body, c.words) {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	if now := b.onHand("A"); now != "2.5 of 2.5, 0 held, 0 reserved, worth 5" {
		t.Error(now)
	}
}

// A lot is held, taken back and counted by the API, and the month is closed.
func TestTheLifeOfALotByTheAPI(t *testing.T) {
	w, b := stocked(t)
	said[postedMoves](b, "/api/v1/stock/moves", posting(`{"item":"L","lot":"L1","from":"SUPPLIER","to":"STOCK","quantity":5,"paid":50,"expires":"2099-01-01T00:00:00Z"}`,
		`{"item":"L","lot":"L2","from":"SUPPLIER","to":"BIN-1","quantity":20,"paid":400,"expires":"2098-01-01T00:00:00Z"}`), http.StatusCreated)
	pick := got[struct {
		Picks []struct{ Lot, Place string }
		Short json.Number
	}](b, "/api/v1/stock/pick?item=L&quantity=30")
	if len(pick.Picks) != 2 || pick.Picks[0].Lot != "L2" || pick.Short != "5" {
		t.Errorf("%+v", pick)
	}
	lots := got[struct {
		Lots []struct {
			ID, Version int64
			Number      string
		}
	}](b, "/api/v1/stock/lots?item=L").Lots
	said[map[string]any](b, fmt.Sprintf("/api/v1/stock/lots/%d/state", lots[0].ID), `{"state":"hold","why":"smells","version":1}`, http.StatusOK)
	if a := b.send("/api/v1/stock/moves", posting(`{"item":"L","lot":"L1","from":"STOCK","to":"CUSTOMER","quantity":1}`)); a.status != 409 || !strings.Contains(a.body, "lot L1 is on hold (smells)") {
		t.Errorf("%d %s", a.status, a.body)
	}
	out := said[postedMoves](b, "/api/v1/stock/moves", posting(`{"item":"L","lot":"L2","from":"BIN-1","to":"PRODUCTION","quantity":"4.62","document":"work/1"}`), http.StatusCreated)
	back := said[postedMoves](b, fmt.Sprintf("/api/v1/stock/moves/%d/reverse", out.First), `{"quantity":"1.82","why":"7 were none"}`, http.StatusCreated)
	if back.Moves[0].Reverses != out.First || back.Moves[0].Value != "18.2" || back.Moves[0].Kind != "reversal" {
		t.Errorf("%+v", back)
	}
	b.header.Set("Idempotency-Key", "reserve-1")
	for range 2 { // the same key reserves nothing twice
		said[map[string]any](b, "/api/v1/stock/reservations", `{"item":"L","document":"sales/7","quantity":2,"hard":true,"place":"BIN-1","lot":"L2"}`, http.StatusCreated)
	}
	if a := b.send("/api/v1/stock/reservations", `{"item":"L","document":"sales/7","quantity":3,"hard":true,"place":"BIN-1","lot":"L2"}`); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "this key was used for another request") {
		t.Errorf("%d %s", a.status, a.body)
	}
	b.header.Del("Idempotency-Key")
	if now := b.onHand("L"); now != "15.2 of 22.2, 5 held, 2 reserved, worth 422" {
		t.Error(now)
	}
	count := said[thing](b, "/api/v1/stock/counts", `{"place":"BIN-1","tolerance":"0.1"}`, http.StatusCreated)
	count = said[thing](b, fmt.Sprintf("/api/v1/stock/counts/%d/enter", count.ID), `{"lines":[{"item":"L","lot":"L2","place":"BIN-1","quantity":17}]}`, http.StatusOK)
	said[thing](b, fmt.Sprintf("/api/v1/stock/counts/%d/finish", count.ID), fmt.Sprintf(`{"version":%d}`, count.Version), http.StatusOK)
	if now := b.onHand("L"); !strings.HasPrefix(now, "15 of 22, 5 held, 2 reserved") {
		t.Error(now)
	}
	if a := b.send("/api/v1/stock/periods", `{"month":"2020-01","closed":true}`); a.status != http.StatusForbidden {
		t.Errorf("a program of a storekeeper closes a period: %d %s", a.status, a.body)
	}
	w.user("Mara", plant.Manager)
	if a := w.signedIn("Mara").send("/api/v1/stock/periods", `{"month":"2020-01","closed":true}`); a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := b.send("/api/v1/stock/moves", `{"at":"2020-01-15T12:00:00Z",`+strings.TrimPrefix(posting(`{"item":"A","from":"SUPPLIER","to":"STOCK","quantity":1}`), "{")); a.status != 409 || !strings.Contains(a.body, "period 2020-01 is closed") {
		t.Errorf("%d %s", a.status, a.body)
	}
	w.user("Kim", plant.Viewer)
	if a := w.signedIn("Kim").post("/stock/periods", url.Values{"month": {"2020-02"}, "step": {"close"}}); a.status != http.StatusForbidden {
		t.Errorf("a viewer closes a period: %d", a.status)
	}
}

// A storekeeper receives, moves and takes back by the pages, field by field.
func TestAStorekeeperPostsByScanning(t *testing.T) {
	w, b := stocked(t)
	kim := w.dutiful("Kim", plant.Storekeeper)
	q := url.Values{"item": {"L"}}
	for _, step := range []struct{ asks, name, typed string }{
		{`name="lot"`, "lot", "L1"},
		{`name="to"`, "to", "moon"},
		{"there is no place", "to", "bin-1"},
		{`name="quantity"`, "quantity", "much"},
		{"write how much", "quantity", "12"},
		{`name="paid"`, "paid", "24"},
		{`name="document"`, "document", ""},
	} {
		if a := kim.get("/stock/post/receive?" + q.Encode()); !strings.Contains(strings.ToLower(a.body), step.asks) {
			t.Fatalf("%v: %d, no %q", q, a.status, step.asks)
		}
		q.Set(step.name, step.typed)
	}
	form := kim.formWith("/stock/post/receive?"+q.Encode(), `name="key"`)
	for range 2 { // sent twice, posted once
		if a := kim.post("/stock/post/receive", form); a.status != http.StatusSeeOther || a.header.Get("Location") != "/stock/post/receive?posted=1" {
			t.Fatalf("%d %s", a.status, a.short())
		}
	}
	if now := b.onHand("L"); now != "12 of 12, 0 held, 0 reserved, worth 24" {
		t.Error(now)
	}
	if a := kim.post("/stock/post/issue", url.Values{"item": {"L"}, "from": {"BIN-1"}, "lot": {"L1"}, "quantity": {"13"}, "document": {""}, "why": {""}, "key": {"x"}}); a.status != 409 || !strings.Contains(a.body, "there are 12 of L") {
		t.Errorf("%d %s", a.status, a.short())
	}
	if a := kim.post("/stock/move/1", url.Values{"quantity": {""}, "why": {""}}); a.status != 422 || !strings.Contains(a.body, `id="why-fault"`) {
		t.Errorf("%d %s", a.status, a.short())
	}
	if a := kim.post("/stock/move/1", url.Values{"quantity": {"2"}, "why": {"two were rotten"}, "key": {"y"}}); a.status != http.StatusSeeOther {
		t.Errorf("%d %s", a.status, a.short())
	}
	for path, want := range map[string]string{
		"/stock": "No lot is on hold", "/stock?find=bin-1": "", "/stock?find=nothing": "Nothing has the number", "/stock/move": "Reversal", "/stock/item": "Apple", "/stock/lot": "L1", "/stock/move/1": "Taken back since",
		"/stock/item/3": "Where it is", "/stock/places": "BIN-1", "/stock/place/101": "What is there", "/stock/lot/1": "Hold or release", "/stock/counts": "Begin a count", "/stock/value": "All of it", "/stock/periods": "The accounts agree",
	} {
		if a := kim.get(path); a.status >= 500 || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d, no %q", path, a.status, want)
		}
	}
	if e := w.trail("stock.post"); len(e) != 2 || e[0].Who.Name != "Kim" {
		t.Errorf("%+v", e)
	}
}

// A count is read from a table: all of it, or nothing with every fault.
func TestACountIsReadFromATable(t *testing.T) {
	w, b := stocked(t)
	kim := w.dutiful("Kim", plant.Storekeeper)
	said[postedMoves](b, "/api/v1/stock/moves", posting(`{"item":"A","from":"SUPPLIER","to":"STOCK","quantity":10,"paid":5}`, `{"item":"S","from":"SUPPLIER","to":"BIN-1","quantity":4}`), http.StatusCreated)
	if a := kim.post("/stock/counts", url.Values{"place": {"nowhere"}, "tolerance": {"-1"}}); a.status != 422 || !strings.Contains(a.body, "Name a place of ours.") || !strings.Contains(a.body, "0 to 100") {
		t.Errorf("%d %s", a.status, a.short())
	}
	if a := kim.post("/stock/counts", url.Values{"place": {"stock"}, "tolerance": {"50"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	a := kim.upload("/stock/count/1/file", "count.csv", []byte("Item,Place,Quantity\nA,,x\nQ,,1\nS,BIN-1,3\n"))
	if a.status != 422 || !strings.Contains(a.body, "Row 2") {
		t.Errorf("%d %s", a.status, a.short())
	}
	if a := kim.upload("/stock/count/1/file", "count.csv", []byte("Item,Place,Quantity\nA,,9.5\nQ,,1\nS,BIN-1,3\n")); a.status != 422 || !strings.Contains(a.body, "Row 3") {
		t.Errorf("%d %s", a.status, a.short())
	}
	if a := kim.upload("/stock/count/1/file", "count.csv", []byte("Item,Place,Quantity\nA,,9.5\nS,BIN-1,3\n")); a.status != http.StatusSeeOther {
		t.Errorf("%d %s", a.status, a.short())
	}
	if a := kim.post("/stock/count/1/finish", kim.formWith("/stock/count/1", `name="version"`)); a.status != http.StatusSeeOther {
		t.Errorf("%d %s", a.status, a.short())
	}
	if now := b.onHand("A"); now != "9.5 of 9.5, 0 held, 0 reserved, worth 4.75" {
		t.Error(now)
	}
}
