package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/plant"
)

// called is a call in the words of the API.
type called struct {
	ID      int64
	Line    string
	State   string
	By      string
	TakenBy string
	Version int64
}

type callList struct {
	Calls     []called
	Responses []struct {
		Line, Kind           string
		Calls, Waiting, Open int
		Taken, Done          struct {
			Calls           int
			Median, Longest *float64
		}
	}
	Next *time.Time
}

func (b *browser) calls(query string) (all callList) {
	b.w.t.Helper()
	a := b.get("/api/v1/calls?" + query)
	if err := json.Unmarshal([]byte(a.body), &all); err != nil || a.status != 200 {
		b.w.t.Fatalf("%s: %d %s", query, a.status, a.body)
	}
	return all
}

// callBy calls for something by the API, with a key.
func (b *browser) callBy(key, body string) answer {
	return b.do(http.MethodPost, "/api/v1/calls", strings.NewReader(body), http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {key}})
}

func TestAProgramCallsForHelpAndHearsWhoComes(t *testing.T) {
	w := newWorld(t).running()
	w.user("Ada", plant.Admin)
	button := w.scoped([]access.Scope{access.CallHelp}, "ulm/filling")
	pager := w.scoped([]access.Scope{access.Read, access.CallHelp})
	socket := w.signedIn("Ada").watch("wall/line/filling-1")
	const leak = `{"line":"filling-1","unit":"filling-1/filler","kind":"maintenance","note":"it leaks"}`
	var first called
	for range 2 { // sent twice, called once
		a := button.callBy("b-1", leak)
		if err := json.Unmarshal([]byte(a.body), &first); err != nil || a.status != http.StatusCreated || first.State != "called" || first.Version != 1 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	socket.sees("wall/line/filling-1", "Maintenance, Filler")
	at := fmt.Sprintf("/api/v1/calls/%d", first.ID)
	for range 2 {
		if a := pager.send(at+"/take", `{"version":1}`); a.status != 200 || !strings.Contains(a.body, `"state":"taken"`) || !strings.Contains(a.body, `"takenBy":"token program"`) {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	socket.sees("wall/line/filling-1", "token program comes")
	if open := pager.calls("open=true"); len(open.Calls) != 1 || open.Calls[0].TakenBy == "" {
		t.Errorf("open: %+v", open)
	}
	for name, c := range map[string]struct {
		a      answer
		status int
		words  string
	}{
		"the same again":        {button.callBy("b-2", leak), 409, "has called for maintenance there already"},
		"the key of another":    {button.callBy("b-1", `{"line":"filling-1","kind":"quality"}`), 422, "another call"},
		"elsewhere":             {button.callBy("b-3", `{"line":"packing-1","kind":"quality"}`), 404, "no line"},
		"nowhere":               {pager.callBy("p-1", `{"line":"","kind":"quality"}`), 404, ""},
		"a machine of another":  {button.callBy("b-4", `{"line":"filling-1","unit":"packing-1/filler","kind":"quality"}`), 422, "machine of this line"},
		"for lunch":             {button.callBy("b-5", `{"line":"filling-1","kind":"lunch"}`), 422, "kind"},
		"from what it was":      {pager.send(at+"/close", `{"version":1}`), 409, "look again"},
		"no call":               {pager.send("/api/v1/calls/99/take", `{"version":1}`), 404, "no call 99"},
		"no step":               {pager.send(at+"/dance", `{"version":1}`), 422, "step"},
		"without the scope":     {w.scoped([]access.Scope{access.Read}).callBy("r-1", leak), 403, "calls:write"},
		"read without the read": {button.get("/api/v1/calls"), 403, "read"},
		"too long":              {pager.get("/api/v1/calls?from=2020-01-01T00:00:00Z&to=2026-01-01T00:00:00Z"), 422, "100 days"},
	} {
		if c.a.status != c.status || !strings.Contains(c.a.body, c.words) {
			t.Errorf("%s: %d %s", name, c.a.status, c.a.body)
		}
	}
	w.clock.pass(9 * time.Minute)
	if a := pager.send(at+"/close", `{"version":2}`); a.status != 200 || !strings.Contains(a.body, `"state":"done"`) {
		t.Fatalf("%d %s", a.status, a.body)
	}
	all := pager.calls("line=filling-1")
	if len(all.Calls) != 1 || len(all.Responses) != 1 || all.Responses[0].Kind != "maintenance" || all.Responses[0].Taken.Calls != 1 || all.Responses[0].Done.Median == nil || all.Responses[0].Open != 0 {
		t.Errorf("%+v", all)
	}
	if there := w.scoped([]access.Scope{access.Read}, "ulm/packing"); len(there.calls("").Calls) != 0 || there.get("/api/v1/calls?line=filling-1").status != 404 {
		t.Error("who sees another hall sees the call")
	}
	for what, n := range map[string]int{"call.raise": 1, "call.answer": 1, "call.done": 1} {
		if e := w.trail(what); len(e) != n || e[0].Who.Name != "token program" {
			t.Errorf("%s: %+v", what, e)
		}
	}
}

func TestHowLongItTookIsToldOnTheShiftAndOfAllCalls(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	w.user("Mia", plant.Operator)
	ben := w.granted("Ben", plant.Grant{At: "ulm/packing", Role: plant.Viewer})
	otto, mia := w.signedIn("Otto"), w.signedIn("Mia")
	if a := otto.get("/calls"); a.status != 200 || !strings.Contains(a.body, "Nobody is called for.") {
		t.Errorf("before anybody called: %d", a.status)
	}
	otto.post(terminal+"/call", with(otto.formWith(terminal, `name="call"`), "call", "material", "note", "<i>caps</i>"))
	mia.post(terminal+"/call", mia.step("I come"))
	otto.post(terminal+"/call", with(otto.formWith(terminal, `name="call"`), "call", "quality"))
	for path, wants := range map[string][]string{
		"/calls":                {"Filling-1", "Material: &lt;i&gt;caps&lt;/i&gt;", "Mia came after", "nobody has come yet", "1 waits"},
		"/calls?days=7":         {"Material", `aria-current="true">7 days`},
		"/calls?days=x":         {"Material"},
		"/line/filling-1/shift": {"Calls for help"},
		"/line/packing-1/shift": {"Nobody was called for in this shift."},
	} {
		a := otto.get(path)
		for _, want := range wants {
			if a.status != 200 || !strings.Contains(a.body, want) {
				t.Errorf("%s: %d, without %q", path, a.status, want)
			}
		}
	}
	if a := ben.get("/calls"); a.status != 200 || strings.Contains(a.body, "Material") {
		t.Errorf("who sees another hall sees the call: %d", a.status)
	}
}
