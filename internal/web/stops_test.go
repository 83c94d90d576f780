package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// theStop is the stop of the world's morning, unexplained, and its page.
func (w *world) theStop() (s oee.Segment, page string) {
	w.lines.change("filling-1", func(snap *oee.Snapshot) { s = snap.Segments[1] })
	return s, fmt.Sprintf("/line/filling-1/stop?at=%d", s.From.UnixMicro())
}

// formOf reads the form of a stop's page that does one thing.
func (b *browser) formOf(page, kind string) url.Values {
	b.w.t.Helper()
	a := b.get(page)
	for _, form := range strings.Split(a.body, "<form ")[1:] {
		form, _, _ = strings.Cut(form, "</form>")
		if f := fieldsOf(form); f.Get("kind") == kind {
			return f
		}
	}
	b.w.t.Fatalf("%s has no form to %s: %d %s", page, kind, a.status, a.body)
	return nil
}

// say fills in one of the forms and sends it.
func (b *browser) say(f url.Values, set map[string]string) answer {
	for k, v := range set {
		f.Set(k, v)
	}
	return b.post("/line/filling-1/stop", f)
}

func TestAReasonIsGivenOnThePageOfTheStop(t *testing.T) {
	w := newWorld(t).running()
	w.user("Otto", plant.Operator)
	otto := w.signedIn("Otto")
	_, page := w.theStop()
	if body := otto.get("/line/filling-1").body; !strings.Contains(body, "1 without a reason") || !strings.Contains(body, page[:len("/line/filling-1/stop?at=")]) {
		t.Error("the page of the line does not say that a reason is missing")
	}
	socket := otto.watch("line/filling-1/strip")
	a := otto.say(otto.formOf(page, "reason"), map[string]string{"reason": "cleaning", "comment": "as on <every> Monday"})
	if a.status != http.StatusSeeOther || a.header.Get("Location") != page {
		t.Fatalf("%d %s", a.status, a.body)
	}
	socket.sees("line/filling-1/strip", "Cleaning")
	if body := otto.get("/line/filling-1").body; strings.Contains(body, "without a reason") || !strings.Contains(body, "Cleaning") {
		t.Error("the page of the line does not say the reason")
	}
	body := otto.get(page).body
	for _, want := range []string{"Planned stop", "The machine said", "Breakdown", "Otto", "as on &lt;every&gt; Monday"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page of the stop does not say %q", want)
		}
	}
	if a := otto.say(otto.formOf(page, "undo"), nil); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if body := otto.get(page).body; !strings.Contains(body, "Reason missing") || !strings.Contains(body, "undone") {
		t.Error("what was undone still counts, or is not told")
	}
	if e := w.trail("edit.reason"); len(e) != 1 || e[0].Who.Name != "Otto" || !strings.Contains(e[0].New, "cleaning as planned stop") {
		t.Errorf("audited as %+v", e)
	}
}

func TestTheSecondSeesBothVersions(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	w.user("Mara", plant.Manager)
	otto, mara := w.signedIn("Otto"), w.signedIn("Mara")
	_, page := w.theStop()
	typed := otto.formOf(page, "reason")
	if a := mara.say(mara.formOf(page, "reason"), map[string]string{"reason": "jam", "comment": "film tore"}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if body := w.display("/wall/line/filling-1").get("/wall/line/filling-1").body; !strings.Contains(body, "Film jam") {
		t.Error("the wall does not say why it stood")
	}
	a := otto.say(typed, map[string]string{"reason": "sensor", "comment": "eye was dirty"})
	if a.status != http.StatusConflict {
		t.Fatalf("%d %s", a.status, a.body)
	}
	for _, want := range []string{"Mara was faster", "Reason: Film jam: film tore", "Reason: Sensor: eye was dirty", `<option value="sensor" selected`, "eye was dirty</textarea>"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	if body := otto.get(page).body; strings.Contains(body, "eye was dirty") {
		t.Error("something of the second was kept")
	}
	_, form, _ := strings.Cut(a.body, `id="say-why"`)
	form, _, _ = strings.Cut(form, "</form>")
	if a := otto.say(fieldsOf(form), nil); a.status != http.StatusSeeOther { // who has seen both may
		t.Fatalf("%d %s", a.status, a.body)
	}
	if body := otto.get(page).body; !strings.Contains(body, "eye was dirty") {
		t.Error("the second version is not kept")
	}
}

func TestWhatCannotBeTakenIsShownAsTyped(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	otto := w.signedIn("Otto")
	s, page := w.theStop()
	for name, c := range map[string]struct {
		kind string
		set  map[string]string
		want []string
	}{
		"no reason":           {"reason", nil, []string{"choose a reason", `id="reason-fault"`}},
		"a reason of nowhere": {"reason", map[string]string{"reason": "x", "comment": "kept words"}, []string{"choose one of the reasons", "kept words</textarea>"}},
		"a novel":             {"reason", map[string]string{"reason": "jam", "comment": strings.Repeat("x", 501)}, []string{"under 500", `id="comment-fault"`, `<option value="jam" selected`}},
		"no time":             {"split", map[string]string{"cut": "soon"}, []string{"Give a time between", `id="cut-fault"`, `value="soon"`}},
		"a time of another":   {"split", map[string]string{"cut": s.To.Add(2 * time.Hour).Format("15:04")}, []string{"Give a time between"}},
	} {
		a := otto.say(otto.formOf(page, c.kind), c.set)
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, a.status)
		}
		for _, want := range c.want {
			if !strings.Contains(a.body, want) {
				t.Errorf("%s: the page does not show %q", name, want)
			}
		}
	}
	if a := otto.get("/line/filling-1/stop?at=" + fmt.Sprint(s.From.Add(-time.Minute).UnixMicro())); a.status != http.StatusNotFound {
		t.Errorf("of a time that ran there is a page: %d", a.status)
	}
	for _, at := range []string{"", "x", "-99999999999999999", "9223372036854775807"} {
		if a := otto.get("/line/filling-1/stop?at=" + at); a.status != http.StatusUnprocessableEntity {
			t.Errorf("at %q: %d", at, a.status)
		}
	}
}

func TestAStopIsSplitAndJoined(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	otto := w.signedIn("Otto")
	_, page := w.theStop()
	if a := otto.say(otto.formOf(page, "split"), nil); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if body := otto.get("/line/filling-1").body; !strings.Contains(body, "2 without a reason") {
		t.Error("one stop is not two")
	}
	if a := otto.say(otto.formOf(page, "merge"), nil); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if body := otto.get("/line/filling-1").body; !strings.Contains(body, "1 without a reason") {
		t.Error("two stops are not one")
	}
	if a := otto.say(otto.formOf(page, "reason"), map[string]string{"comment": "asked Ben"}); a.status != http.StatusSeeOther { // a comment alone
		t.Fatalf("%d %s", a.status, a.body)
	}
	if body := otto.get(page).body; !strings.Contains(body, "Comment: asked Ben") || !strings.Contains(body, "Reason missing") {
		t.Error("the comment is not told, or counts as a reason")
	}
}

// The same by the API.
func TestProgramsSayWhatHappened(t *testing.T) {
	w := newWorld(t)
	w.user("Mara", plant.Manager)
	p := w.scoped([]access.Scope{access.Read, access.WriteTime})
	s, _ := w.theStop()
	day := url.Values{"line": {"filling-1"}, "from": {s.From.Add(-2 * time.Hour).Format(time.RFC3339)}, "to": {s.To.Add(2 * time.Hour).Format(time.RFC3339)}}.Encode()
	var stops struct {
		Stops []struct {
			From, To          time.Time
			Seen              int64
			Missing           bool
			Category, Derived string
			Reason            *struct{ Name string }
		}
	}
	p.read("/api/v1/stops?open=true&"+day, &stops)
	if len(stops.Stops) != 1 || !stops.Stops[0].Missing || !stops.Stops[0].From.Equal(s.From) {
		t.Fatalf("%+v", stops)
	}
	row := func(reason, key string, seen int64) string {
		return fmt.Sprintf(`{"line":"filling-1","kind":"reason","from":%q,"to":%q,"reason":%q,"seen":%d,"key":%q}`, s.From.Format(time.RFC3339), s.To.Format(time.RFC3339), reason, seen, key)
	}
	var out struct {
		Results []struct {
			Error  string
			Edit   *struct{ ID int64 }
			Theirs *struct{ Reason string }
		}
	}
	batch := `{"edits":[` + row("jam", "a", 0) + `,` + row("sensor", "b", 0) + `,` + row("jam", "a", 0) + `,` + strings.Replace(row("jam", "", 0), "filling-1", "nowhere", 1) + `]}`
	for range 2 { // sent twice it is said once
		a := p.send("/api/v1/edits", batch)
		if a.status != http.StatusOK {
			t.Fatalf("%d %s", a.status, a.body)
		}
		if err := json.Unmarshal([]byte(a.body), &out); err != nil {
			t.Fatal(err)
		}
		r := out.Results
		if len(r) != 4 || r[0].Edit == nil || r[1].Theirs == nil || r[1].Theirs.Reason != "jam" || r[2].Edit == nil || r[2].Edit.ID != r[0].Edit.ID || !strings.Contains(r[3].Error, "no line") {
			t.Fatalf("%s", a.body)
		}
	}
	p.read("/api/v1/stops?"+day, &stops)
	if s := stops.Stops[0]; s.Missing || s.Reason == nil || s.Reason.Name != "Film jam" || s.Seen != out.Results[0].Edit.ID {
		t.Errorf("%+v", s)
	}
	var segments struct {
		Segments []struct {
			Category, By, Derived string
			Reason                *struct{ ID string }
		}
	}
	p.read("/api/v1/segments?"+day, &segments)
	if x := segments.Segments[1]; x.Reason == nil || x.Reason.ID != "jam" || x.By == "" || x.Derived != "breakdown" {
		t.Errorf("%+v", x)
	}
	if a := p.send(fmt.Sprintf("/api/v1/edits/%d/undo", out.Results[0].Edit.ID), `{"seen":0}`); a.status != http.StatusConflict {
		t.Errorf("undone though not seen: %d", a.status)
	}
	if a := p.send(fmt.Sprintf("/api/v1/edits/%d/undo", out.Results[0].Edit.ID), fmt.Sprintf(`{"seen":%d}`, out.Results[0].Edit.ID)); a.status != http.StatusOK {
		t.Errorf("%d %s", a.status, a.body)
	}
	var edits struct{ Edits []struct{ Kind string } }
	p.read("/api/v1/edits?"+day, &edits)
	if len(edits.Edits) != 2 || edits.Edits[1].Kind != "undo" {
		t.Errorf("%+v", edits)
	}
	sign := fmt.Sprintf(`{"line":"filling-1","at":%q,"seen":2}`, s.From.Format(time.RFC3339))
	if a := p.send("/api/v1/shifts/sign", sign); a.status != http.StatusForbidden {
		t.Errorf("signed without the scope: %d", a.status)
	}
}

func TestAShiftIsSignedByTheAPI(t *testing.T) {
	w := newWorld(t)
	p := w.scoped([]access.Scope{access.Read, access.SignTime})
	s, page := w.theStop()
	sign := fmt.Sprintf(`{"line":"filling-1","at":%q,"seen":0,"comment":"all well"}`, s.From.Format(time.RFC3339))
	if a := p.send("/api/v1/shifts/sign", sign); a.status != http.StatusConflict || !strings.Contains(a.body, "has not ended") {
		t.Errorf("%d %s", a.status, a.body)
	}
	w.clock.pass(24 * time.Hour)
	w.lines.change("filling-1", func(snap *oee.Snapshot) {
		for i := range snap.Segments {
			snap.Segments[i].Shift = "Trial" // that is over: the calendar has a longer one
		}
	})
	if a := p.send("/api/v1/shifts/sign", sign); a.status != http.StatusOK || !strings.Contains(a.body, `"good":9600`) {
		t.Fatalf("%d %s", a.status, a.body)
	}
	w.user("Otto", plant.Operator)
	otto := w.signedIn("Otto")
	if body := otto.get(page).body; !strings.Contains(body, "was signed by") || strings.Contains(body, `id="say-why"`) {
		t.Error("the page of the stop does not say that the shift is signed")
	}
	w.lines.change("filling-1", func(snap *oee.Snapshot) { snap.Segments[0].Good += plant.Pieces(7) })
	day := url.Values{"line": {"filling-1"}, "from": {s.From.Format(time.RFC3339)}, "to": {s.To.Format(time.RFC3339)}}.Encode()
	if a := p.get("/api/v1/shifts/signed?" + day); !strings.Contains(a.body, `"late":"7 good pieces more"`) {
		t.Errorf("what came late is not told: %s", a.body)
	}
	again := fmt.Sprintf(`{"line":"filling-1","at":%q,"why":"seven came late"}`, s.From.Format(time.RFC3339))
	if a := p.send("/api/v1/shifts/reopen", again); a.status != http.StatusNoContent {
		t.Errorf("%d %s", a.status, a.body)
	}
	if e := w.trail("shift.reopen"); len(e) != 1 || e[0].Why != "seven came late" {
		t.Errorf("audited as %+v", e)
	}
}
