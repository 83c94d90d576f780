package trace

import (
	"math"
	"slices"
	"time"

	"millwright/internal/ot/history"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
)

// Band is how a signal stood at one time in the life of lots: at the lowest, the middle and the highest.
type Band struct {
	Low, Middle, High float64
	Lots              int // it is known of; nothing else means anything when it is 0
}

// Envelope lays the signals of lots over each other: step by step from the time when each lot was begun. Of a lot
// that was made sooner than others there is nothing at the end.
func Envelope(lots [][]history.Bucket) (all []Band) {
	steps := 0
	for _, l := range lots {
		steps = max(steps, len(l))
	}
	for i := range steps {
		var at []float64
		for _, l := range lots {
			if i < len(l) && l[i].Known() {
				at = append(at, l[i].Mean)
			}
		}
		all = append(all, band(at))
	}
	return all
}

func band(at []float64) Band {
	if len(at) == 0 {
		return Band{}
	}
	slices.Sort(at)
	middle := at[len(at)/2]
	if len(at)%2 == 0 {
		middle = (at[len(at)/2-1] + middle) / 2
	}
	return Band{Low: at[0], Middle: middle, High: at[len(at)-1], Lots: len(at)}
}

// Outside tells how many steps of a signal lie beyond an envelope, of those that both are known at.
func Outside(signal []history.Bucket, in []Band) (outside, known int) {
	for i, b := range signal {
		if i >= len(in) || in[i].Lots == 0 || !b.Known() {
			continue
		}
		known++
		if b.Mean < in[i].Low || b.Mean > in[i].High {
			outside++
		}
	}
	return outside, known
}

// Limit is what a signal must not pass.
type Limit struct {
	Above bool // else below
	Value float64
}

// passed tells whether a value is beyond it.
func (l Limit) passed(v float64) bool {
	if l.Above {
		return v > l.Value
	}
	return v < l.Value
}

// Excursion is a time in which a signal was beyond its limit.
type Excursion struct {
	Span  plant.Span
	Worst float64
}

// Watch finds excursions in samples that are told in the order of time. A value holds until the next sample; bad
// quality and text are beyond nothing.
type Watch struct {
	limit Limit
	span  plant.Span
	now   *Excursion
	found []Excursion
}

// NewWatch begins to look at a span.
func NewWatch(l Limit, span plant.Span) *Watch { return &Watch{limit: l, span: span} }

// Apply takes a sample; one from before the span says how it began.
func (w *Watch) Apply(s tag.Sample) {
	at := later(s.Time, w.span.From)
	if !at.Before(w.span.To) {
		return
	}
	v, is := s.Value.Float()
	if !is || !s.Good() || !w.limit.passed(v) {
		w.end(at)
		return
	}
	if w.now == nil {
		w.now = &Excursion{Span: plant.Span{From: at}, Worst: v}
	}
	if w.limit.Above {
		w.now.Worst = math.Max(w.now.Worst, v)
	} else {
		w.now.Worst = math.Min(w.now.Worst, v)
	}
}

func (w *Watch) end(at time.Time) {
	if w.now != nil && w.now.Span.From.Before(at) {
		w.now.Span.To = at
		w.found = append(w.found, *w.now)
	}
	w.now = nil
}

// Found are the excursions, each at least so long. What lasts at the end of the span ends there.
func (w *Watch) Found(least time.Duration) (all []Excursion) {
	w.end(w.span.To)
	for _, e := range w.found {
		if e.Span.Duration() >= least {
			all = append(all, e)
		}
	}
	return all
}

// Touched gives the stays of lots that an excursion falls into.
func Touched(stays []Stay, found []Excursion) (all []Stay) {
	for _, s := range stays {
		if slices.ContainsFunc(found, func(e Excursion) bool { return e.Span.From.Before(s.Span.To) && s.Span.From.Before(e.Span.To) }) {
			all = append(all, s)
		}
	}
	return all
}
