package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"millwright/internal/access"
	slate "millwright/internal/mes/board"
	"millwright/internal/mes/execution"
	"millwright/internal/plant"
	"millwright/internal/store"
)

// queues remember how a line's jobs were put in order.
type queues map[plant.LineID][]string

func (q queues) Arrange(_ context.Context, line plant.LineID, jobs []string, _ plant.Person, _ string) (int, error) {
	q[line] = jobs
	return len(jobs), nil
}

// board is what schedules the world's lines.
func (w *world) board(kept *store.Store) *slate.Board {
	p := thePlant(w.t)
	w.queues = queues{}
	w.slate = slate.New(slate.Options{
		Book: kept.Schedule(), Works: kept.Works(), Plant: func() *plant.Plant { return p }, Queues: func() slate.Queues { return w.queues }, Now: w.clock.now,
		Told: func() { w.site.Scheduled() },
	})
	return w.slate
}

var seenVersion = regexp.MustCompile(`name="version" value="(\d+)"`)

// TestTheSchedulePage: it shows why each bar is there; planners move bars, and put the queues into its order; others look.
func TestTheSchedulePage(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	planner, sales := w.dutiful("Paula", plant.Planner), w.dutiful("Sam", plant.Sales)
	for _, id := range []string{"J-1", "J-2", "J-3"} {
		at := time.Now().Add(time.Duration(id[2]-'0') * 24 * time.Hour)
		err := w.kept.Books().AddJob(t.Context(), execution.Job{ID: id, Line: "filling-1", Product: "COLA-05", Planned: plant.Pieces(30_000), Status: execution.Waiting, Due: at, Rank: int64('9' - id[2])}, plant.Program(), "")
		if err != nil {
			t.Fatal(err)
		}
	}
	a := planner.get("/schedule?bar=J-2")
	for _, want := range []string{"After J-1 on Filling-1", "gantt-moves", "One place earlier", "What if J-2 came first?", "Put the queues into this order"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the planner does not see %q", want)
		}
	}
	for _, want := range []string{"May begin", "later than planned", "Slack", "way=backward"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("of how late J-2 may begin it does not say %q", want)
		}
	}
	if back := planner.get("/schedule?bar=J-2&days=7&way=backward"); !strings.Contains(back.body, "Scheduled backwards") || !strings.Contains(back.body, "as late as it may be") || strings.Contains(back.body, "gantt-moves") {
		t.Errorf("backwards it says %s", back.short())
	}
	look := sales.get("/schedule?bar=J-2&days=7")
	if look.status != 200 || !strings.Contains(look.body, "After J-1 on Filling-1") || strings.Contains(look.body, "gantt-moves") || strings.Contains(look.body, `action="/schedule/`) {
		t.Errorf("who may only look sees %d, or what is not for them", look.status)
	}
	seen := seenVersion.FindStringSubmatch(a.body)[1]
	if a := planner.get("/schedule?bar=J-3&first=1"); !strings.Contains(a.body, "If J-3 came first") || seenVersion.FindStringSubmatch(a.body)[1] != seen {
		t.Error("expediting is not told, or was kept")
	}
	move := func(form url.Values) answer {
		form.Set("version", seen)
		return planner.post("/schedule/move", form)
	}
	if a := move(url.Values{"bar": {"J-3"}, "machine": {"nowhere"}}); a.status != 422 || !strings.Contains(a.body, "cannot be made there") {
		t.Errorf("to nowhere: %d", a.status)
	}
	if a := move(url.Values{"bar": {"J-3"}, "before": {"J-1"}, "why": {"the truck waits"}}); a.status != 303 {
		t.Fatalf("moved: %d %s", a.status, a.short())
	}
	if a := move(url.Values{"bar": {"J-2"}, "before": {"J-3"}}); a.status != 409 {
		t.Errorf("by who saw an older schedule: %d", a.status)
	}
	if a := sales.post("/schedule/move", url.Values{"bar": {"J-2"}, "version": {seen}}); a.status != 403 {
		t.Errorf("by sales: %d", a.status)
	}
	a = planner.get("/schedule?bar=J-1")
	if !strings.Contains(a.body, "After J-3 on Filling-1") {
		t.Error("J-1 does not follow J-3")
	}
	seen = seenVersion.FindStringSubmatch(a.body)[1]
	if a := planner.post("/schedule/publish", url.Values{"version": {seen}}); a.status != 303 || strings.Join(w.queues["filling-1"], " ") != "J-3 J-1 J-2" {
		t.Errorf("published: %d, %v", a.status, w.queues)
	}
}

// TestTheScheduleByTheAPI: programs read it, ask what would be, and move with the version that they saw.
func TestTheScheduleByTheAPI(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	for _, id := range []string{"J-1", "J-2"} {
		err := w.kept.Books().AddJob(t.Context(), execution.Job{ID: id, Line: "filling-1", Product: "COLA-05", Planned: plant.Pieces(6000), Status: execution.Waiting, Due: time.Now().Add(time.Duration(id[2]-'0') * 24 * time.Hour)}, plant.Program(), "")
		if err != nil {
			t.Fatal(err)
		}
	}
	reads, plans := w.scoped([]access.Scope{access.Read}), w.scoped([]access.Scope{access.Read, access.WritePlan})
	type bars struct {
		Version int64
		Gap     float64
		Bars    []struct {
			Key, Why, Machine      string
			Start, End             time.Time
			LatestStart, LatestEnd time.Time
		}
	}
	ask := func(a answer) (s bars) {
		t.Helper()
		if a.status != 200 {
			t.Fatalf("%d %s", a.status, a.short())
		}
		if err := json.Unmarshal([]byte(a.body), &s); err != nil {
			t.Fatal(err)
		}
		return s
	}
	send := func(b *browser, what, body string) answer {
		return b.do(http.MethodPost, "/api/v1/schedule/"+what, strings.NewReader(body), http.Header{"Content-Type": {"application/json"}})
	}
	is := ask(reads.get("/api/v1/schedule"))
	if len(is.Bars) != 2 || is.Bars[0].Key != "J-1" || is.Bars[1].Why != "after J-1 on Filling-1" || is.Gap != 0 {
		t.Errorf("the schedule is %+v", is)
	}
	for _, b := range is.Bars {
		if b.LatestStart.Before(b.Start.Add(time.Minute)) || b.LatestEnd.Before(b.LatestStart) {
			t.Errorf("%s has a day to spare, and may begin %s rather than %s", b.Key, b.LatestStart, b.Start)
		}
	}
	if a := reads.get("/api/v1/schedule/whatif?first=J-2"); a.status != 200 || !strings.Contains(a.body, `"would":`) {
		t.Errorf("what if: %d %s", a.status, a.short())
	}
	body := fmt.Sprintf(`{"key":"J-2","before":"J-1","version":%d}`, is.Version)
	if a := send(reads, "move", body); a.status != 403 {
		t.Errorf("by who may only read: %d", a.status)
	}
	moved := ask(send(plans, "move", body))
	if moved.Bars[0].Key != "J-2" {
		t.Errorf("moved: %+v", moved)
	}
	if a := send(plans, "move", body); a.status != 409 {
		t.Errorf("again: %d", a.status)
	}
	if a := send(plans, "publish", fmt.Sprintf(`{"version":%d}`, moved.Version)); a.status != 200 || strings.Join(w.queues["filling-1"], " ") != "J-2 J-1" {
		t.Errorf("published: %d %s, %v", a.status, a.short(), w.queues)
	}
}

// TestTheScheduleIsKeptOnOpenPages: another schedule comes to whoever looks, without a reload: to planners with what moves
// bars, to others without, and to nobody who may not see the plant.
func TestTheScheduleIsKeptOnOpenPages(t *testing.T) {
	w := newWorld(t).running()
	w.user("Ada", plant.Admin)
	planner, sales := w.dutiful("Paula", plant.Planner), w.dutiful("Sam", plant.Sales)
	hall := w.granted("Hanna", plant.Grant{At: "ulm/packing", Role: plant.Manager})
	add := func(id string) {
		t.Helper()
		err := w.kept.Books().AddJob(t.Context(), execution.Job{ID: id, Line: "filling-1", Product: "COLA-05", Planned: plant.Pieces(6000), Status: execution.Waiting, Due: time.Now().Add(72 * time.Hour), Rank: int64(id[2])}, plant.Program(), "")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.slate.Plan(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	add("J-1")
	page := planner.get("/schedule?days=7&bar=J-1").body
	const board, bar, words = "schedule/board?bar=J-1&amp;days=7", "schedule/bar?bar=J-1&amp;days=7", "schedule/words?bar=J-1&amp;days=7"
	for _, p := range []string{board, bar, words} {
		if !strings.Contains(page, `data-panel="`+p+`"`) {
			t.Errorf("the page has no panel %s", p)
		}
	}
	plain := func(panel string) string { return strings.ReplaceAll(panel, "&amp;", "&") }
	moves, looks := planner.watch(plain(board), plain(bar), plain(words)), sales.watch(plain(board), plain(words))
	moves.sees(board, "gantt-moves")
	moves.sees(bar, "J-1 on Filling-1")
	if got := looks.sees(board, "J-1"); strings.Contains(got, "gantt-moves") || strings.Contains(got, "<form") {
		t.Error("who may only look is sent what moves bars")
	}
	add("J-2")
	moves.sees(board, `data-bar="J-2"`)
	moves.sees(bar, "One place later")
	moves.sees(words, `id="told-J-2"`)
	looks.sees(board, `data-bar="J-2"`)
	for _, wrong := range []string{"schedule/board?days=5", "schedule/board?days=7&days=3", "schedule/bar?days=7", "schedule/else?days=7", "schedule/board"} {
		if code := planner.watch(wrong).closed(); code != websocket.ClosePolicyViolation {
			t.Errorf("a panel that is not there, or not for them, ends the socket with %d", code)
		}
	}
	if code := hall.watch(plain(board)).closed(); code != websocket.ClosePolicyViolation {
		t.Errorf("a panel that is not there, or not for them, ends the socket with %d", code)
	}
}
