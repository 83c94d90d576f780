package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/internal/web"
)

type figure struct {
	ID        string
	Value     *float64
	Low, High *float64
	Formula   string
	Terms     []struct {
		Sign, Name string
		Value      *float64
		Parts      []struct{ Name, Category string }
	}
	Note string
}

type figures struct {
	Groups []struct {
		Period, Name string
		Sides        map[string]string
		Seconds      map[string]float64
		Stops        map[string]int
		Good         float64
		KPIs         []figure
		Confidence   *struct{ Grade string }
		Money        *struct{ Currency, Lost string }
		Then         *struct{ Good float64 }
	}
}

func (f *figures) of(t *testing.T, group int, id string) figure {
	t.Helper()
	for _, k := range f.Groups[group].KPIs {
		if k.ID == id {
			return k
		}
	}
	t.Fatalf("there is no %s in %+v", id, f.Groups[group])
	return figure{}
}

func TestKeyFiguresOfPeriods(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	s, _ := w.lines.Snapshot("filling-1")
	span := url.Values{"from": {s.Window.From.Format(time.RFC3339)}, "to": {s.Window.To.Format(time.RFC3339)}}.Encode()
	var got figures
	b.read("/api/v1/kpi?formulas=true&line=filling-1&by=line&"+span, &got)
	if len(got.Groups) != 1 || got.Groups[0].Name != "filling-1" || got.Groups[0].Good != 9600 || got.Groups[0].Seconds["breakdown"] != 900 || got.Groups[0].Stops["breakdown"] != 1 {
		t.Fatalf("%+v", got)
	}
	var shift struct{ OEE, Availability float64 }
	b.read("/api/v1/oee?line=filling-1", &shift)
	whole, a := got.of(t, 0, "oee"), got.of(t, 0, "availability")
	if *whole.Value != shift.OEE || *a.Value != shift.Availability {
		t.Errorf("OEE is %v and %v of /api/v1/oee", *whole.Value, shift)
	}
	if a.Formula != "Run time ÷ planned production time" || len(a.Terms) != 2 || *a.Terms[0].Value != 6300 || a.Terms[1].Sign != "÷" || a.Terms[1].Parts[0].Category != "breakdown" {
		t.Errorf("the formula of availability is %+v", a)
	}
	if k := got.of(t, 0, "rework-ratio"); k.Value != nil || k.Note == "" {
		t.Errorf("what nobody counts is %+v", k)
	}
	if got.Groups[0].Confidence == nil || got.Groups[0].Confidence.Grade == "" || got.Groups[0].Money != nil {
		t.Errorf("confidence and money are %+v", got.Groups[0])
	}
	got = figures{}
	b.read("/api/v1/kpi?kpi=oee&by=day,product&"+span+"&"+strings.NewReplacer("from", "thenFrom", "to", "thenTo").Replace(span), &got)
	for _, g := range got.Groups {
		if len(g.KPIs) != 1 || g.KPIs[0].Formula != "" || g.Then == nil || g.Then.Good != g.Good || g.Period == "" {
			t.Errorf("%+v", g)
		}
	}
	date := s.Shift.Date
	got = figures{}
	b.read("/api/v1/kpi?by=shift&line=filling-1&from="+date+"&to="+date, &got)
	found := false
	for i, g := range got.Groups {
		if g.Period == date+" Early" {
			found = *got.of(t, i, "oee").Value == shift.OEE
		}
	}
	if !found {
		t.Errorf("by shift of a date: %+v", got.Groups)
	}
}

func TestKeyFiguresByReasonAndLine(t *testing.T) {
	w := newWorld(t)
	for _, line := range []plant.LineID{"filling-1", "packing-1"} {
		w.lines.change(line, func(s *oee.Snapshot) { s.Segments[1].Reason, s.Segments[1].By = "jam", "Otto" })
	}
	b := w.sender()
	s, _ := w.lines.Snapshot("filling-1")
	span := url.Values{"from": {s.Window.From.Format(time.RFC3339)}, "to": {s.Window.To.Format(time.RFC3339)}}.Encode()
	for by, want := range map[string]struct {
		groups, seconds int
		line            string
	}{"reason": {2, 1800, ""}, "line,reason": {4, 900, "filling-1"}} {
		var got figures
		b.read("/api/v1/kpi?by="+by+"&"+span, &got)
		found := 0
		for i, g := range got.Groups {
			if g.Name != "jam" && (g.Sides["reason"] != "jam" || g.Sides["line"] != want.line) {
				continue
			}
			found++
			if lost := got.of(t, i, "loss-share"); g.Seconds["breakdown"] != float64(want.seconds) || lost.Value == nil || *lost.Value != 0.125 {
				t.Errorf("by %s: %+v", by, g)
			}
		}
		if found != 1 || len(got.Groups) != want.groups {
			t.Errorf("by %s: %d groups, %d of them of the jam", by, len(got.Groups), found)
		}
	}
}

func TestTheLensByTheAPI(t *testing.T) {
	w := newWorld(t)
	var got struct {
		Definitions []struct {
			ID           string
			OEE          *float64
			MovedSeconds float64
			Moves        []struct {
				Category, From, To string
				Spans              []struct{ From, To time.Time }
			}
		}
	}
	w.sender().read("/api/v1/kpi/lens?line=filling-1&against=micro-stops", &got)
	if len(got.Definitions) != 9 || got.Definitions[0].ID != "classic" || got.Definitions[0].OEE == nil {
		t.Errorf("%+v", got)
	}
}

func TestQuestionsForKeyFiguresThatMakeNoSense(t *testing.T) {
	w := newWorld(t)
	b := w.sender()
	day := "from=2026-03-01&to=2026-03-02"
	for path, want := range map[string]int{
		"/api/v1/kpi?by=line": 422, "/api/v1/kpi?from=2026-03-01&to=2026-03-01T00:00:00Z": 422, "/api/v1/kpi?from=2026-03-02&to=2026-03-01": 422,
		"/api/v1/kpi?from=2020-01-01&to=2026-03-01": 422, "/api/v1/kpi?from=2999-01-01&to=2999-01-02": 422, "/api/v1/kpi?by=colour&" + day: 422,
		"/api/v1/kpi?line=nope&" + day: 404, "/api/v1/kpi?kpi=nope&" + day: 422, "/api/v1/kpi?demand=-1&" + day: 422, "/api/v1/kpi?thenFrom=2026-03-01&" + day: 422,
		"/api/v1/kpi/lens": 422, "/api/v1/kpi/lens?line=nope": 404, "/api/v1/kpi/lens?line=filling-1&against=nope": 422,
		"/api/v1/kpi/lens?line=filling-1&from=2026-03-01T00:00:00Z&to=2026-03-31T00:00:00Z": 422,
	} {
		if a := b.get(path); a.status != want || !strings.Contains(a.header.Get("Content-Type"), "problem+json") {
			t.Errorf("%s: %d %s, want %d", path, a.status, a.body, want)
		}
	}
}

func TestAClockThatIsOffLowersTheFiguresOfItsLines(t *testing.T) {
	s := sessions{}
	w := newWorld(t, connectedBy(&s), func(d *web.Deps) {
		for _, one := range d.Tags.All() {
			if strings.HasPrefix(one.Name, "filling-1/") {
				s = sessions{{Connection: one.Connection, Skewed: 1, Off: time.Hour}, {Connection: "of nobody", Skewed: 7}}
			}
		}
	})
	b, page := w.sender(), "/figures?line=filling-1&range=shift&period="
	b.get(page).mustSay(t, "1 reading was stamped out of reason")
	snap, _ := w.lines.Snapshot("filling-1")
	s[0].SkewedAt = snap.Window.From.Add(-48 * time.Hour)
	if strings.Contains(b.get(page).body, "out of reason") {
		t.Error("a clock that was set right before the time lowers its figures")
	}
}
