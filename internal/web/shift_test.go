package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
)

// aNight is a night shift in Berlin that began on a date at 22:00, six minutes of each hour down, and is over.
func (w *world) aNight(t *testing.T, date string) (window plant.Span, segments []oee.Segment) {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	day, err := time.ParseInLocation("2006-01-02 15:04", date+" 22:00", zone)
	if err != nil {
		t.Fatal(err)
	}
	window = plant.Span{From: day.UTC(), To: time.Date(day.Year(), day.Month(), day.Day()+1, 6, 0, 0, 0, zone).UTC()}
	seg := func(from time.Time, lasts time.Duration, c oee.Category, good int64) {
		segments = append(segments, oee.Segment{
			Line: "filling-1", From: from, To: from.Add(lasts), Category: c, Product: "COLA-05", Shift: "Night", Date: date,
			Good: plant.Pieces(good), Ideal: time.Duration(good) * 600 * time.Millisecond,
		})
	}
	for at := window.From; at.Before(window.To); at = at.Add(time.Hour) {
		seg(at, 6*time.Minute, oee.Breakdown, 0)
		seg(at.Add(6*time.Minute), 54*time.Minute, oee.Running, 5000+int64(at.Hour()))
	}
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		*s = oee.Snapshot{
			Line: "filling-1", At: window.To, Window: window, Segments: segments, Classic: oee.Measure(window, segments), Now: oee.NotScheduled,
			Shift: plant.Shift{Name: "Night", Date: date, From: window.From, To: window.To},
		}
	})
	return window, segments
}

var hourRow = regexp.MustCompile(`(?s)<tr><th scope="row">([^<]*)</th><td class="num">([^<]*)</td><td class="num">([^<]*)</td><td class="num[^"]*">([^<]*)</td><td class="num">([^<]*)</td><td class="num">([^<]*)</td></tr>`)

func TestAShiftHasItsHoursAndTheirSumsAreMeasured(t *testing.T) {
	for date, hours := range map[string]int{"2026-03-02": 8, "2026-03-28": 7, "2026-10-24": 9} {
		w := newWorld(t)
		w.user("Vera", plant.Viewer)
		window, segments := w.aNight(t, date)
		a := w.signedIn("Vera").get("/line/filling-1/shift")
		rows := hourRow.FindAllStringSubmatch(a.body, -1)
		if a.status != http.StatusOK || len(rows) != hours+1 {
			t.Fatalf("%s: %d, %d rows", date, a.status, len(rows))
		}
		for i, r := range rows {
			of := plant.Span{From: window.From.Add(time.Duration(i) * time.Hour), To: window.From.Add(time.Duration(i+1) * time.Hour)}
			lost := "6.0"
			if i == hours {
				of, lost = window, fmt.Sprintf("%d.0", 6*hours)
			}
			good := oee.Measure(of, segments).Good.Floor()
			target := int64(of.Duration() / (600 * time.Millisecond))
			bare := func(s string) string {
				return strings.NewReplacer("\u202f", "", "\u00a0", "", " ", "", ",", "").Replace(s)
			}
			if bare(r[2]) != fmt.Sprint(target) || bare(r[3]) != fmt.Sprint(good) || r[5] != "0" || bare(r[6]) != lost {
				t.Errorf("%s, row %d: %q; %d made", date, i, r[1:], good)
			}
		}
		if strings.Contains(a.body, "data-panel") {
			t.Errorf("%s: a shift that is over is pushed", date)
		}
		if clocks := strings.Contains(a.body, "CES"); clocks != (hours != 8) {
			t.Errorf("%s: the rows do not tell which clock", date)
		}
	}
}

// shiftForm reads the form on a shift's page that is posted to some address below it and does one thing.
func (b *browser) shiftForm(page, below, kind string) url.Values {
	b.w.t.Helper()
	a := b.get(page)
	for _, form := range strings.Split(a.body, "<form ")[1:] {
		form, _, _ = strings.Cut(form, "</form>")
		if f := fieldsOf(form); strings.Contains(form, `action="/line/filling-1/shift`+below+`"`) && f.Get("kind") == kind {
			return f
		}
	}
	return nil
}

func (b *browser) onShift(below string, f url.Values, set map[string]string) answer {
	b.w.t.Helper()
	if f == nil {
		b.w.t.Fatalf("there is no such form: %s", below)
	}
	for k, v := range set {
		f.Set(k, v)
	}
	return b.post("/line/filling-1/shift"+below, f)
}

const thePage = "/line/filling-1/shift"

func TestAnHourIsNotedAndTheNoteUndone(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	w.user("Vera", plant.Viewer)
	w.aNight(t, "2026-03-02")
	otto := w.signedIn("Otto")
	f := otto.shiftForm(thePage, "", "note")
	field := "note-" + f.Get("hour")
	if a := otto.onShift("", f, map[string]string{field: strings.Repeat("x", 501)}); a.status != http.StatusUnprocessableEntity ||
		!strings.Contains(a.body, "under 500") || !strings.Contains(a.body, strings.Repeat("x", 501)+"</textarea>") || !strings.Contains(a.body, `id="`+field+`-fault"`) {
		t.Errorf("%d: what was typed is not shown with what is wrong", a.status)
	}
	if a := otto.onShift("", f, map[string]string{"hour": "12"}); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a note of no hour: %d", a.status)
	}
	f = otto.shiftForm(thePage, "", "note")
	for range 2 { // sent twice it is said once
		if a := otto.onShift("", f, map[string]string{field: "film <changed>"}); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	vera := w.signedIn("Vera")
	body := vera.get(thePage).body
	if n := strings.Count(body, "film &lt;changed&gt;"); n != 2 { // in its hour, and among what people said
		t.Errorf("the note stands there %d times", n)
	}
	if strings.Contains(body, "Save the note") || strings.Contains(body, ">Undo") {
		t.Error("a viewer is offered to write")
	}
	if a := otto.onShift("", otto.shiftForm(thePage, "", "undo"), nil); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if body := vera.get(thePage).body; strings.Count(body, "film &lt;changed&gt;") != 1 || !strings.Contains(body, "undone by Otto") {
		t.Error("what was undone still counts, or is not told")
	}
	for _, at := range []string{"x", "-99999999999999999", "9223372036854775807"} {
		if a := vera.get(thePage + "?at=" + at); a.status != http.StatusUnprocessableEntity {
			t.Errorf("at %q: %d", at, a.status)
		}
	}
	if a := vera.get(thePage + "?at=1000000000000000"); a.status != http.StatusNotFound { // 2001
		t.Errorf("a shift that nobody knows: %d", a.status)
	}
}

func TestAShiftIsSignedHandedOverAndOpenedAgain(t *testing.T) {
	w := newWorld(t).running()
	w.user("Otto", plant.Operator)
	w.user("Mara", plant.Manager)
	w.aNight(t, "2026-03-02")
	otto, mara := w.signedIn("Otto"), w.signedIn("Mara")
	if otto.shiftForm(thePage, "/sign", "") != nil {
		t.Error("an operator is offered to sign")
	}
	seen := mara.shiftForm(thePage, "/sign", "")
	note := otto.shiftForm(thePage, "", "note")
	if a := otto.onShift("", note, map[string]string{"note-" + note.Get("hour"): "film changed"}); a.status != http.StatusSeeOther {
		t.Fatal(a.status)
	}
	a := mara.onShift("/sign", seen, map[string]string{"comment": "watch the film"})
	if a.status != http.StatusConflict || !strings.Contains(a.body, "look again before you sign") || !strings.Contains(a.body, "watch the film</textarea>") {
		t.Fatalf("signed what was not seen: %d", a.status)
	}
	if a := mara.onShift("/sign", mara.shiftForm(thePage, "/sign", ""), map[string]string{"comment": strings.Repeat("y", 501)}); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="comment-fault"`) {
		t.Errorf("a novel is signed: %d", a.status)
	}
	if a := mara.onShift("/sign", mara.shiftForm(thePage, "/sign", ""), map[string]string{"comment": "watch the film"}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	late := otto.shiftForm(thePage, "", "note")
	if late != nil {
		t.Error("a signed shift takes notes")
	}
	note.Set("key", "another")
	if a := otto.onShift("", note, map[string]string{"note-" + note.Get("hour"): "too late"}); a.status != http.StatusConflict || !strings.Contains(a.body, "You had written: too late") {
		t.Errorf("%d: what was typed is lost", a.status)
	}
	wall := w.display("/wall/line/filling-1")
	if body := wall.get("/wall/line/filling-1").body; !strings.Contains(body, "watch the film") || !strings.Contains(body, "Mara") {
		t.Error("the wall does not show the hand-over")
	}
	socket := otto.watch("wall/line/filling-1")
	if a := otto.onShift("/acknowledge", otto.shiftForm(thePage, "/acknowledge", ""), nil); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	socket.sees("wall/line/filling-1", "Night")
	if body := wall.get("/wall/line/filling-1").body; strings.Contains(body, "watch the film") {
		t.Error("the wall still shows what was acknowledged")
	}
	w.lines.change("filling-1", func(s *oee.Snapshot) { s.Segments[1].Good += plant.Pieces(7) })
	body := mara.get(thePage).body
	for _, want := range []string{"Mara, manager", "watch the film", "by Otto", "7 good pieces more"} {
		if !strings.Contains(body, want) {
			t.Errorf("the signed shift does not say %q", want)
		}
	}
	if a := mara.onShift("/reopen", mara.shiftForm(thePage, "/reopen", ""), nil); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, `id="why-fault"`) {
		t.Errorf("opened again without a reason: %d", a.status)
	}
	if a := mara.onShift("/reopen", mara.shiftForm(thePage, "/reopen", ""), map[string]string{"why": "seven came late"}); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if mara.shiftForm(thePage, "/sign", "") == nil || otto.shiftForm(thePage, "", "note") == nil {
		t.Error("the shift was not opened again")
	}
	if e := w.trail("shift.acknowledge"); len(e) != 1 || e[0].Who.Name != "Otto" {
		t.Errorf("audited as %+v", e)
	}
}

// Roles hold at the place: who may sign at one line may not at another.
func TestAShiftIsSignedWhereOneIsManager(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	w.aNight(t, "2026-03-02")
	gil := w.granted("Gil", plant.Grant{At: "ulm/packing", Role: plant.Manager}, plant.Grant{At: "ulm/filling", Role: plant.Operator})
	if gil.shiftForm(thePage, "/sign", "") != nil {
		t.Error("a manager of another line is offered to sign")
	}
	f := w.signedIn("Ada").shiftForm(thePage, "/sign", "")
	if a := gil.onShift("/sign", f, nil); a.status != http.StatusForbidden {
		t.Errorf("a manager of another line signs: %d", a.status)
	}
}

func TestARunningShiftShowsWhatIsAhead(t *testing.T) {
	w := newWorld(t)
	w.user("Mara", plant.Manager)
	mara := w.signedIn("Mara")
	a := mara.get(thePage)
	if rows := hourRow.FindAllStringSubmatch(a.body, -1); a.status != http.StatusOK || len(rows) != 9 || !strings.HasPrefix(rows[8][1], "Shift so far") {
		t.Fatalf("%d, %d rows", a.status, len(rows))
	}
	for _, want := range []string{"1 stop without a reason", "when it has ended", "Confidence"} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if mara.shiftForm(thePage, "/sign", "") != nil {
		t.Error("a running shift can be signed")
	}
}

func TestARunningShiftFollowsTheNews(t *testing.T) {
	w := newWorld(t).running()
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	page := b.get("/line/filling-1/shift").body
	var names []string
	for _, kind := range []string{"shift", "hour", "sum"} {
		name := between(page, `data-panel="line/filling-1/`+kind+"-", `"`)
		if name == "" {
			t.Fatalf("the page has no panel of its %s", kind)
		}
		names = append(names, "line/filling-1/"+kind+"-"+name)
	}
	s := b.watch(names...)
	s.sees(names[0], "Good pieces")
	s.sees(names[2], "Shift so far")
	w.lines.change("filling-1", func(o *oee.Snapshot) { o.Classic.Good = plant.Pieces(711) })
	w.news.Lines.Publish([]oee.Changed{{Line: "filling-1"}})
	s.sees(names[0], ">711<")
}

func TestAWallSaysThatTheReasonIsMissing(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	stop, page := w.theStop()
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		s.Segments, s.Window.To, s.At, s.Now = s.Segments[:2], stop.To, stop.To, oee.Breakdown
	})
	wall := w.display("/wall/line/filling-1")
	if body := wall.get("/wall/line/filling-1").body; !strings.Contains(body, "reason missing") {
		t.Error("the wall does not ask for a reason")
	}
	otto := w.signedIn("Otto")
	if a := otto.say(otto.formOf(page, "reason"), map[string]string{"reason": "jam"}); a.status != http.StatusSeeOther {
		t.Fatal(a.status)
	}
	if body := wall.get("/wall/line/filling-1").body; strings.Contains(body, "reason missing") || !strings.Contains(body, "Film jam") {
		t.Error("the wall does not say the reason")
	}
}

// A shift in which its calendar came into use begins there, and says why it is shorter than that calendar has it.
func TestAShiftThatBeginsLateSaysWhy(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	l, _ := thePlant(t).Line("filling-1")
	plan, ok := l.Calendar.At(w.clock.now())
	if s, _ := w.lines.Snapshot("filling-1"); !ok || !plan.From.Before(s.Window.From) {
		t.Fatalf("the calendar has %+v, the shift began at %s", plan, s.Window.From)
	}
	clock := func(at time.Time) string { return at.In(l.Calendar.Zone).Format("15:04") }
	s, _ := w.lines.Snapshot("filling-1")
	says(t, vera.get("/line/filling-1/shift"), "Its calendar has it from "+clock(plan.From), "goes by that calendar from "+clock(s.Window.From)+" on, so that it begins there")
	w.lines.change("filling-1", func(s *oee.Snapshot) { s.Segments[0].From, s.Window.From, s.Shift = plan.From, plan.From, plan })
	if body := vera.get("/line/filling-1/shift").body; strings.Contains(body, "begins there") {
		t.Error("a whole shift says that it begins late")
	}
}

// An hour has a mark that has a share of what people counted of several.
func TestPiecesCountedOverSeveralHoursAreEstimatedInEach(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	window, _ := w.aNight(t, "2026-03-02")
	otto := w.signedIn("Otto")
	if body := otto.get(thePage).body; strings.Contains(body, "≈") {
		t.Error("an hour is estimated of which nobody counted a piece")
	}
	for key, hours := range map[string][2]time.Duration{"one": {0, time.Hour}, "several": {2*time.Hour + 10*time.Minute, 4 * time.Hour}} {
		_, err := w.kept.Edits().Add(t.Context(), edit.Edit{
			Line: "filling-1", Kind: edit.Count, From: window.From.Add(hours[0]), To: window.From.Add(hours[1]), Good: plant.Pieces(60), Reject: plant.Pieces(6), By: plant.Person{Name: "Otto"}, At: window.To, Key: key,
		}, 0)
		if err != nil {
			t.Fatal(err)
		}
	}
	body := otto.get(thePage).body
	var marked []string
	for _, row := range hourRow.FindAllStringSubmatch(body, -1) {
		if strings.HasPrefix(row[3], "≈ ") && strings.HasPrefix(row[5], "≈ ") {
			marked = append(marked, row[1])
		}
	}
	if strings.Join(marked, " ") != "00:00–01:00 01:00–02:00" || !strings.Contains(body, "≈ is estimated: people counted") {
		t.Errorf("estimated are %q", marked)
	}
}
