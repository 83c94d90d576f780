package web_test

import (
	"html"
	"regexp"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

var (
	figureLink = regexp.MustCompile(`<dt>\s*<a href="([^"]+)">([^<]+)</a>`)
	numberLink = regexp.MustCompile(`<a class="opens" href="([^"]+)"`)
)

// Every number of Now and of a line leads to what it is made of, and there is such a page with such a place.
func TestEveryNumberLeadsToWhatItIsMadeOf(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	vera := w.signedIn("Vera")
	for path, want := range map[string][]string{
		"/":               {"Lines running", "OEE", "Good pieces", "To target", "Stops without a reason"},
		"/line/filling-1": {"Good pieces", "Target by now", "To target", "Reject"},
	} {
		page := vera.get(path).body
		links := map[string]string{}
		for _, m := range figureLink.FindAllStringSubmatch(page, -1) {
			links[html.UnescapeString(m[2])] = html.UnescapeString(m[1])
		}
		for _, name := range want {
			if links[name] == "" {
				t.Errorf("%s: %s leads nowhere; there is %v", path, name, links)
			}
		}
		all := numberLink.FindAllStringSubmatch(page, -1)
		if path == "/" && len(all) < 4 {
			t.Errorf("rows of lines have %d numbers that open", len(all))
		}
		for _, m := range all {
			links[m[1]] = html.UnescapeString(m[1])
		}
		for name, href := range links {
			to, place, _ := strings.Cut(href, "#")
			if to == "" {
				to = path
			}
			a := vera.get(to)
			if a.status != 200 || place != "" && !strings.Contains(a.body, `id="`+place+`"`) {
				t.Errorf("%s of %s leads to %s: %d, its place is there: %v", name, path, href, a.status, strings.Contains(a.body, `id="`+place+`"`))
			}
		}
	}
}

// Of the hour that runs the terminal tells the target by now, and by how much it is missed.
func TestTheTargetOfTheRunningHourIsThatByNow(t *testing.T) {
	w := newWorld(t)
	w.user("Olaf", plant.Operator)
	w.lines.change("filling-1", func(s *oee.Snapshot) { s.Shift.From = s.Shift.From.Add(-30 * time.Minute) })
	page := plain(w.signedIn("Olaf").get("/operator/filling-1").body)
	_, row, _ := strings.Cut(page, `op-current`)
	row, _, _ = strings.Cut(row, "op-minutes")
	// half an hour of 0.6 s a piece, in which 4200 of 45 minutes were made
	for _, want := range []string{">3000<", ">2800<", ">−200<"} {
		if !strings.Contains(row, want) {
			t.Errorf("the running hour lacks %s: %s", want, row)
		}
	}
}
