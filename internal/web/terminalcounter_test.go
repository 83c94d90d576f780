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

// The line of these tests made some pieces in the window of its snapshot; one segment more of it is another product.
func twoProducts(w *world) {
	w.lines.change("filling-1", func(s *oee.Snapshot) {
		n := len(s.Segments)
		last := s.Segments[n-1]
		half := last.From.Add(last.To.Sub(last.From) / 2).Truncate(time.Microsecond)
		a, b := last.Part(plant.Span{From: last.From, To: half}), last.Part(plant.Span{From: half, To: last.To})
		b.Product = "WATER-1"
		s.Segments = append(s.Segments[:n-1:n-1], a, b)
	})
}

func TestWhereTwoProductsRanTheTerminalAsksWhich(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	otto := w.signedIn("Otto")
	if strings.Contains(otto.get(terminal).body, `id="product"`) {
		t.Error("of one product it is asked which")
	}
	twoProducts(w)
	pieces := otto.formWith(terminal, `value="count"`)
	whole := with(pieces, "kind", "count", "good", "12", "when", wholeShift(otto))
	a := otto.post(terminal, whole)
	if a.status != http.StatusUnprocessableEntity {
		t.Fatalf("%d %s", a.status, a.short())
	}
	a.mustSay(t, `id="product-fault"`, "choose which it is", `value="WATER-1"`, `value="12"`)
	otto.post(terminal, with(whole, "product", "MILK")).mustSay(t, "that was not made then")
	if a := otto.post(terminal, with(whole, "product", "WATER-1")); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.short())
	}
	otto.get(terminal).mustSay(t, "12 good, counted by hand, WATER-1")
}

// wholeShift is the time of the last choice of when.
func wholeShift(b *browser) string {
	_, rest, _ := strings.Cut(b.get(terminal).body, `id="when"`)
	list, _, _ := strings.Cut(rest, "</select>")
	all := strings.Split(list, `<option value="`)
	value, _, _ := strings.Cut(all[len(all)-1], `"`)
	return value
}

func TestACounterIsReadAtStartAndEnd(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	otto := w.signedIn("Otto")
	form := func() url.Values { return otto.formWith(terminal, `value="reading"`) }
	for name, c := range map[string]struct {
		set  []string
		want []string
	}{
		"no start":           {[]string{"end", "7"}, []string{"Write what the counter said", `id="start-fault"`, `value="7"`}},
		"no number":          {[]string{"start", "many", "end", "7"}, []string{"Write a number", `id="start-fault"`, `value="many"`}},
		"it stood still":     {[]string{"start", "7", "end", "7"}, []string{"has not moved", `id="end-fault"`}},
		"it ends below":      {[]string{"start", "9990", "end", "120"}, []string{"began anew or was set back", `id="below-fault"`, "<details class=\"op-more\" open"}},
		"it began too late":  {[]string{"start", "19990", "end", "120", "below", "10000"}, []string{"more than that at its start"}},
		"no such rollover":   {[]string{"start", "9990", "end", "120", "below", "7"}, []string{"Choose one of the list"}},
		"below 0":            {[]string{"start", "-5"}, []string{"give what the counter said", `id="end-fault"`}},
		"less than is known": {[]string{"start", "1", "end", "2"}, []string{"are known: look at both counters"}},
		"a time of nowhere":  {[]string{"start", "1", "end", "2", "span", "x"}, []string{"the end must come after", `id="span-fault"`}},
	} {
		a := otto.post(terminal, with(form(), c.set...))
		if a.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", name, a.status, a.short())
		}
		for _, want := range c.want {
			if !strings.Contains(a.body, want) {
				t.Errorf("%s: the page does not show %q", name, want)
			}
		}
	}
	if e := w.trail("edit.reading"); len(e) > 0 {
		t.Fatalf("half of it was kept: %+v", e)
	}
	start := with(form(), "start", "999000")
	for range 2 { // as after a lost answer
		if a := otto.post(terminal, start); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, a.short())
		}
	}
	otto.get(terminal).mustSay(t, "counter at 999000")
	end := with(form(), "start", "999000", "end", "95000", "below", "1000000")
	for range 2 {
		if a := otto.post(terminal, end); a.status != http.StatusSeeOther {
			t.Fatalf("%d %s", a.status, complaint(a))
		}
	}
	told := w.trail("edit.reading")
	if len(told) != 2 || !strings.Contains(told[1].New+told[0].New, "began anew after 999999") {
		t.Errorf("%+v", told)
	}
	otto.get(terminal).mustSay(t, "96000 by the counter, now at 95000")
	if a := otto.post(terminal, otto.formWith(terminal, `value="undo"`)); a.status != http.StatusSeeOther {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if strings.Contains(otto.get(terminal).body, "96000 by the counter") {
		t.Error("what was undone still counts")
	}
}

func TestReworkedPiecesAreReported(t *testing.T) {
	w := newWorld(t)
	w.user("Otto", plant.Operator)
	otto := w.signedIn("Otto")
	form := with(otto.formWith(terminal, `value="rework"`), "kind", "rework", "when", wholeShift(otto))
	otto.post(terminal, form).mustSay(t, "say how many", `id="rework-fault"`)
	otto.post(terminal, with(form, "rework", "99999999")).mustSay(t, "good pieces were counted then", `id="rework-fault"`, `value="99999999"`)
	if a := otto.post(terminal, with(form, "rework", "5", "kind", "count")); a.status != http.StatusSeeOther { // by Enter
		t.Fatalf("%d %s", a.status, a.short())
	}
	otto.get(terminal).mustSay(t, "5 reworked")
}
