package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/internal/access"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/internal/plant/reason"
	"millwright/internal/web"
)

// stood has filling-1 stand for five minutes in each of the last hours, the newest first, and its product change a few
// seconds before every second stop. It runs faster than its ideal: 6600 pieces in 55 minutes are two a second.
func (w *world) stood(hours int) (stops []time.Time) {
	w.t.Helper()
	now := w.clock.now().UTC().Truncate(time.Second)
	product, _ := w.tags.Find("filling-1/filler/product")
	var batch []tag.Sample
	var segments []oee.Segment
	for i := range hours {
		at := now.Add(time.Duration(i-hours)*time.Hour + 55*time.Minute)
		run := oee.Segment{Line: "filling-1", From: at.Add(-55 * time.Minute), To: at, Category: oee.Running, Product: "COLA-05", Good: plant.Pieces(6600), Shift: "Early", Date: at.Format(time.DateOnly)}
		stop := run
		stop.From, stop.To, stop.Category, stop.Good, stop.Unit = at, at.Add(5*time.Minute), oee.Breakdown, 0, "filling-1/filler"
		segments = append(segments, run, stop)
		stops = append(stops, at)
		for k, v := range []string{"warm", []string{"warm", "cold"}[i%2]} {
			batch = append(batch, tag.Sample{Tag: product, Time: at.Add(time.Duration(k-2) * 10 * time.Second), Value: tag.TextValue(v)})
		}
	}
	if refused, err := w.archive.Append(w.t.Context(), w.clock.now(), batch); err != nil || len(refused) > 0 {
		w.t.Fatal(err, refused)
	}
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		s.Segments, s.Window = segments, plant.Span{From: segments[0].From, To: now}
	})
	return stops
}

// tick ticks the stops of the queue that began at some times, and gives the form.
func (b *browser) tick(page string, at ...time.Time) url.Values {
	b.w.t.Helper()
	body := b.get(page).body
	_, form, ok := strings.Cut(body, `<form class="sheet" method="post"`)
	if !ok {
		b.w.t.Fatalf("%s has no queue: %s", page, body)
	}
	f := url.Values{"key": {between(form, `name="key" value="`, `"`)}}
	for _, t := range at {
		prefix := fmt.Sprintf(`value="filling-1/%d/`, t.UnixMicro())
		rest := between(form, prefix, `"`)
		if rest == "" {
			b.w.t.Fatalf("the stop at %s is not in the queue", t)
		}
		f.Add("stop", fmt.Sprintf("filling-1/%d/%s", t.UnixMicro(), rest))
	}
	return f
}

func TestSeveralStopsAreExplainedAtOnce(t *testing.T) {
	w := newWorld(t, worth)
	w.user("Otto", plant.Operator)
	otto := w.signedIn("Otto")
	stops := w.stood(6)
	body := plain(otto.get("/unexplained?line=filling-1").body)
	for _, want := range []string{"<span class=\"figure-value\">6</span>", "30 min", "600.00", "100.00 EUR", "Filler"} { // six of five minutes at 1200 an hour
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	f := otto.tick("/unexplained?line=filling-1", stops[0], stops[2], stops[4])
	f.Set("reason", "jam")
	f.Set("comment", "film of lot 7")
	for range 2 { // sent twice it is said once
		a := otto.post("/unexplained?line=filling-1", f)
		if a.status != http.StatusSeeOther || a.header.Get("Location") != "/unexplained?line=filling-1&explained=3" {
			t.Fatalf("%d %s %s", a.status, a.header.Get("Location"), a.body)
		}
	}
	if e := w.trail("edit.reason"); len(e) != 3 || e[0].Who.Name != "Otto" || !strings.Contains(e[0].New, "jam") {
		t.Errorf("%d are in the audit", len(e))
	}
	body = otto.get("/unexplained?line=filling-1&explained=3").body
	if !strings.Contains(body, "3 stops are explained.") || strings.Contains(body, fmt.Sprint(stops[0].UnixMicro())) || !strings.Contains(body, fmt.Sprint(stops[1].UnixMicro())) {
		t.Error("what was explained is still there, or the rest is not")
	}
	if page := otto.get(fmt.Sprintf("/line/filling-1/stop?at=%d", stops[2].UnixMicro())).body; !strings.Contains(page, "film of lot 7") {
		t.Error("the comment is not kept")
	}
}

func TestWhatIsWrongWithTheQueuesFormIsTold(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	w.user("Vera", plant.Viewer)
	otto := w.signedIn("Otto")
	stops := w.stood(3)
	one := otto.tick("/unexplained", stops[0])
	for name, c := range map[string]struct {
		set    url.Values
		status int
		want   []string
	}{
		"nothing ticked":          {url.Values{"key": one["key"], "reason": {"jam"}, "comment": {"kept words"}}, 422, []string{"Tick the stops", `value="kept words"`, `<option value="jam" selected`}},
		"no reason":               {url.Values{"key": one["key"], "stop": one["stop"]}, 422, []string{"Choose a reason.", `id="reason-fault"`, "checked"}},
		"a reason of nowhere":     {url.Values{"key": one["key"], "stop": one["stop"], "reason": {"x"}}, 422, []string{"can be given at Filling-1"}},
		"a novel":                 {url.Values{"key": one["key"], "stop": one["stop"], "reason": {"jam"}, "comment": {strings.Repeat("x", 501)}}, 422, []string{"under 500", `id="comment-fault"`}},
		"a stop that is none":     {url.Values{"key": one["key"], "stop": {"filling-1/1/2"}, "reason": {"jam"}}, 422, []string{"which stop"}},
		"of no line":              {url.Values{"key": one["key"], "stop": {"nowhere/1/2/3"}, "reason": {"jam"}}, 404, nil},
		"of a running time":       {url.Values{"key": one["key"], "stop": {fmt.Sprintf("filling-1/%d/%d/0", stops[0].Add(-time.Hour/2).UnixMicro(), stops[0].Add(-time.Hour/3).UnixMicro())}, "reason": {"jam"}}, 409, []string{"did not stand then"}},
		"a suggestion of nothing": {url.Values{"take": {"jam"}}, 422, []string{"which stop"}},
	} {
		a := otto.post("/unexplained", c.set)
		if a.status != c.status {
			t.Errorf("%s: %d", name, a.status)
		}
		for _, want := range c.want {
			if !strings.Contains(a.body, want) {
				t.Errorf("%s: the page does not say %q", name, want)
			}
		}
	}
	if e := w.trail("edit.reason"); len(e) != 0 {
		t.Errorf("%d are in the audit", len(e))
	}
	for _, query := range []string{"?days=8", "?days=x", "?sort=mood", "?line=nowhere"} {
		if a := otto.get("/unexplained" + query); a.status != http.StatusUnprocessableEntity && a.status != http.StatusNotFound {
			t.Errorf("%s: %d", query, a.status)
		}
	}
	vera := w.signedIn("Vera")
	if body := vera.get("/unexplained").body; strings.Contains(body, `name="stop"`) || !strings.Contains(body, stops[0].In(berlin(t)).Format("15:04")) {
		t.Error("a viewer may tick, or sees no stops")
	}
	if a := vera.post("/unexplained", one); a.status != http.StatusForbidden {
		t.Errorf("a viewer explains: %d", a.status)
	}
}

// Where somebody was faster, that stop is shown again with both versions; the others are kept.
func TestTheQueueTellsWhoWasFaster(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	w.user("Mara", plant.Manager)
	otto, mara := w.signedIn("Otto"), w.signedIn("Mara")
	stops := w.stood(3)
	f := otto.tick("/unexplained", stops[0], stops[1])
	f.Set("reason", "jam")
	g := mara.tick("/unexplained", stops[1])
	g.Set("reason", "sensor")
	if a := mara.post("/unexplained", g); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	a := otto.post("/unexplained", f)
	for _, want := range []string{"Mara said meanwhile: Reason: Sensor", "Yours was: Reason: Film jam", "1 stop is explained; what is not stands below."} {
		if a.status != http.StatusConflict || !strings.Contains(a.body, want) {
			t.Errorf("%d: the page does not say %q", a.status, want)
		}
	}
	if e := w.trail("edit.reason"); len(e) != 2 {
		t.Errorf("%d are in the audit", len(e))
	}
}

// An operator of one hall explains its stops, and sees no others.
func TestTheQueueEndsAtTheReach(t *testing.T) {
	w := newWorld(t)
	stops := w.stood(2)
	hanna := w.granted("Hanna", plant.Grant{At: "ulm/packing", Role: plant.Operator})
	body := hanna.get("/unexplained").body
	if strings.Contains(body, "filling-1") || !strings.Contains(body, `value="packing-1/`) {
		t.Error("another hall's stops are there, or one's own are not")
	}
	if a := hanna.post("/unexplained", url.Values{"stop": {fmt.Sprintf("filling-1/%d/%d/0", stops[0].UnixMicro(), stops[0].Add(5*time.Minute).UnixMicro())}, "reason": {"jam"}}); a.status != http.StatusNotFound {
		t.Errorf("%d", a.status)
	}
	if a := hanna.get("/health"); a.status != http.StatusOK || strings.Contains(a.body, "Filling-1") || !strings.Contains(a.body, "Packing-1") {
		t.Errorf("%d", a.status)
	}
	otto := w.granted("Otto", plant.Grant{At: "ulm/packing", Role: plant.Operator}, plant.Grant{At: "ulm/filling", Role: plant.Viewer})
	if a := otto.post("/unexplained", url.Values{"stop": {fmt.Sprintf("filling-1/%d/%d/0", stops[0].UnixMicro(), stops[0].Add(5*time.Minute).UnixMicro())}, "reason": {"jam"}}); a.status != http.StatusForbidden {
		t.Errorf("of a line to look at: %d", a.status)
	}
}

// What is learned from stops that people explained is suggested for others, wherever they are explained.
func TestReasonsAreSuggested(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	otto := w.signedIn("Otto")
	stops := w.stood(20)
	if body := otto.get("/unexplained").body; strings.Contains(body, "Suggested by") {
		t.Error("something is suggested of which nothing is known")
	}
	for i, why := range []string{"sensor", "jam"} { // cold is a jam
		var mine []time.Time
		for k := i; k < 16; k += 2 {
			mine = append(mine, stops[k])
		}
		f := otto.tick("/unexplained", mine...)
		f.Set("reason", why)
		if a := otto.post("/unexplained", f); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	w.health.Round(t.Context())
	why := "Before 8 of 8 stops with this reason Filler: Product went to cold."
	cold := stops[17]
	page := fmt.Sprintf("/line/filling-1/stop?at=%d", cold.UnixMicro())
	for _, at := range []string{"/unexplained", page, terminal + fmt.Sprintf("?at=%d", cold.UnixMicro())} {
		if body := otto.get(at).body; !strings.Contains(body, why) || !strings.Contains(body, "right for 15 of 15 stops so far") {
			t.Errorf("%s does not suggest it: %s", at, between(body, "Suggested by", "</fieldset>"))
		}
	}
	var out struct {
		Count int
		Stops []struct {
			From        time.Time
			Suggestions []struct {
				Reason  struct{ ID string }
				Grounds []struct{ Name, Value string }
			}
		}
	}
	w.scoped([]access.Scope{access.Read}).read("/api/v1/unexplained?line=filling-1", &out)
	if out.Count != 4 || len(out.Stops) != 4 || out.Stops[1].Suggestions[0].Reason.ID != "jam" || out.Stops[1].Suggestions[0].Grounds[0].Name != "filling-1/filler/product" {
		t.Errorf("%+v", out)
	}
	body := otto.get("/unexplained").body
	take := fmt.Sprintf("filling-1/%d/%d/0/jam", cold.UnixMicro(), cold.Add(5*time.Minute).UnixMicro())
	if !strings.Contains(body, `name="take" value="`+take+`"`) {
		t.Fatal("the queue has no button for it")
	}
	if a := otto.post("/unexplained", url.Values{"key": {"k"}, "take": {take}, "reason": {"sensor"}}); a.status != http.StatusSeeOther { // what is chosen below is for what is ticked
		t.Fatalf("%d %s", a.status, a.body)
	}
	if body := otto.get(page).body; !strings.Contains(body, "Reason: Film jam") || strings.Contains(body, "Suggested by") {
		t.Error("the suggestion was not taken, or is still made")
	}
	if a := otto.post("/line/filling-1/stop", otto.formWith(fmt.Sprintf("/line/filling-1/stop?at=%d", stops[19].UnixMicro()), `class="suggest"`)); a.status != http.StatusUnprocessableEntity {
		t.Errorf("without its button: %d", a.status)
	}
}

func TestTheHealthOfALineIsShown(t *testing.T) {
	w := newWorld(t, worth, func(d *web.Deps) {
		l := &d.Plant.Sites[0].Areas[0].Lines[0]
		l.Codes = map[plant.UnitID]reason.Layers{"filling-1/filler": {{Exact: map[string]reason.ID{"E-7": "sensor"}}}}
	})
	stops := w.stood(24)
	w.lines.change("filling-1", func(s *oee.Snapshot) { s.Segments[5].Fault = "E-7" }) // the third stop
	w.user("Mara", plant.Manager)
	w.user("Vera", plant.Viewer)
	mara := w.signedIn("Mara")
	say := func(why string, at ...time.Time) {
		t.Helper()
		var values []string
		for _, x := range at {
			values = append(values, fmt.Sprintf("filling-1/%d/%d/0", x.UnixMicro(), x.Add(5*time.Minute).UnixMicro()))
		}
		if a := mara.post("/unexplained", url.Values{"key": {why}, "stop": values, "reason": {why}}); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	say("jam", stops[2], stops[23])
	say("technical", stops[1])
	page := plain(mara.get("/line/filling-1/health").body)
	for _, want := range []string{
		"Runs at 120.0 % of its ideal for 55 min on ", "the ideal cycle is too slow; 500 ms would fit.", "24 stretches", "of 24, 87.5 % of the time", "Propose 500 ms",
		"E-7", "Sensor", "Film jam", "Mara", cells("24", "120.0"), "Later than 8 h", "While it stood", "21 stops", "1 stop.",
	} {
		if want == "1 stop." {
			continue
		}
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	vera := w.signedIn("Vera")
	if body := vera.get("/line/filling-1/health").body; strings.Contains(body, "Mara") || !strings.Contains(body, "E-7") {
		t.Error("a viewer sees who said what, or not what was said")
	}
	for _, query := range []string{"?days=7", "?days=90&late=120", "?late=5"} {
		if a := vera.get("/line/filling-1/health" + query); a.status != http.StatusOK {
			t.Errorf("%s: %d", query, a.status)
		}
	}
	for _, query := range []string{"?days=1", "?late=0", "?late=x"} {
		if a := vera.get("/line/filling-1/health" + query); a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", query, a.status)
		}
	}
	all := plain(vera.get("/health").body)
	for _, want := range []string{"COLA-05: runs at 120.0 % of its ideal", "87.5 % of the breakdown time has no reason: 21 stops.", "Nothing to mend was found."} {
		if !strings.Contains(all, want) {
			t.Errorf("the page of all lines lacks %q", want)
		}
	}
	w.health.Round(t.Context())
	if body := vera.get("/line/filling-1").body; !strings.Contains(body, "2 findings") {
		t.Error("the page of the line does not count them")
	}
	var out struct {
		Lines []struct {
			Line     string
			Findings []struct{ What string }
			Cycles   []struct {
				Verdict        string
				Fitting, Speed float64
			}
			Reasons struct{ Stops, None, Vague, Machine, People, Late, Contradict int }
		}
	}
	w.scoped([]access.Scope{access.Read}).read("/api/v1/health?line=filling-1", &out)
	if len(out.Lines) != 1 || len(out.Lines[0].Findings) != 2 || out.Lines[0].Cycles[0].Verdict != "too-slow" || out.Lines[0].Cycles[0].Fitting != 0.5 {
		t.Fatalf("%+v", out)
	}
	if r := out.Lines[0].Reasons; r.Stops != 24 || r.None != 21 || r.Vague != 1 || r.People != 3 || r.Late != 2 || r.Contradict != 1 {
		t.Errorf("%+v", r)
	}
}

func TestAProposedCycleIsFilledIn(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	ada := w.signedIn("Ada")
	for query, want := range map[string][]string{
		"?product=COLA-05&cycle=500ms":     {`id="product-0" name="product-0" type="text"`, `value="500"`, "Proposed for COLA-05: 500 ms"},
		"?product=COLA-10&cycle=1.94s":     {`value="COLA-10"`, `value="1.94"`, "Proposed for COLA-10: 1.94 s"},
		"?product=COLA-05&cycle=soon":      {`value="600"`},
		"?product=%3Cscript%3E&cycle=1s":   {"&lt;script&gt;"},
		"?product=COLA-05&cycle=99999999h": {`value="600"`},
	} {
		a := ada.get("/admin/lines/filling-1" + query)
		for _, w := range want {
			if a.status != http.StatusOK || !strings.Contains(a.body, w) {
				t.Errorf("%s: %d, the form lacks %q", query, a.status, w)
			}
		}
	}
	f := ada.formWith("/admin/lines/filling-1?product=COLA-05&cycle=500ms", `name="cycle-0"`)
	if a := ada.post("/admin/lines/filling-1/rates", f); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if body := ada.get("/admin/lines/filling-1").body; !strings.Contains(body, `value="500"`) {
		t.Error("the proposal is not in the draft")
	}
}
