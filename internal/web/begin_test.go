package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// cameIn lets a line begin an hour and a half into its shift, and run on while it is looked at; it gives when, and up to when
// it is asked.
func (w *world) cameIn(id plant.LineID) (begin, end time.Time) {
	w.lines.change(id, func(s *oee.Snapshot) {
		begin, end = s.Window.From.Add(90*time.Minute), s.Window.To
		s.Window.From = begin
		s.Window.To = end.Add(time.Hour)
		s.Segments[len(s.Segments)-1].To = s.Window.To
		for s.Segments[0].To.Before(begin) || s.Segments[0].To.Equal(begin) {
			s.Segments = s.Segments[1:]
		}
		s.Segments[0] = s.Segments[0].Part(s.Window)
		s.Classic = oee.Measure(s.Window, s.Segments)
	})
	w.lines.mu.Lock()
	defer w.lines.mu.Unlock()
	w.lines.begins[id] = begin
	return begin, end
}

// What was before a line came in is not unknown: it is none of the line's time, in whatever is asked.
func TestAQuestionAboutALineBeginsWhereTheLineDoes(t *testing.T) {
	w := newWorld(t)
	begin, end := w.cameIn("filling-1")
	b := w.sender()
	own := end.Sub(begin).Seconds()
	all := func(f figures) (seconds float64) {
		for i := range f.Groups {
			for _, s := range f.Groups[i].Seconds {
				seconds += s
			}
			if f.Groups[i].Seconds["no data"] != 0 || f.Groups[i].Confidence == nil || f.Groups[i].Confidence.Grade == "low" && f.of(t, i, "oee").Low != nil {
				t.Errorf("%+v is not known", f.Groups[i])
			}
		}
		return seconds
	}
	month := url.Values{"from": {begin.AddDate(0, -1, 0).Format(time.RFC3339)}, "to": {end.Format(time.RFC3339)}}.Encode()
	for _, by := range []string{"", "line", "day", "week", "month", "shift", "hour", "line,month"} {
		var got figures
		b.read("/api/v1/kpi?line=filling-1&by="+by+"&"+month, &got)
		if seconds := all(got); len(got.Groups) == 0 || seconds != own {
			t.Errorf("by %q: %v s in %d groups, and it has been there for %v s", by, seconds, len(got.Groups), own)
		}
	}
	var before figures
	b.read("/api/v1/kpi?line=filling-1&"+url.Values{"from": {begin.AddDate(0, -1, 0).Format(time.RFC3339)}, "to": {begin.Format(time.RFC3339)}}.Encode(), &before)
	if len(before.Groups) != 0 {
		t.Errorf("before it came in there is %+v", before.Groups)
	}
	var one struct {
		From    time.Time
		Low     *float64
		Seconds map[string]float64
	}
	b.read("/api/v1/oee?line=filling-1&"+url.Values{"from": {begin.Add(-80 * time.Hour).Format(time.RFC3339)}, "to": {end.Format(time.RFC3339)}}.Encode(), &one)
	if !one.From.Equal(begin) || one.Low != nil || one.Seconds["no data"] != 0 {
		t.Errorf("its OEE is %+v", one)
	}
	var lens struct {
		Definitions []struct {
			Unknown float64 `json:"unknownSeconds"`
		}
	}
	b.read("/api/v1/kpi/lens?line=filling-1&"+url.Values{"from": {begin.Add(-80 * time.Hour).Format(time.RFC3339)}, "to": {end.Format(time.RFC3339)}}.Encode(), &lens)
	for _, d := range lens.Definitions {
		if d.Unknown != 0 {
			t.Errorf("the lens sees %v s of which nothing is known", d.Unknown)
		}
	}
}

func TestPagesAboutALineBeginWhereTheLineDoes(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	begin, _ := w.cameIn("filling-1")
	v := w.signedIn("Vera")
	for _, page := range []string{"/losses?range=month&line=filling-1", "/losses?range=week&line=filling-1&then=before", "/figures?range=month&line=filling-1", "/figures?range=month&line=filling-1&each=day", "/losses/lens?range=week&line=filling-1"} {
		a := v.get(page)
		if a.status != http.StatusOK || strings.Contains(a.body, "the time is not known") || strings.Contains(a.body, "there is no data") {
			t.Errorf("%s: %d, and something is not known", page, a.status)
		}
	}
	date := begin.AddDate(0, 0, -20).Format(time.DateOnly)
	for _, page := range []string{"/figures", "/losses"} {
		if a := v.get(page + "?range=custom&line=filling-1&" + url.Values{"from": {date}, "to": {date}}.Encode()); a.status != http.StatusOK || !strings.Contains(a.body, "Nothing is known of that time") {
			t.Errorf("%s of a time before the line: %d", page, a.status)
		}
	}
	a := v.get("/line/filling-1/shift")
	rows := hourRow.FindAllStringSubmatch(a.body, -1)
	if a.status != http.StatusOK || len(rows) == 0 || strings.Contains(rows[0][1], begin.Add(-90*time.Minute).Format("15:04")+"–") {
		t.Errorf("%d, the shift's hours are %q", a.status, rows)
	}
	if strings.Contains(a.body, "No data") {
		t.Error("the hour in which the line came in is not known in part")
	}
	if !strings.Contains(a.body, "The line&#39;s time begins at") {
		t.Error("the page does not say why the shift begins late")
	}
}
