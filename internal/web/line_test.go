package web_test

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

func TestAStopThatLastsTicksLikeItsState(t *testing.T) {
	w := newWorld(t).running()
	w.user("Vera", plant.Viewer)
	from := w.clock.now().Add(-3 * time.Second)
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		last := s.Segments[len(s.Segments)-1]
		last.From, last.To, last.Category, last.Fault, last.Good = from, w.clock.now(), oee.Breakdown, "E-9", 0
		s.Segments = append(s.Segments[:len(s.Segments)-1], last)
		s.Now, s.Since, s.Fault, s.Window.To = oee.Breakdown, from, "E-9", last.To
	})
	ticks := fmt.Sprintf(`data-since="%d"`, from.UnixMilli())
	b := w.signedIn("Vera")
	pushed := b.watch("line/filling-1/strip").sees("line/filling-1/strip", "E-9")
	for where, html := range map[string]string{"the page": panel(b.get("/line/filling-1").body, "line/filling-1/strip"), "what is pushed": pushed} {
		if !strings.Contains(html, ticks) || strings.Contains(html, "−") {
			t.Errorf("%s: the stop since %s has no clock, or is shorter than nothing: %s", where, from, html)
		}
	}
}

// panel cuts a panel out of a page.
func panel(page, name string) string {
	_, rest, _ := strings.Cut(page, `data-panel="`+name+`"`)
	html, _, _ := strings.Cut(rest, `data-panel="`)
	return html
}

func TestCountersAreGroupedInEveryTable(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	w.says("filling-1/packer/good", tag.UintValue(833424))
	b := w.signedIn("Vera")
	if page := b.get("/line/filling-1").body; !strings.Contains(page, "833\u202f424") || strings.Contains(page, "833424") {
		t.Error("a counter stands as a row of digits")
	}
	w.says("filling-1/packer/good", tag.UintValue(math.MaxUint64))
	if page := b.get("/line/filling-1").body; !strings.Contains(page, "18446744073709551615") {
		t.Error("the largest counter is not shown to the last digit")
	}
}

// A unit that counts all pieces shows that count, and says what good is made of.
func TestWhatGoodIsReckonedFromIsSaid(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	w.units.change("packing-1/filler", func(s *machine.Status) {
		s.Good, s.Reject, s.Total = machine.Count{}, machine.Count{}, machine.Count{Tag: 1, Total: 12345 * plant.One, Known: true}
	})
	if html := panel(b.get("/line/packing-1").body, "line/packing-1/units"); !strings.Contains(html, "12\u202f345") || !strings.Contains(html, "all pieces; no rejects are counted") {
		t.Errorf("without rejects: %s", html)
	}
	w.units.change("packing-1/filler", func(s *machine.Status) { s.Reject = machine.Count{Tag: 2, Total: 34 * plant.One, Known: true} })
	if html := panel(b.get("/line/packing-1").body, "line/packing-1/units"); !strings.Contains(html, "all pieces; good are these less rejected") {
		t.Errorf("with rejects: %s", html)
	}
	if html := panel(b.get("/line/filling-1").body, "line/filling-1/units"); strings.Contains(html, "all pieces") {
		t.Errorf("where good pieces are counted: %s", html)
	}
}

func TestAnHourWithoutAWordIsNotAnHourWithoutPieces(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		s.Segments = slices.Clone(s.Segments)
		s.Segments[0].Category, s.Segments[0].Good = oee.NoData, 0 // the shift's first hour
	})
	page := w.signedIn("Vera").get("/line/filling-1").body
	actual := regexp.MustCompile(`class="hour-actual">([^<]*)<`).FindAllStringSubmatch(page, 2)
	if len(actual) != 2 || actual[0][1] != "–" || actual[1][1] == "–" {
		t.Errorf("an hour without data and one with say %q", actual)
	}
}

// A line that runs below its low speed is named so on every page that shows what lines do.
func TestASlowLineIsNamedSo(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		s.Slow, s.Speed = w.clock.now().Add(-90*time.Second), oee.Ratio{Value: 0.724, OK: true}
	})
	b, wall := w.signedIn("Vera"), w.display("/wall/line/filling-1").get("/wall/line/filling-1")
	for name, page := range map[string]answer{"now": b.get("/"), "line": b.get("/line/filling-1"), "lines": b.get("/lines"), "wall": wall, "hall": w.display("/wall/hall/filling").get("/wall/hall/filling")} {
		if !strings.Contains(page.body, "tone-slow") || !strings.Contains(page.body, "<span>Slow</span>") && !strings.Contains(page.body, ">Slow<") {
			t.Errorf("%s does not name the line slow", name)
		}
		if name != "lines" && !strings.Contains(page.body, "72 % of the ideal speed") {
			t.Errorf("%s does not say how slow it is", name)
		}
	}
	w.lines.change("filling-1", func(s *oee.Snapshot) { s.Now = oee.Breakdown })
	if page := b.get("/line/filling-1"); strings.Contains(page.body, "of the ideal speed") {
		t.Error("a line that stands is slow")
	}
}

// Where a product has no ideal cycle, pages say so, and lead those to it who can give it one.
func TestAMissingIdealCycleIsTold(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	vera, ada := w.signedIn("Vera"), w.admin("Ada")
	for i, product := range []string{"<b>COLA", "", "B", "C"} {
		w.lines.change("filling-1", func(s *oee.Snapshot) {
			s.Segments = slices.Clone(s.Segments)
			extra := s.Segments[0]
			extra.Product, extra.Unrated = product, plant.Pieces(7)
			s.Segments = append(s.Segments, extra)
			s.Classic.Performance, s.Classic.OEE = oee.Ratio{}, oee.Ratio{}
		})
		want := []string{
			"No ideal cycle for &lt;b&gt;COLA on this line", "No ideal cycle for &lt;b&gt;COLA and what is made without a product&#39;s name on this line",
			"without a product&#39;s name and B on this line", "name and 2 other products on this line",
		}[i]
		vera.get("/").mustSay(t, want, `href="/line/filling-1#kpi"`)
		vera.get("/line/filling-1").mustSay(t, want, "performance and OEE are not known")
		ada.get("/line/filling-1").mustSay(t, `data-role="admin"`, `<a class="for-admins" href="/admin/lines/filling-1#rates">`) // the panel is everybody's
	}
	if page := vera.get("/line/packing-1"); strings.Contains(page.body, "No ideal cycle") {
		t.Error("a line that lacks nothing is said to")
	}
}

func TestTheOrderStandsBesideTheProduct(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	w.units.change("filling-1/filler", func(s *machine.Status) { s.Product, s.Order = "COLA-05", `47<11` })
	page := w.signedIn("Vera").get("/line/filling-1")
	page.mustSay(t, ">order J-7001<", ">order 47&lt;11<")
	w.program(w.token(plant.Viewer, "")).get("/api/v1/units?line=filling-1").mustSay(t, `"order":"47<11"`)
}
