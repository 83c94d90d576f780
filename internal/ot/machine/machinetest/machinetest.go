// Package machinetest writes samples and facts of one mill as text, for tests that read like a shift log.
package machinetest

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"time"

	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
)

// Unit is the mill.
const Unit = "mill-1/mill"

// Mill is a unit with every signal.
func Mill() machine.Signals {
	return machine.Signals{
		Unit: Unit, State: Tag("state"), Mode: Tag("mode"), Product: Tag("product"), Fault: Tag("fault"), Speed: Tag("speed"), Order: Tag("order"),
		Good: machine.Counter{Tag: Tag("good")}, Reject: machine.Counter{Tag: Tag("reject")}, Total: machine.Counter{Tag: Tag("total")},
	}
}

func words() []string {
	return []string{"", "state", "mode", "good", "reject", "total", "product", "fault", "speed", "order"}
}

// Tag gives the tag that a word stands for; 0 for no word of ours.
func Tag(word string) tag.ID {
	for i, w := range words() {
		if w == word {
			return tag.ID(i)
		}
	}
	return 0
}

// Day is the day of all stories, from midnight.
func Day() time.Time { return time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC) }

// Clock reads "10:00:00.5"; "+1d10:00:00" is a day later.
func Clock(t testing.TB, s string) time.Time {
	t.Helper()
	day := Day()
	if rest, found := strings.CutPrefix(s, "+1d"); found {
		day, s = day.AddDate(0, 0, 1), rest
	}
	at, err := time.Parse("15:04:05", s)
	if err != nil {
		t.Fatalf("time %q: %v", s, err)
	}
	return day.Add(at.Sub(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)))
}

// Samples reads lines like `10:00:00 good 1000`, `10:00:00 state "6"`, `10:00:00 good bad`, `10:00:00 good uncertain 7`.
func Samples(t testing.TB, lines ...string) []tag.Sample {
	t.Helper()
	var all []tag.Sample
	for _, l := range lines {
		stamp, rest, _ := strings.Cut(l, " ")
		word, value, _ := strings.Cut(strings.TrimSpace(rest), " ")
		s := tag.Sample{Tag: Tag(word), Time: Clock(t, stamp)}
		if s.Tag == 0 {
			t.Fatalf("%q names no tag", l)
		}
		s.Quality, s.Value = reading(t, strings.TrimSpace(value))
		all = append(all, s)
	}
	return all
}

func reading(t testing.TB, text string) (q tag.Quality, v tag.Value) {
	t.Helper()
	if rest, found := strings.CutPrefix(text, "uncertain "); found {
		q, text = tag.Uncertain, rest
	}
	if rest, found := strings.CutPrefix(text, "bad "); found {
		q, text = tag.Bad, rest
	}
	switch {
	case text == "bad":
		return tag.Bad, v
	case strings.HasPrefix(text, `"`):
		return q, tag.TextValue(strings.Trim(text, `"`))
	case text == "true" || text == "false":
		return q, tag.BoolValue(text == "true")
	}
	if i, err := strconv.ParseInt(text, 10, 64); err == nil {
		return q, tag.IntValue(i)
	}
	if u, err := strconv.ParseUint(text, 10, 64); err == nil {
		return q, tag.UintValue(u)
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatalf("value %q: %v", text, err)
	}
	return q, tag.FloatValue(f)
}

// Event is the word for what a reading said about its counter.
func Event(e machine.CounterEvent) string {
	return [...]string{"counted", "baseline", "rolled", "reset", "suspect"}[e]
}

// Tell writes a fact: `10:00:01 counted 3 good, 1000 to 1003`, `10:00:00 Execute in Production`.
func Tell(f machine.Fact) string {
	at := f.When().Sub(Day())
	stamp := Day().Add(at % (24 * time.Hour)).Format("15:04:05.999999")
	if at >= 24*time.Hour {
		stamp = "+1d" + stamp
	}
	switch f := f.(type) {
	case machine.StateChanged:
		return fmt.Sprintf("%s %s in %s", stamp, f.State, f.Mode)
	case machine.ProductChanged:
		return fmt.Sprintf("%s product %q", stamp, f.Product)
	case machine.OrderNamed:
		return fmt.Sprintf("%s order %q", stamp, f.Order)
	case machine.FaultChanged:
		return fmt.Sprintf("%s fault %q", stamp, f.Code)
	case machine.Late:
		return stamp + " late"
	case machine.Counted:
		return fmt.Sprintf("%s %s %s %s, %s to %s", stamp, Event(f.Event), f.Qty, words()[f.Tag], f.From, f.To)
	}
	return fmt.Sprintf("%T", f)
}
