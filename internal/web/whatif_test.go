package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/whatif"
	"millwright/internal/plant"
)

// tryOver asks for exactly the two hours that a line of the world knows, with changes.
func (w *world) tryOver(set ...string) string {
	s, _ := w.lines.Snapshot("filling-1")
	us := func(t time.Time) string { return strconv.FormatInt(t.UnixMicro(), 10) }
	q := url.Values{"range": {"custom"}, "line": {"filling-1"}, "from": {us(s.Window.From)}, "to": {us(s.Window.To)}}
	for i := 0; i+1 < len(set); i += 2 {
		q.Set(set[i], set[i+1])
	}
	return "/whatif?" + q.Encode()
}

// The morning is 105 min of running with 9600 good pieces and 200 rejects at 0.6 s, and 15 min of a breakdown.
func TestWhatIfStatesEachNumberWithItsFormula(t *testing.T) {
	w := newWorld(t, worth)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	l, _ := thePlant(t).Line("filling-1")
	shifts, year := whatif.Planned(l.Calendar, w.clock.now().UTC(), w.clock.now().UTC().AddDate(0, 0, 365))
	for _, c := range []struct {
		name  string
		set   []string
		words []string
	}{
		{"nothing", nil, []string{"Change something to see", cells("80.0", "80.0"), "No time is gained, and no reject saved."}},
		{"half of the breakdown", []string{"cut.=breakdown", "50"}, []string{
			"OEE would have been 85.7 % instead of 80.0 %, with +685 good pieces",
			"Before: 105.0 min ÷ 120.0 min = 87.5 %", "After: 112.5 min ÷ 120.0 min = 93.8 %",
			"COLA-05: 9600 good pieces ÷ 105.0 min of run time × 7.5 min gained from stops = 685 more.",
			"Stops without a reason: 15.0 min × 50 % = 7.5 min less.",
			"COLA-05: 685 more good pieces × 0.6 s of ideal cycle, at 1200 EUR an hour = 137.14 EUR.",
			fmt.Sprintf("137.14 EUR ÷ 120.0 min planned in this time × %.1f min planned in a shift.", (year / time.Duration(shifts)).Minutes()),
			fmt.Sprintf(">+%.2f<", 137.142857/120*year.Minutes()/float64(shifts)),
			fmt.Sprintf("the calendar plans %d shifts in the next 365 days", shifts), "what is made more is sold",
		}},
		{"scrap", []string{"scrap", "50"}, []string{"50 % of the rejects would have been good.", cells("200", "100"), ">+20.00<"}},
		{"a longer cycle", []string{"cycle.COLA-05", "0.63"}, []string{cells("80.0", "84.0"), cells("9600", "9600"), "another yardstick; it makes none"}},
		{"a unit", []string{"unit.filling-1/filler", "100"}, []string{"Stops of Filler: 15.0 min × 100 % = 15.0 min less.", "After: 120.0 min ÷ 120.0 min = 100.0 %"}},
	} {
		a := b.get(w.tryOver(c.set...))
		page := plain(a.body)
		for _, words := range c.words {
			if a.status != http.StatusOK || !strings.Contains(page, words) {
				t.Errorf("%s: %d, without %q", c.name, a.status, words)
			}
		}
		if strings.Contains(page, "Propose") {
			t.Errorf("%s: a viewer is led to forms of admins", c.name)
		}
	}
}

func TestWhatIfAsksAgainForWhatIsWrong(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	b := w.signedIn("Vera")
	for _, c := range []struct {
		path, words string
		status      int
	}{
		{w.tryOver("min_stop", "long"), "Write a number from 0 to 86400", 422},
		{w.tryOver("min_stop", "400", "micro_max", "20"), "no pause could be a micro-stop", 422},
		{w.tryOver("scrap", "101"), "from 0 to 100", 422},
		{w.tryOver("cut.jam", "-3"), "from 0 to 100", 422},
		{w.tryOver("from", "soon"), "Write a date and a time", 422},
		{w.tryOver("to", "2020-01-01 00:00"), "must come after", 422},
		{w.tryOver("from", "2020-01-01 00:00"), "31 days at most", 422},
		{w.tryOver("line", "nope"), "look for it among the lines", 404},
		{"/whatif?range=days", "7 days", 200},
		{"/whatif", "Last shift", 200},
	} {
		a := b.get(c.path)
		if a.status != c.status || !strings.Contains(a.body, c.words) {
			t.Errorf("%s: %d, without %q", c.path, a.status, c.words)
		}
		if c.status == 422 && !strings.Contains(a.body, `name="min_stop"`) {
			t.Errorf("%s: the form is gone", c.path)
		}
	}
}

func TestWhatIfLeadsAdminsToTheFormWithItsValues(t *testing.T) {
	w := newWorld(t)
	w.user("Ada", plant.Admin)
	w.user("Mara", plant.Manager)
	b := w.signedIn("Ada")
	ask := w.tryOver("cycle.COLA-05", "0.55", "changeover", "12")
	page := b.get(ask).body
	if a := w.signedIn("Mara").get(ask); strings.Contains(a.body, "Propose") || a.status != 200 {
		t.Errorf("a manager: %d", a.status)
	}
	for form, words := range map[string][]string{
		"rates": {`value="COLA-05"`, `value="550"`, "Proposed for COLA-05"}, "changeover": {`name="target"`, `value="12"`, "Filled in as was proposed"},
		"thresholds": {`name="min_stop"`, `value="17"`, "Filled in as was proposed"},
	} {
		href := "/admin/lines/filling-1?min_stop=17&propose=thresholds" // as where the machines' readings are known
		if form != "thresholds" {
			href = html.UnescapeString(regexp.MustCompile(`/admin/lines/filling-1\?[^"#]*#` + form).FindString(page))
		}
		a := b.get(strings.TrimSuffix(href, "#"+form))
		for _, want := range words {
			if a.status != 200 || !strings.Contains(a.body, want) {
				t.Errorf("%s: %d, without %q (%s)", form, a.status, want, href)
			}
		}
	}
	if before := b.get("/admin/lines/filling-1"); strings.Contains(before.body, "Filled in as was proposed") || strings.Contains(before.body, `value="17"`) {
		t.Error("something was kept")
	}
}

func TestWhatIfKnowsWhatIsNotKnown(t *testing.T) {
	w := newWorld(t)
	w.user("Vera", plant.Viewer)
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		for i := range s.Segments {
			s.Segments[i].Ideal, s.Segments[i].Unrated = 0, s.Segments[i].Good+s.Segments[i].Reject
		}
	})
	page := plain(w.signedIn("Vera").get(w.tryOver("cut.=breakdown", "100")).body)
	for _, want := range []string{"no ideal cycle", cells("–", "–"), "nobody says what they are worth"} {
		if !strings.Contains(page, want) {
			t.Errorf("without %q", want)
		}
	}
}
