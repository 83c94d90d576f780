package plant

import "time"

// Calendar says when a line is meant to produce. The zero Calendar means always: one shift a local day.
type Calendar struct {
	Zone   *time.Location
	Shifts []ShiftPattern
}

// ShiftPattern repeats a shift on weekdays, by the local clock of the site.
type ShiftPattern struct {
	Name   string         // "Early"
	Days   []time.Weekday // on which it opens; empty means every day
	Start  Clock
	End    Clock // at or before Start means the next day
	Breaks []ClockSpan
}

// Clock is a local time of day in minutes since midnight.
type Clock int

// ClockSpan is a part of a shift by the local clock; the end may lie after midnight.
type ClockSpan struct{ Start, End Clock }

// Span is a half-open time [From, To).
type Span struct{ From, To time.Time }

// Shift is one shift that happens: it belongs to the local date on which it opens, and lasts
// 7 or 9 hours instead of 8 when the clocks change within it.
type Shift struct {
	Name   string
	Date   string // local, "2026-03-28"
	From   time.Time
	To     time.Time
	Breaks []Span // ordered, within the shift, not overlapping
}
