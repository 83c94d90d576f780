package web_test

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/gorilla/websocket"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// figuresOf is the panel of the figures of a page of losses; "" when it has none.
func figuresOf(page string) string {
	found := regexp.MustCompile(`data-panel="(losses/figures[^"]*)"`).FindStringSubmatch(page)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

func TestFiguresOfLossesAreKeptWhileTheirTimeGoesOn(t *testing.T) {
	w := newWorld(t, worth).running()
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	for _, query := range []string{"range=shift", "range=shift&line=filling-1", "range=day&line=filling-1", "range=week&by=reason&in=count"} {
		name := figuresOf(b.get("/losses?" + query).body)
		if name == "" {
			t.Fatalf("%s: no panel", query)
		}
		open := b.watch(name)
		open.sees(html.EscapeString(name), "Confidence")
		w.lines.change("filling-1", func(s *oee.Snapshot) {
			s.Segments[len(s.Segments)-1].Good += plant.Pieces(1234)
		})
		page := b.get("/losses?" + query).body
		_, now, _ := strings.Cut(page, `<dt>Time lost`)
		now, _, _ = strings.Cut(now, "</dd>")
		if now == "" {
			t.Fatalf("%s: the page has no time lost", query)
		}
		open.sees(html.EscapeString(name), now)
	}
	if name := figuresOf(b.get("/losses?range=previous").body); name != "" {
		t.Errorf("a shift that is over is kept by %q", name)
	}
}

func TestFiguresOfLossesAreThoseOfWhatOneSees(t *testing.T) {
	w := newWorld(t, worth).running()
	w.user("Ada", plant.Admin)
	b := w.granted("Lin", plant.Grant{At: "ulm/packing", Role: plant.Viewer})
	for _, panel := range []string{
		"losses/figures?line=filling-1&range=shift", "losses/figures?range=shift@", "losses/figures?range=shift@ulm/filling", "losses/figures?range=shift&by=unit",
		"losses/figures?range=shift&line=packing-1", "losses/figures?", "losses/figures?range=previous", "losses/figures?from=2020-01-01&range=custom&to=2020-01-02",
	} {
		if code := b.watch(panel).closed(); code != websocket.ClosePolicyViolation {
			t.Errorf("%s: the socket closed with %d", panel, code)
		}
	}
	mine := figuresOf(b.get("/losses?range=shift").body)
	seen := b.watch(mine).sees(html.EscapeString(mine), "Confidence")
	if whole := w.signedIn("Ada").watch(mine).sees(html.EscapeString(mine), "Confidence"); whole == seen {
		t.Error("who sees all sees the figures of a part")
	}
}
