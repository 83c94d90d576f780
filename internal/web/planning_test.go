package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"millwright/internal/erp/item"
	"millwright/internal/erp/item/bill"
	"millwright/internal/erp/mrp/desk"
	"millwright/internal/erp/partner"
	"millwright/internal/erp/stock"
	"millwright/internal/plant"
	"millwright/internal/store"
	"millwright/internal/web"
)

// planning is what plans in a world.
func (w *world) planning(kept *store.Store) web.Planning {
	w.kept = kept
	return web.Planning{
		Desk:      desk.New(desk.Options{Book: kept.Plans(), Today: w.planToday, Now: time.Now}),
		Decisions: kept.Decisions(), Kanban: kept.Kanban(), Work: kept.Works(), Accounts: kept.WorkAccounts(), Scrap: kept.WorkScrap(), Exchange: kept.WorkExchange(), Pegs: kept.WorkPegs(), Calloffs: kept.Calloffs(), Items: kept.Items(), Board: w.board(kept), Parked: kept.Parked(),
	}
}

// today is the date by the plant's clocks.
func (w *world) planToday() plant.Date {
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		w.t.Fatal(err)
	}
	return plant.DateIn(w.clock.now(), zone)
}

// made adds BOTTLE, which is made of one CAP, which a supplier sells.
func (w *world) made() (bottle, cap int64) {
	w.t.Helper()
	ctx, by := w.t.Context(), item.Change{By: plant.Program(), Why: "to begin with"}
	supplier, err := w.kept.Partners().Keep(ctx, partner.Partner{Number: "S-1", Name: "Caps Ltd", Supplier: true}, plant.Program(), "")
	if err != nil {
		w.t.Fatal(err)
	}
	add := func(number string, kind item.Kind, lead, supplier int64) int64 {
		i := item.Blank(number)
		i.Name, i.Kind, i.Valuation, i.Planning.LeadDays, i.Planning.Supplier, i.Planning.Method = "Item <b>"+number, kind, item.FIFO, lead, supplier, item.MRP
		kept, err := w.kept.Items().Add(ctx, i, by)
		if err != nil {
			w.t.Fatal(err)
		}
		return kept.ID
	}
	bottle, cap = add("BOTTLE", item.Make, 1, 0), add("CAP", item.Buy, 5, supplier.ID)
	b, err := w.kept.Bills().Add(ctx, bill.Bill{Item: bottle, Batch: plant.One, Lines: []bill.Line{{Item: cap, Quantity: plant.One}}}, by)
	if err == nil {
		_, err = w.kept.Bills().Step(ctx, bill.Step{ID: b.ID, Version: b.Version, To: bill.Released}, by)
	}
	paid := 80 * plant.Currency
	if err == nil {
		_, err = w.kept.Stock().Post(ctx, stock.Posting{By: plant.Program(), Moves: []stock.Move{{Item: cap, From: stock.Opening, To: stock.Warehouse, Quantity: plant.Pieces(40), Paid: &paid}}})
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return bottle, cap
}

var keyField = regexp.MustCompile(`name="key" value="([^"]+)"`)

func TestAPlannerFollowsThePlanByClicking(t *testing.T) {
	w := newWorld(t)
	w.user("Mara", plant.Manager)
	w.user("Vera", plant.Viewer)
	bottle, _ := w.made()
	mara, vera := w.signedIn("Mara"), w.signedIn("Vera")
	if a := mara.get("/plan"); a.status != http.StatusSeeOther || a.header.Get("Location") != "/plan?filter=when%3Dnow" {
		t.Errorf("%d %s", a.status, a.header.Get("Location"))
	}
	says(t, mara.get("/plan?filter=when%3Dnow"), "Nothing is found", "When: To do")
	due := (w.planToday() + 30).String()
	a := mara.post("/plan/forecast", url.Values{"item": {"BOTTLE"}, "from": {due}, "to": {(w.planToday() + 37).String()}, "quantity": {"100"}})
	if a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	list := mara.get("/plan?view=0").body
	for _, words := range []string{"BOTTLE", "Item &lt;b&gt;BOTTLE", "Make", "Order", "wanted on"} {
		if !strings.Contains(strings.ToLower(list), strings.ToLower(words)) {
			t.Errorf("the list has no %q", words)
		}
	}
	rows := regexp.MustCompile(`name="row" value="([^"]+)"`).FindAllStringSubmatch(list, -1)
	if len(rows) != 2 || strings.Contains(vera.get("/plan?view=0").body, `name="row"`) {
		t.Fatalf("%v", rows)
	}
	act := func(b *browser, form url.Values) answer { return b.post("/lists/messages/act", form) }
	if a := act(vera, url.Values{"action": {"follow"}, "row": {rows[0][1]}}); a.status != http.StatusForbidden {
		t.Errorf("a viewer follows: %d", a.status)
	}
	if a := act(mara, url.Values{"action": {"follow"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("nothing is followed: %d", a.status)
	}
	for name, form := range map[string]url.Values{"no reason": {"until": {due}}, "no date": {"why": {"x"}}, "the past": {"why": {"x"}, "until": {"2026-01-01"}}} {
		form.Set("action", "dismiss")
		form.Set("row", rows[0][1])
		form.Set("sure", "on")
		if a := act(mara, form); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `aria-invalid="true"`) {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	says(t, act(mara, url.Values{"action": {"follow"}, "row": {rows[0][1]}}), "Follow 1 message?", rows[0][1])
	says(t, act(mara, url.Values{"action": {"dismiss"}, "row": {rows[0][1]}, "sure": {"on"}, "key": {"k0"}, "why": {"not <now>"}, "until": {due}}), "1 of 1 message done")
	says(t, mara.get("/plan?filter=when%3Ddismissed&columns=item,words"), "1 message", "not &lt;now&gt;")
	if a := act(mara, url.Values{"action": {"follow"}, "row": {rows[0][1]}, "sure": {"on"}, "key": {"k0b"}}); !strings.Contains(a.body, "0 of 1 message done") {
		t.Errorf("a message is followed as it is not any more: %s", a.short())
	}
	id, _, _ := strings.Cut(rows[0][1], ".")
	if a := mara.get("/plan/message/" + id); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/plan/item/") {
		t.Errorf("%d %s", a.status, a.header.Get("Location"))
	}
	says(t, act(mara, url.Values{"action": {"follow"}, "sure": {"on"}, "key": {"k1"}, "row": {"4711.1", id + ".2", rows[1][1]}}), "2 of 3 messages done", "not there any more")
	says(t, act(mara, url.Values{"action": {"follow"}, "sure": {"on"}, "key": {"k1"}, "row": {id + ".2", rows[1][1]}}), "2 of 2 messages done") // sent again
	says(t, mara.get("/plan?view=0"), "There are no messages yet")
	for path, words := range map[string][]string{
		"/work?view=0": {"WO-000001", "Firmed"}, "/work?q=bottle": {"WO-000001"}, "/work?q=nothing": {"Nothing is found"}, "/work?filter=state%3Dfirmed&filter=late%3Dyes": {"WO-000001", "Not late"}, "/work/1": {"WO-000001", "BOTTLE", "firmed"}, "/work/costs": {"Nothing is in any order"},
		"/work/short": {"Nothing is short."}, "/work/parked": {"Every count has its job."},
		fmt.Sprintf("/plan/item/%d", bottle): {"the forecast from " + due, "WO-000001", "100"}, "/plan/promise?item=BOTTLE&quantity=500": {"Waiting on", "BOTTLE → CAP"},
		"/plan/whatif?asked=1&item=BOTTLE&demand=10": {"what is supposed", "new"}, "/plan/kanban": {"There is no loop yet"}, "/plan/forecast": {due, `href="/plan/forecasts"`},
		"/plan/forecasts?view=0": {due, "BOTTLE", "1 forecast"},
	} {
		a := vera.get(path)
		for _, word := range words {
			if a.status != 200 || !strings.Contains(a.body, word) {
				t.Errorf("%s: %d, no %q", path, a.status, word)
			}
		}
	}
	a = mara.upload("/lists/forecasts/import", "forecasts.csv", []byte("item,from,until before,quantity\nbottle,"+due+",,120\nNONE,soon,,x\n"))
	says(t, mara.get(a.header.Get("Location")), "0 new, 1 changed, 0 unchanged, 1 wrong", "There is no item", "is no date like")
	says(t, mara.post(a.header.Get("Location"), url.Values{}), "Kept. What was wrong was left out", `href="/plan/forecasts/1"`)
	if a := vera.get("/plan/forecasts/1"); a.status != http.StatusSeeOther || a.header.Get("Location") != fmt.Sprintf("/plan/item/%d", bottle) {
		t.Errorf("%d %s", a.status, a.header.Get("Location"))
	}
	for _, path := range []string{"/plan/promise?item=NONE&quantity=-1&date=x", "/plan/promise?item=BOTTLE&quantity=1e30", "/plan/whatif?asked=1&item=BOTTLE&lead=-1&lot=x"} {
		if a := vera.get(path); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `aria-invalid="true"`) {
			t.Errorf("%s: %d", path, a.status)
		}
	}
}

func TestAWorkOrderIsMadeByClicking(t *testing.T) {
	w := newWorld(t)
	w.user("Mara", plant.Manager)
	w.made()
	mara := w.signedIn("Mara")
	due := (w.planToday() + 10).String()
	form := mara.get("/work/new").body
	key := keyField.FindStringSubmatch(form)[1]
	typed := url.Values{"item": {"BOTTLE"}, "quantity": {"50"}, "due": {due}, "line": {"filling-1"}, "key": {key}}
	for range 2 {
		if a := mara.post("/work/new", typed); a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/work/1?") {
			t.Fatalf("%d %s", a.status, a.header.Get("Location"))
		}
	}
	for name, change := range map[string]url.Values{
		"no item": {"item": {"NONE"}}, "1e30": {"quantity": {"1e30"}}, "negative": {"quantity": {"-4"}}, "huge": {"quantity": {"999999999999"}}, "no date": {"due": {"soon"}}, "bought": {"item": {"CAP"}},
	} {
		bad := url.Values{"item": {"BOTTLE"}, "quantity": {"50"}, "due": {due}, "note": {"<kept & shown>"}}
		for k, v := range change {
			bad[k] = v
		}
		if a := mara.post("/work/new", bad); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "&lt;kept &amp; shown&gt;") {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	version := 1
	step := func(values url.Values, want int) string {
		t.Helper()
		values.Set("version", fmt.Sprint(version))
		a := mara.post("/work/1/step", values)
		if a.status != want {
			t.Fatalf("%v: %d %s", values, a.status, a.body)
		}
		if want == http.StatusSeeOther {
			version++
		}
		return a.body
	}
	step(url.Values{"step": {"hold"}}, http.StatusUnprocessableEntity)
	step(url.Values{"step": {"hold"}, "why": {"no tool"}}, http.StatusSeeOther)
	if body := step(url.Values{"step": {"release"}}, http.StatusConflict); !strings.Contains(body, "no tool") {
		t.Error("it does not say why it is held")
	}
	step(url.Values{"step": {"resume"}}, http.StatusSeeOther)
	step(url.Values{"step": {"release"}}, http.StatusSeeOther)
	if body := mara.get("/work/1").body; !strings.Contains(body, "partly: enough for 40") {
		t.Error("40 caps are not enough for 40 of the 50 bottles")
	}
	if a := mara.post("/work/1/report", url.Values{"good": {"45"}}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	version++
	for _, words := range []string{"Short of material", "started", "Used by counts and not issued"} {
		if !strings.Contains(mara.get("/work/1").body+mara.get("/work/costs").body, words) {
			t.Errorf("there is no %q", words)
		}
	}
	if body := mara.get("/work/costs").body; !strings.Contains(body, "ties") || !strings.Contains(body, ">5<") {
		t.Errorf("%s", body)
	}
	says(t, mara.get("/work/short"), "Issue now", `value="1/10"`, ">5<")
	if a := mara.post("/work/short", url.Values{"pick": {"1/10"}, "key": {"s1"}}); a.status != http.StatusConflict || !strings.Contains(a.body, "of what WO-000001 is short of") {
		t.Errorf("what is not there is issued: %d %s", a.status, a.short())
	}
	if a := mara.post("/work/short", url.Values{"key": {"s2"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("nothing is issued: %d", a.status)
	}
	if a := mara.post("/work/parked", url.Values{"key": {"s3"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("nothing is decided: %d", a.status)
	}
	if a := mara.post("/work/1/report", url.Values{"good": {"-46"}}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("more is taken back than there is: %d", a.status)
	}
	pdf := mara.get("/work/1/traveller.pdf")
	if pdf.status != 200 || !strings.HasPrefix(pdf.body, "%PDF-") {
		t.Errorf("%d", pdf.status)
	}
	step(url.Values{"step": {"complete"}}, http.StatusSeeOther)
	step(url.Values{"step": {"close"}}, http.StatusSeeOther)
	if a := mara.post("/work/1/report", url.Values{"good": {"1"}}); a.status != http.StatusConflict {
		t.Errorf("a closed order takes a report: %d", a.status)
	}
}

// asks sends JSON with a key, and reads the answer.
func (b *browser) asks(t testing.TB, path, text, key string, want int, into any) {
	t.Helper()
	a := b.do(http.MethodPost, path, strings.NewReader(text), http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {key}})
	if a.status != want {
		t.Fatalf("%s: %d %s", path, a.status, a.body)
	}
	if into != nil {
		if err := json.Unmarshal([]byte(a.body), into); err != nil {
			t.Fatal(err)
		}
	}
}

// A loop is added, changed and retired on its page; its cards order nothing then.
func TestAKanbanLoopIsChangedAndRetiredByClicking(t *testing.T) {
	w := newWorld(t)
	w.made()
	vera := w.dutiful("Vera", plant.Planner)
	add := vera.filledIn("/plan/kanban", nil)
	for name, value := range map[string]string{"item": "CAP", "supply": "buy", "quantity": "24", "cards": "2"} {
		add.Set(name, value)
	}
	add.Set("key", "once")
	for range 2 {
		if a := vera.post("/plan/kanban", add); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.short())
		}
	}
	page := vera.get("/plan/kanban?loop=1").body
	for _, want := range []string{"Change the loop of CAP", "KB-000002", "Bought", `name="version" value="1"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %q", want)
		}
	}
	if strings.Contains(page, "KB-000003") {
		t.Error("what was sent twice has made two loops")
	}
	change := url.Values{"loop": {"1"}, "version": {"1"}, "item": {"CAP"}, "supply": {"buy"}, "quantity": {"48"}, "cards": {"1"}, "note": {"by the door"}, "why": {"larger boxes"}, "key": {"two"}}
	if a := vera.post("/plan/kanban", change); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	change.Set("key", "three") // who has not seen the change
	if a := vera.post("/plan/kanban", change); a.status != http.StatusConflict {
		t.Errorf("%d", a.status)
	}
	for name, value := range map[string]string{"version": "2", "retired": "on", "key": "four"} {
		change.Set(name, value)
	}
	if a := vera.post("/plan/kanban", change); a.status != http.StatusSeeOther {
		t.Errorf("%d %s", a.status, a.short())
	}
	if page := vera.get("/plan/kanban").body; !strings.Contains(page, "Retired") || !strings.Contains(page, "by the door") {
		t.Error("the loop is not shown as retired")
	}
	if a := vera.post("/plan/kanban/scan", url.Values{"code": {"KB-000001"}, "key": {"five"}}); a.status != http.StatusConflict {
		t.Errorf("a card of a retired loop orders: %d", a.status)
	}
	w.user("Kim", plant.Viewer)
	if a := w.signedIn("Kim").post("/plan/kanban", change); a.status != http.StatusForbidden {
		t.Errorf("a viewer changes a loop: %d", a.status)
	}
}

func TestProgramsPlanAndMake(t *testing.T) {
	w := newWorld(t)
	w.made()
	b := w.program(w.token(plant.Manager, ""))
	due := (w.planToday() + 30).String()
	b.asks(t, "/api/v1/plan/forecast", fmt.Sprintf(`{"forecast":[{"item":"BOTTLE","from":%q,"to":%q,"quantity":100},{"item":"NONE","from":%q,"to":%q,"quantity":1}]}`, due, (w.planToday()+40).String(), due, due), "", 200, nil)
	type message struct {
		ID, Version int64
		Action      string
		Serves      []struct{ Document string }
	}
	var list struct{ Messages []message }
	read := func() {
		t.Helper()
		a := b.get("/api/v1/plan?all=true&traces=true")
		list.Messages = nil
		if err := json.Unmarshal([]byte(a.body), &list); err != nil || a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	read()
	if len(list.Messages) != 2 || list.Messages[0].Action != "make" || len(list.Messages[1].Serves) != 1 || list.Messages[1].Serves[0].Document != "forecast" {
		t.Fatalf("%+v", list)
	}
	var done struct {
		Done    int
		Results []struct{ Document, Error string }
	}
	accept := fmt.Sprintf(`{"messages":[{"id":%d,"version":1},{"id":4711,"version":1},{"id":%d,"version":1}]}`, list.Messages[0].ID, list.Messages[1].ID)
	for range 2 { // the same key does nothing twice
		done.Results = nil
		b.asks(t, "/api/v1/plan/accept", accept, "accept-1", 200, &done)
		if done.Done != 2 || done.Results[0].Document != "work/1" || done.Results[1].Error == "" || done.Results[2].Document != "purchase/1" {
			t.Errorf("%+v", done)
		}
	}
	if read(); len(list.Messages) != 0 {
		t.Errorf("%+v", list)
	}
	var order struct {
		Number, Lifecycle string
		Version           int64
		Good              json.Number
		Steps             []string
	}
	b.asks(t, "/api/v1/work/1/steps/release", `{"version":1}`, "", 200, &order)
	b.asks(t, "/api/v1/work/WO-000001/reports", `{"good":12.5}`, "report-1", 200, &order)
	b.asks(t, "/api/v1/work/WO-000001/reports", `{"good":12.5}`, "report-1", 200, &order)
	if order.Good != "12.5" || order.Lifecycle != "started" || order.Version != 3 {
		t.Errorf("%+v", order)
	}
	b.asks(t, "/api/v1/work", fmt.Sprintf(`{"item":"BOTTLE","quantity":5,"due":%q}`, due), "new-1", 201, &order)
	b.asks(t, "/api/v1/work/batch", fmt.Sprintf(`{"orders":[{"item":"BOTTLE","quantity":5,"due":%q},{"item":"BOTTLE","quantity":-1,"due":%q},{"item":"NONE","quantity":1,"due":"x"}]}`, due, due), "batch-1", 200, &done)
	if done.Done != 1 || done.Results[1].Error == "" || done.Results[2].Error == "" {
		t.Errorf("%+v", done)
	}
	for path, want := range map[string]int{
		"/api/v1/work": 200, "/api/v1/work/1": 200, "/api/v1/work/4711": 404, "/api/v1/work/x": 404, "/api/v1/work/progress": 200, "/api/v1/work/shortages": 200, "/api/v1/parked": 200, "/api/v1/parked?line=none": 404, "/api/v1/plan/items/BOTTLE": 200,
		"/api/v1/plan/items/NONE": 404, "/api/v1/plan/promise?item=BOTTLE&quantity=500": 200, "/api/v1/plan/promise?item=BOTTLE&quantity=1e30": 422, "/api/v1/plan/forecast": 200, "/api/v1/plan/kanban": 200,
	} {
		if a := b.get(path); a.status != want {
			t.Errorf("%s: %d %s", path, a.status, a.body)
		}
	}
	for text, want := range map[string]int{
		`{"version":1,"why":"x"}`: 409, `{}`: 422,
	} {
		b.asks(t, "/api/v1/work/1/steps/firm", text, "", want, nil)
	}
	b.asks(t, "/api/v1/work/1/reports", `{"good":1e30}`, "", 422, nil)
	b.asks(t, "/api/v1/plan/whatif", `{"item":"BOTTLE","demand":500}`, "", 200, nil)
	var loop struct{ ID, Version int64 }
	for range 2 { // the same key makes no second loop
		b.asks(t, "/api/v1/plan/kanban", `{"item":"BOTTLE","supply":"make","quantity":24,"cards":2}`, "loop-1", 200, &loop)
		if loop.ID != 1 || loop.Version != 1 {
			t.Errorf("%+v", loop)
		}
	}
	b.asks(t, "/api/v1/plan/kanban", `{"item":"BOTTLE","supply":"make","quantity":25,"cards":2}`, "loop-1", 422, nil)
	b.asks(t, "/api/v1/plan/kanban/scan", `{"code":"KB-000001"}`, "", 200, nil)
	b.asks(t, "/api/v1/plan/kanban/scan", `{"code":"KB-4711"}`, "", 404, nil)
	reader := w.program(w.token(plant.Viewer, ""))
	reader.asks(t, "/api/v1/plan/accept", accept, "", 403, nil)
	reader.asks(t, "/api/v1/work", `{}`, "", 403, nil)
}
