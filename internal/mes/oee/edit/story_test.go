package edit

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// story is one part of a script. Its words:
//
//	== NAME                           begins a story
//	FROM TO CATEGORY [shift=S] [unit=U] [fault=F] [product=P] [order=J] [good=N] [reject=N] [ideal=D]   what the machines say
//	#ID KIND FROM-TO WORD… (COMMENT)  what people say: a reason and its category, when to split, what to undo
//	= FROM TO CATEGORY [KEY=VALUE]…   what must come out, segment by segment; what is not named is not looked at
//	stop FROM-TO CATEGORY REASON      the stops: "-" has none and needs none, "MISSING" has none and needs one
//	stops                             that there are none
//
// The machines' code 107 means jam, 999 means nothing.
type story struct {
	name     string
	segments []oee.Segment
	edits    []Edit
	wants    []string
	stops    []string
	asks     bool
}

var midnight = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func readStories(t *testing.T) (all []*story) {
	t.Helper()
	text, err := os.ReadFile("testdata/stories.txt")
	if err != nil {
		t.Fatal(err)
	}
	for n, l := range strings.Split(string(text), "\n") {
		w := strings.Fields(l)
		if len(w) == 0 || w[0] == "#" {
			continue
		}
		if w[0] == "==" {
			all = append(all, &story{name: strings.Join(w[1:], " ")})
			continue
		}
		s := all[len(all)-1]
		switch {
		case w[0] == "=":
			s.wants = append(s.wants, strings.Join(w, " "))
		case w[0] == "stop":
			s.stops, s.asks = append(s.stops, strings.Join(w, " ")), true
		case w[0] == "stops":
			s.asks = true
		case strings.HasPrefix(w[0], "#"):
			s.say(t, l)
		case len(w) >= 3:
			s.run(t, w)
		default:
			t.Fatalf("line %d: %q is not understood", n+1, l)
		}
	}
	return all
}

func (s *story) run(t *testing.T, w []string) {
	t.Helper()
	seg := oee.Segment{Line: "l", From: at(t, w[0]), To: at(t, w[1]), Category: category(t, w[2]), Shift: "Early", Date: "2026-03-02"}
	for _, p := range w[3:] {
		key, value, _ := strings.Cut(p, "=")
		switch key {
		case "shift":
			seg.Shift = value
		case "unit":
			seg.Unit = plant.UnitID(value)
		case "fault":
			seg.Fault = value
		case "product":
			seg.Product = value
		case "order":
			seg.Order = value
		case "good":
			seg.Good = pieces(t, value)
		case "reject":
			seg.Reject = pieces(t, value)
		case "ideal":
			seg.Ideal = lasts(t, value)
		default:
			t.Fatalf("%q is not understood", p)
		}
	}
	s.segments = append(s.segments, seg)
}

func (s *story) say(t *testing.T, l string) {
	t.Helper()
	l, comment, _ := strings.Cut(l, "(")
	w := strings.Fields(l)
	from, to, _ := strings.Cut(w[2], "-")
	e := Edit{Line: "l", Kind: Kind(w[1]), From: at(t, from), To: at(t, to), Comment: strings.TrimSuffix(comment, ")"), By: plant.Person{Name: "Ann"}}
	id, err := strconv.ParseInt(w[0][1:], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	e.ID = id
	for i, p := range w[3:] {
		key, value, named := strings.Cut(p, "=")
		switch {
		case key == "good" && named:
			e.Good = pieces(t, value)
		case key == "reject" && named:
			e.Reject = pieces(t, value)
		case key == "counter" && named:
			e.Counter = pieces(t, value)
		case key == "product" && named:
			e.Product = value
		case key == "job" && named:
			e.Job = value
		case key == "cycle" && named:
			e.Cycle = lasts(t, value)
		case e.Kind == Split:
			e.Cut = at(t, p)
		case e.Kind == Undo:
			e.Undoes, _ = strconv.ParseInt(p, 10, 64)
		case i == 0:
			e.Reason = p
		default:
			e.Category = category(t, p)
		}
	}
	if err := e.Check(); err != nil {
		t.Fatalf("%s: %v", l, err)
	}
	s.edits = append(s.edits, e)
}

func TestStories(t *testing.T) {
	for _, s := range readStories(t) {
		t.Run(s.name, s.tell)
	}
}

func (s *story) tell(t *testing.T) {
	all := Overlay(s.segments, s.edits)
	Explain(all, func(_ plant.UnitID, fault string) (string, bool) { return "jam", fault == "107" })
	var rows, stops []string
	for i := range all {
		like := "= - - -"
		if i < len(s.wants) {
			like = s.wants[i]
		}
		rows = append(rows, shown(&all[i], like))
	}
	for _, x := range Stops(all) {
		reason := x.Reason
		if x.Missing() {
			reason = "MISSING"
		} else if reason == "" {
			reason = "-"
		}
		stops = append(stops, fmt.Sprintf("stop %s-%s %s %s", clock(x.From), clock(x.To), word(x.Category), reason))
	}
	if want, got := strings.Join(s.wants, "\n"), strings.Join(rows, "\n"); len(s.wants) > 0 && want != got {
		t.Errorf("want\n%s\ngot\n%s", want, got)
	}
	if want, got := strings.Join(s.stops, "\n"), strings.Join(stops, "\n"); s.asks && want != got {
		t.Errorf("want\n%s\ngot\n%s", want, got)
	}
}

// shown prints a segment with the parts that a wanted line names.
func shown(s *oee.Segment, like string) string {
	b := fmt.Sprintf("= %s %s %s", clock(s.From), clock(s.To), word(s.Category))
	for _, w := range strings.Fields(like)[4:] {
		key, _, _ := strings.Cut(w, "=")
		b += " " + key + "=" + map[string]string{
			"reason": s.Reason, "comment": strings.ReplaceAll(s.Comment, " ", "-"), "by": s.By, "derived": word(s.Derived),
			"good": s.Good.String(), "reject": s.Reject.String(), "manual": s.Manual.String(), "unrated": s.Unrated.String(),
			"ideal": s.Ideal.String(), "product": s.Product, "rework": s.Rework.String(),
		}[key]
	}
	return b
}

func word(c oee.Category) string { return strings.ReplaceAll(c.String(), " ", "_") }

func clock(t time.Time) string { return strings.TrimSuffix(t.Format("15:04:05"), ":00") }

func at(t *testing.T, w string) time.Time {
	t.Helper()
	if strings.Count(w, ":") == 1 {
		w += ":00"
	}
	c, err := time.Parse("15:04:05", w)
	if err != nil {
		t.Fatal(err)
	}
	return midnight.Add(c.Sub(c.Truncate(24 * time.Hour)))
}

func category(t *testing.T, w string) oee.Category {
	t.Helper()
	c, ok := oee.ParseCategory(strings.ReplaceAll(w, "_", " "))
	if !ok {
		t.Fatalf("there is no category %q", w)
	}
	return c
}

func pieces(t *testing.T, w string) plant.Quantity {
	t.Helper()
	q, err := plant.ParseQuantity(w)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func lasts(t *testing.T, w string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(w)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
