// Package rollup sums up stretches of a signal so that two that follow each other can be joined without reading them again.
package rollup

import "math"

// State is what a reading says about the signal from its time on, until the next one.
type State uint8

// The states. Bad stands also for the time before anything is known.
const (
	Bad    State = iota
	Number       // a good number
	Other        // good, but no number: text
)

// small keeps an area finite however large the values are and however long they hold: an exact power of two.
const small = 0x1p-64

// Span is the sum of a stretch: it begins with a reading (or with a value that was held already) and
// reaches to its last reading, or to where Hold took it. The zero Span is empty. Times are
// microseconds. Joining is exact for everything but the area, which rounds as any sum does.
type Span struct {
	First, Until int64
	Count        int64 // good readings

	Numbers int64   // microseconds in which a good number held
	Bad     int64   // microseconds that were not good
	area    float64 // of the numbers over their time, made small

	min, max, last float64
	some           bool // min, max and last are set
	value          float64
	state          State
	begun          bool
}

// Begin makes a span that starts with a value held from before: it counts only for as long as it still holds.
func Begin(t int64, v float64, s State) Span {
	return Span{First: t, Until: t, value: v, state: s, begun: true}
}

// Empty tells whether nothing is in the span.
func (s *Span) Empty() bool { return !s.begun }

// Held is the state at the end of the span, and its number.
func (s *Span) Held() (v float64, state State) { return s.value, s.state }

// Add appends a reading; its time must not be before Until.
func (s *Span) Add(t int64, v float64, state State) {
	if !s.begun {
		*s = Begin(t, v, state)
	}
	s.Hold(t)
	s.value, s.state = v, state
	if state != Bad {
		s.Count++
	}
	if state == Number {
		s.see(v, v, v)
	}
}

// Reading is a good number.
type Reading struct {
	T int64
	V float64
}

// AddNumbers is Add for many good numbers: a month is millions.
func (s *Span) AddNumbers(all []Reading) {
	if len(all) == 0 {
		return
	}
	s.Add(all[0].T, all[0].V, Number)
	t, v, area, low, high := s.Until, s.value, s.area, s.min, s.max
	for _, r := range all[1:] {
		area += v * small * float64(r.T-t)
		t, v = r.T, r.V
		if v < low {
			low = v
		}
		if v > high {
			high = v
		}
	}
	s.Numbers += t - s.Until
	s.Count += int64(len(all) - 1)
	s.Until, s.value, s.area, s.min, s.max, s.last = t, v, area, low, high, v
}

// Hold lets what the last reading said hold until t.
func (s *Span) Hold(t int64) {
	gap := t - s.Until
	if !s.begun || gap <= 0 {
		return
	}
	switch s.state {
	case Number:
		s.area += s.value * small * float64(gap)
		s.Numbers += gap
		if !s.some || s.last != s.value { // else it was seen when it was read
			s.see(s.value, s.value, s.value)
		}
	case Bad:
		s.Bad += gap
	}
	s.Until = t
}

func (s *Span) see(low, high, last float64) {
	if !s.some {
		s.min, s.max, s.some = low, high, true
	}
	if low < s.min {
		s.min = low
	}
	if high > s.max {
		s.max = high
	}
	s.last = last
}

// Join appends a span that begins not before Until; what s held fills the time between.
func (s *Span) Join(next Span) {
	if !next.begun {
		return
	}
	if !s.begun {
		*s = next
		return
	}
	s.Hold(next.First)
	s.Count += next.Count
	s.Numbers += next.Numbers
	s.Bad += next.Bad
	s.area += next.area
	if next.some {
		s.see(next.min, next.max, next.last)
	}
	s.Until, s.value, s.state = next.Until, next.value, next.state
}

// Range gives the lowest and highest number that held or was read, and the last; ok is false when there was none.
func (s *Span) Range() (low, high, last float64, ok bool) { return s.min, s.max, s.last, s.some }

// Mean is the mean over the time in which a good number held; 0 when there was no such time.
func (s *Span) Mean() float64 {
	if s.Numbers == 0 {
		return 0
	}
	return math.Max(s.min, math.Min(s.max, s.area/float64(s.Numbers)/small))
}
