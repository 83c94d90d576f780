// Package tag is what a machine says: a named signal and its samples in event time.
package tag

import (
	"math"
	"time"
)

// ID is the number of a tag inside one process: dense from 1, so that it indexes slices. It is never stored.
type ID uint32

// Tag is a signal of a machine: where it is read, and how it is understood.
type Tag struct {
	ID         ID     // given by the Registry
	Name       string // durable and unique in the plant: "filling-1/filler/good"
	Label      string // for people: "Good count"
	Unit       string // engineering unit for people: "°C", "1/min"
	Connection string // the connection it is read through; "" when it only arrives by HTTP, or is derived
	Address    string // inside the connection: "nsu=urn:millwright:demo;s=filling-1.filler.good"
	Expr       string // of a derived tag: what it is reckoned from; "" for a tag that is read
	Kind       Kind   // that the machine's values must be of; None for any
	Interval   time.Duration
	Queue      uint32        // readings that the device may keep between two deliveries; 0 means those of two seconds
	Deadband   float64       // absolute, in raw units; 0 passes every change
	Swing      float64       // how far the history may be off, in engineering units; 0 keeps every reading
	Heartbeat  time.Duration // a reading that says nothing new is passed on after this time; 0 means never, or a minute of a tag that swings
	Scale      float64       // value = raw × Scale + Offset; 0 means 1. Only floats and integers are scaled, into floats.
	Offset     float64
	Writable   bool
	Low, High  *float64 // normal band, drawn; nil when unknown
}

// Sample is one reading. Time is the machine's own (source) time in UTC, cut to microseconds.
type Sample struct {
	Tag     ID
	Quality Quality
	Time    time.Time
	Value   Value
}

// Good tells whether the sample may enter a KPI: good quality, and a value that is not NaN or infinite (R10, R11).
func (s Sample) Good() bool { return s.Quality.Good() && s.Value.kind != None }

// Clean makes a reading safe to keep: time in UTC cut to microseconds, NaN and infinities marked bad.
func (s Sample) Clean() Sample {
	s.Time = s.Time.UTC().Truncate(time.Microsecond)
	if s.Value.kind == Float && s.Quality.Good() {
		if f := math.Float64frombits(s.Value.bits); math.IsNaN(f) || math.IsInf(f, 0) {
			s.Quality = BadOutOfRange
		}
	}
	return s
}

// Takes tells whether a value of the machine is of the kind that the tag is said to have: Int is every whole number, and
// Float every number. A reading without a value is of any.
func (t Tag) Takes(v Value) bool {
	switch v.kind {
	case None:
		return true
	case Int, Uint:
		return t.Kind == None || t.Kind == Int || t.Kind == Float
	}
	return t.Kind == None || t.Kind == v.kind
}

// Scaled gives a value of the machine in engineering units. What lies beyond all numbers then is for Clean.
func (t Tag) Scaled(v Value) Value {
	if t.Scale == 0 && t.Offset == 0 {
		return v
	}
	raw, ok := v.Float()
	if !ok || v.Kind() == Boolean {
		return v
	}
	scale := t.Scale
	if scale == 0 {
		scale = 1
	}
	return FloatValue(raw*scale + t.Offset)
}

// KindOf reads a kind that a tag may be said to have: bool, int, float or text.
func KindOf(word string) (k Kind, ok bool) {
	for _, k := range []Kind{Boolean, Int, Float, Text} {
		if k.String() == word {
			return k, true
		}
	}
	return None, word == ""
}

// steady is the heartbeat of a tag that swings and names none.
const steady = time.Minute

// Silence is the longest time between two readings that a swinging door leaves, unless the machine itself says nothing.
func (t Tag) Silence() time.Duration {
	if t.Heartbeat == 0 {
		return steady
	}
	return t.Heartbeat
}

// Stale tells whether a reading says nothing that the last one passed on did not: it is of the same quality and kind,
// lies within the deadband, and the heartbeat is not due.
func (t Tag) Stale(last, s Sample) bool {
	if t.Deadband <= 0 || s.Quality != last.Quality || t.Heartbeat > 0 && s.Time.Sub(last.Time) >= t.Heartbeat {
		return false
	}
	switch s.Value.kind {
	case Float, Int, Uint:
		a, ok := last.Value.Float()
		b, also := s.Value.Float()
		return ok && also && last.Value.kind == s.Value.kind && math.Abs(b-a) < t.ScaledDeadband()
	}
	return false
}

// ScaledDeadband is the deadband in engineering units: that of the raw value times the scale.
func (t Tag) ScaledDeadband() float64 {
	if t.Scale == 0 {
		return t.Deadband
	}
	return math.Abs(t.Deadband * t.Scale)
}
