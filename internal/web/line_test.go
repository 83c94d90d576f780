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
