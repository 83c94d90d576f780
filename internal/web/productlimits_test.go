package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"millwright/internal/plant"
	"millwright/internal/web"
)

// Limits of stops that a product has for itself stand beside the line's, and can be tried as these can.
func TestWhatIfKnowsTheLimitsOfAProduct(t *testing.T) {
	w := newWorld(t, worth, func(d *web.Deps) {
		l := &d.Plant.Sites[0].Areas[0].Lines[0]
		l.Special = map[string]plant.Thresholds{"COLA-05": {MinStop: 4500 * time.Millisecond}}
	})
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	page := plain(b.get(w.tryOver()).body)
	for _, says := range []string{"Shortest stop of COLA-05", "Longest micro-stop of COLA-05", "Now 4.5 s.", "Products with limits of their own keep them."} {
		if !strings.Contains(page, says) {
			t.Errorf("the page does not say %q", says)
		}
	}
	a := b.get(w.tryOver("micro_max.COLA-05", "x"))
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Write a number from 0 to 86400") || !strings.Contains(a.body, `value="x"`) {
		t.Errorf("%d for a limit that is no number, or what was typed is not kept", a.status)
	}
}

// Both numbers of a comparison open their formulas.
func TestComparedFiguresOpenTheirFormulas(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	page := w.signedIn("Vera").get("/losses" + w.morningOf("filling-1", "then", "before")).body
	for _, says := range []string{`href="#formula-oee"`, `href="#formula-then-oee"`, `id="formula-then-availability"`, `id="formula-oee"`} {
		if !strings.Contains(page, says) {
			t.Errorf("the page lacks %s", says)
		}
	}
}
