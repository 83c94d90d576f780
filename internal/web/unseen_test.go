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

// Pieces that were made while nobody saw the line are counted in the first segment after: its pieces take as long as any,
// and it is not ahead by them.
func TestPiecesOfUnseenTimeAreToldApart(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	var last oee.Segment
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		x := &s.Segments[2]
		x.Good += plant.Pieces(1000)
		x.Ideal, x.Unseen = x.Ideal+600*time.Second, 600*time.Second
		last = *x
		s.Classic = oee.Measure(s.Window, s.Segments)
		s.Target += plant.Pieces(1000)
	})
	v := w.signedIn("Vera")
	a := v.get("/line/filling-1/segment?at=" + micros(last.From))
	if page := plain(a.body); a.status != http.StatusOK || !strings.Contains(page, "0.6 s each") || !strings.Contains(page, "10.0 min: these pieces were made while nobody saw the line") {
		t.Errorf("%d, the segment is %s", a.status, page)
	}
	page := plain(v.get("/line/filling-1").body)
	for _, want := range []string{"98.0 min ÷ 105.0 min = 93.3 %", "Ideal time of the pieces of seen time", "120.0 min ÷ 0.6 s + 1000 = 13000"} {
		if !strings.Contains(page, want) {
			t.Errorf("the line's page lacks %q", want)
		}
	}
	file := v.get("/segments/export.csv" + w.morningOf("filling-1")).body
	if head, rest, _ := strings.Cut(file, "\n"); !strings.HasSuffix(strings.TrimSpace(head), ",ideal-seconds,unseen-ideal-seconds,estimated") || !strings.Contains(rest, ",600,") {
		t.Errorf("the file of the segments: %s", file)
	}
	var got struct{ Performance, Quality, Ideal, Unseen float64 }
	b := w.sender()
	b.read("/api/v1/oee?line=filling-1", &got)
	if got.Unseen != 600 || got.Ideal != 6480 || got.Performance != 5880.0/6300 || got.Quality != 10600.0/10800 {
		t.Errorf("its OEE is %+v", got)
	}
	var f figures
	b.read("/api/v1/kpi?line=filling-1&"+url.Values{"from": {last.From.Add(-75 * time.Minute).Format(time.RFC3339)}, "to": {last.To.Format(time.RFC3339)}}.Encode(), &f)
	if p, q := f.of(t, 0, "performance"), f.of(t, 0, "quality"); *p.Value != got.Performance || *q.Value != got.Quality {
		t.Errorf("as a key figure performance is %v, quality %v", *p.Value, *q.Value)
	}
}
