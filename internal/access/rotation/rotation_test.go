package rotation_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"millwright/internal/access/rotation"
	"millwright/internal/errs"
)

func three() rotation.Rotation {
	return rotation.Rotation{Turns: []rotation.Turn{
		{Page: "/wall/hall/filling", For: 30 * time.Second}, {Page: "/wall/line/filling-1", For: 10 * time.Second}, {Page: "/wall/line/filling-2", For: 20 * time.Second},
	}}
}

func held(pages ...string) func(string) bool {
	return func(page string) bool { return slices.Contains(pages, page) }
}

func TestWallsComeByTurns(t *testing.T) {
	r, start := three(), time.Unix(60*1000, 0) // a round takes a minute
	for _, c := range []struct {
		at    int
		held  []string
		turn  int
		holds bool
	}{
		{0, nil, 0, false},
		{29, nil, 0, false},
		{30, nil, 1, false},
		{39, nil, 1, false},
		{40, nil, 2, false},
		{59, nil, 2, false},
		{60, nil, 0, false},
		{0, []string{"/wall/line/filling-2"}, 2, true},
		{45, []string{"/wall/hall/filling"}, 0, true},
		{0, []string{"/wall/hall/filling", "/wall/line/filling-1"}, 1, true}, // the line tells more than its hall
		{0, []string{"/wall/line/filling-1", "/wall/line/filling-2"}, 1, true},
		{10, []string{"/wall/line/filling-1", "/wall/line/filling-2"}, 2, true},
	} {
		turn, holds := r.Now(start.Add(time.Duration(c.at)*time.Second), held(c.held...))
		if turn != c.turn || holds != c.holds {
			t.Errorf("at %d s, held %v: turn %d, held %t", c.at, c.held, turn, holds)
		}
	}
}

// Whatever a display shows, it shows each wall as long as was asked for, and reads back as it was written.
func TestEveryWallHasItsTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rotation.Rotation{Calls: rapid.Bool().Draw(t, "calls"), Stops: rapid.Bool().Draw(t, "stops")}
		for range rapid.IntRange(2, rotation.Most).Draw(t, "turns") {
			page := rapid.SampledFrom([]string{"/wall/line/a", "/wall/hall/b", "/wall/orders/c"}).Draw(t, "page")
			r.Turns = append(r.Turns, rotation.Turn{Page: page, For: time.Duration(rapid.IntRange(5, 60).Draw(t, "seconds")) * time.Second})
		}
		if back, err := rotation.Parse(r.String()); err != nil || !back.Same(r) {
			t.Fatalf("%q is read back as %q, %v", r, back, err)
		}
		whole := 0
		for _, turn := range r.Turns {
			whole += int(turn.For / time.Second)
		}
		shown, from := make([]int, len(r.Turns)), time.Unix(rapid.Int64Range(0, 1<<32).Draw(t, "from"), 0)
		for s := range whole {
			i, _ := r.Now(from.Add(time.Duration(s)*time.Second), held())
			shown[i]++
		}
		for i, turn := range r.Turns {
			if shown[i] != int(turn.For/time.Second) {
				t.Fatalf("%q: turn %d was shown for %d s", r, i, shown[i])
			}
		}
	})
}

func TestWhatNoDisplayCanShow(t *testing.T) {
	many := rotation.Rotation{}
	for range 13 {
		many.Turns = append(many.Turns, rotation.Turn{Page: "/wall/line/a", For: time.Minute})
	}
	two := func(page string, d time.Duration) rotation.Rotation {
		return rotation.Rotation{Turns: []rotation.Turn{{Page: "/wall/line/a", For: time.Minute}, {Page: page, For: d}}}
	}
	for name, c := range map[string]struct {
		r    rotation.Rotation
		path string
	}{
		"one only":     {rotation.Rotation{Turns: []rotation.Turn{{Page: "/wall/line/a", For: time.Minute}}}, "page-2"},
		"too many":     {many, "page"},
		"no wall":      {two("/admin", time.Minute), "page-2"},
		"two words":    {two("/wall/line/a b", time.Minute), "page-2"},
		"too short":    {two("/wall/line/b", time.Second), "seconds-2"},
		"too long":     {two("/wall/line/b", 2*time.Hour), "seconds-2"},
		"half seconds": {two("/wall/line/b", 5500*time.Millisecond), "seconds-2"},
	} {
		var e *errs.Error
		if err := c.r.Check(); !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Path != c.path {
			t.Errorf("%s: %v", name, err)
		}
	}
	if (rotation.Rotation{}).Check() != nil || !(rotation.Rotation{}).None() {
		t.Error("no turns are no fault")
	}
}

func FuzzParse(f *testing.F) {
	f.Add(three().String() + " calls stops")
	f.Add("calls")
	f.Add("/wall/line/a=9999999999999999999 /wall/line/b=20")
	f.Fuzz(func(t *testing.T, text string) {
		if r, err := rotation.Parse(text); err == nil && r.String() != text && !r.None() {
			t.Errorf("%q is read as %q", text, r)
		}
	})
}
