package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

const terminal = "/operator/filling-1"

// formWith reads the form of a page that has a part: a button, a field.
func (b *browser) formWith(page, part string) url.Values {
	b.w.t.Helper()
	a := b.get(page)
	for _, form := range strings.Split(a.body, "<form ")[1:] {
		form, _, _ = strings.Cut(form, "</form>")
		if strings.Contains(form, part) {
			return fieldsOf(form)
		}
	}
	b.w.t.Fatalf("%s has no form with %s: %d %s", page, part, a.status, a.body)
	return nil
}

func with(f url.Values, set ...string) url.Values {
	all := url.Values{}
	for k := range f {
		all.Set(k, f.Get(k))
	}
	for i := 0; i < len(set); i += 2 {
		all.Set(set[i], set[i+1])
	}
	return all
}

func TestAnOperatorComesToTheTerminalOfTheLine(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	one := w.granted("Hanna", plant.Grant{At: "ulm/filling", Role: plant.Operator}, plant.Grant{At: "ulm/packing", Role: plant.Viewer})
	if a := one.get("/operator"); a.status != http.StatusSeeOther || a.header.Get("Location") != terminal {
		t.Errorf("of one line: %d %s", a.status, a.short())
	}
	if a := one.get("/operator/packing-1"); a.status != http.StatusForbidden {
		t.Errorf("a line to look at: %d", a.status)
	}
	all := w.signedIn("Otto").get("/operator").body
	if !strings.Contains(all, terminal) || !strings.Contains(all, "/operator/packing-1") || !strings.Contains(all, "1 without a reason") {
		t.Error("the lines to choose from are not there")
	}
}

// A reason given twice with one key, as after a lost answer, is given once; so is every other act.
func TestAnActSentAgainIsBookedOnce(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	otto := w.signedIn("Otto")
	body := otto.get(terminal).body
	for _, want := range []string{"1 without a reason", "Why did it stand?", "Film jam", "Technical, other", "COLA-05"} {
		if !strings.Contains(body, want) {
			t.Errorf("the terminal does not show %q", want)
		}
	}
	acts := map[string]func() url.Values{
		"edit.reason": func() url.Values { return with(otto.formWith(terminal, `value="jam"`), "reason", "jam") },
		"edit.split":  func() url.Values { return otto.formWith(terminal, `value="split"`) },
		"edit.count": func() url.Values {
			return with(otto.formWith(terminal, `value="count"`), "kind", "count", "good", "12", "reject", "3", "scrap", "dented")
		},
		"edit.scrap": func() url.Values {
			return with(otto.formWith(terminal, `value="scrap"`), "kind", "scrap", "reject", "5", "scrap", "dented")
		},
	}
	for _, what := range []string{"edit.split", "edit.reason", "edit.count", "edit.scrap"} {
		act := acts[what]()
		for range 3 {
			if a := otto.post(terminal, act); a.status != http.StatusSeeOther || a.header.Get("Location") != terminal {
				t.Fatalf("%s: %d %s", what, a.status, a.body)
			}
		}
		if e := w.trail(what); len(e) != 1 || e[0].Who.Name != "Otto" {
			t.Errorf("%s is in the audit %d times", what, len(e))
		}
	}
	body = otto.get(terminal).body
	for _, want := range []string{"12 good, 3 scrap, counted by hand: Dented", "5 scrap: Dented", "Reason: Film jam", "Given here lately"} {
		if !strings.Contains(body, want) {
			t.Errorf("the terminal does not show %q", want)
		}
	}
	undo := otto.formWith(terminal, `value="undo"`) // the newest
	if a := otto.post(terminal, undo); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if strings.Contains(otto.get(terminal).body, "5 scrap: Dented") {
		t.Error("what was undone still counts")
	}
	if a := otto.post(terminal, undo); a.status != http.StatusConflict {
		t.Errorf("undone twice: %d", a.status)
	}
}

func TestTheTerminalKeepsWhatWasTyped(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	otto := w.signedIn("Otto")
	pieces, why := otto.formWith(terminal, `value="count"`), otto.formWith(terminal, `value="jam"`)
	for name, c := range map[string]struct {
		act  url.Values
		want []string
	}{
		"no number":            {with(pieces, "kind", "count", "good", "a lot", "reject", "7"), []string{"Write a number", `id="good-fault"`, `value="a lot"`, `value="7"`}},
		"nothing":              {with(pieces, "kind", "count"), []string{"say how many", `id="good-fault"`}},
		"good ones as scrap":   {with(pieces, "kind", "scrap", "good", "3", "reject", "1", "scrap", "dented"), []string{"Leave it empty", `<option value="dented" selected`}},
		"no reason for scrap":  {with(pieces, "kind", "scrap", "reject", "2"), []string{"choose why it is scrap", `id="scrap-fault"`, `value="2"`}},
		"a time of nowhere":    {with(pieces, "kind", "count", "good", "1", "when", "x"), []string{"the end must come after the beginning"}},
		"more than there were": {with(pieces, "kind", "scrap", "reject", "999999", "scrap", "dented"), []string{"good pieces were counted then", `id="reject-fault"`}},
		"a reason of nowhere":  {with(why, "reason", "nope", "comment", "so it was"), []string{"choose one of the reasons", `value="so it was"`}},
		"an empty comment":     {with(why, "kind", "comment"), []string{"write something", `id="comment-fault"`}},
		"no time":              {with(otto.formWith(terminal, `value="split"`), "cut", "soon"), []string{"Give a time between", `value="soon"`, "<details class=\"op-more\" open"}},
		"nothing to do":        {url.Values{"kind": {"dance"}}, []string{"does not say what is to be done"}},
	} {
		a := otto.post(terminal, c.act)
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, a.status, a.short())
		}
		for _, want := range c.want {
			if !strings.Contains(a.body, want) {
				t.Errorf("%s: the page does not show %q", name, want)
			}
		}
	}
	for _, kind := range []string{"reason", "comment", "split", "count", "scrap"} {
		if e := w.trail("edit." + kind); len(e) > 0 {
			t.Errorf("half of it was kept: %+v", e)
		}
	}
}

func TestTheSecondAtTheTerminalSeesBothVersions(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	w.user("Mara", plant.Manager)
	otto, mara := w.signedIn("Otto"), w.signedIn("Mara")
	late := with(otto.formWith(terminal, `value="jam"`), "reason", "sensor", "comment", "eye was dirty")
	if a := mara.post(terminal, with(mara.formWith(terminal, `value="jam"`), "reason", "jam")); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	a := otto.post(terminal, late)
	if a.status != http.StatusConflict {
		t.Fatalf("%d %s", a.status, a.body)
	}
	a.mustSay(t, "Mara was faster", "Reason: Film jam", "Reason: Sensor: eye was dirty", `value="eye was dirty"`)
	if e := w.trail("edit.reason"); len(e) != 1 {
		t.Errorf("%+v", e)
	}
}

// A reason is asked for however long ago the stop was.
func TestAReasonIsAskedForAfterTheShift(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		old := s.Segments[1]
		old.From, old.To, old.Date, old.Shift = old.From.Add(-30*time.Hour), old.To.Add(-30*time.Hour), "2026-01-01", "Night"
		s.Segments = append([]oee.Segment{old}, s.Segments...)
	})
	otto := w.signedIn("Otto")
	var at int64
	w.lines.change("filling-1", func(s *oee.Snapshot) { at = s.Segments[0].From.UnixMicro() })
	page := fmt.Sprintf("%s?at=%d", terminal, at)
	otto.get(terminal).mustSay(t, "1 of earlier shifts without a reason", fmt.Sprintf("?at=%d#answer", at))
	if a := otto.post(terminal, with(otto.formWith(page, `value="jam"`), "reason", "jam")); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	body := otto.get(terminal).body
	if strings.Contains(body, "earlier shifts") || !strings.Contains(body, "Reason: Film jam") {
		t.Error("it is still asked for, or cannot be taken back")
	}
}

func TestATerminalMovesWithTheLine(t *testing.T) {
	w := newWorld(t).running()
	w.user("Otto", plant.Operator)
	otto := w.signedIn("Otto")
	socket := otto.watch("line/filling-1/terminal", "line/filling-1/stops", "line/filling-1/hours")
	socket.sees("line/filling-1/stops", "Why?")
	if a := otto.post(terminal, with(otto.formWith(terminal, `value="jam"`), "reason", "jam")); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	socket.sees("line/filling-1/stops", "Film jam")
}
