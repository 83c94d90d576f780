package before

import (
	"math"
	"time"

	"millwright/internal/ot/tag"
)

// trace is what one tag said before a stop.
type trace struct {
	watched
	stop, from time.Time
	last       tag.Sample // up to a moment after the stop began
	changed    bool       // within the window
	low, high  float64    // in the minutes up to the last one
	ranged     bool
	at         float64 // a number as the stop began
	number     bool
}

// hear takes the next sample, in the order of time.
func (t *trace) hear(s tag.Sample) {
	if !s.Good() {
		t.last = s
		return
	}
	if t.last.Good() && !t.last.Value.Same(s.Value) && !s.Time.Before(t.from) {
		t.changed = true
	}
	t.last = s
	f, ok := s.Value.Float()
	if !ok || !s.Time.Before(t.stop) {
		return
	}
	t.at, t.number = f, true
	if s.Time.Before(t.stop.Add(-near)) {
		if !t.ranged || s.Time.Before(t.from) { // what was carried in
			t.low, t.high, t.ranged = f, f, true
		}
		t.low, t.high = math.Min(t.low, f), math.Max(t.high, f)
	}
}

// sign is what it said in a word or two; "" when nothing is known.
func (t *trace) sign() string {
	switch {
	case t.last.Time.IsZero():
		return ""
	case !t.last.Good():
		return "gave no data"
	case t.named():
		return t.name()
	case !t.number || !t.ranged:
		return ""
	}
	room := (t.high-t.low)/10 + t.ScaledDeadband()
	switch {
	case t.High != nil && t.at > *t.High:
		return "was above its band"
	case t.Low != nil && t.at < *t.Low:
		return "was below its band"
	case t.at > t.high+room:
		return "rose"
	case t.at < t.low-room:
		return "fell"
	}
	return "was steady"
}

// named tells whether values are names of something rather than amounts: words, yes or no, small whole numbers.
func (t *trace) named() bool {
	switch t.last.Value.Kind() {
	case tag.Boolean, tag.Text:
		return true
	case tag.Int, tag.Uint:
		i, ok := t.last.Value.Int()
		return t.plain || ok && i >= 0 && i <= 9 && (!t.ranged || t.low >= 0 && t.high <= 9)
	}
	return t.plain
}

// longest is how much of a text tells one value from another.
const longest = 40

func (t *trace) name() string {
	word := t.codes.Word(t.last)
	if word == "" {
		word = t.last.Value.String()
	}
	if r := []rune(word); len(r) > longest {
		word = string(r[:longest])
	}
	if t.changed {
		return "went to " + word
	}
	return "was " + word
}
