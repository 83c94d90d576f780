package plant

import (
	"slices"
	"time"
)

// Calendar says when a line is meant to produce. The zero Calendar means always: one shift a local day.
type Calendar struct {
	Zone   *time.Location // nil means UTC
	Shifts []ShiftPattern
	Closed []Closing     // in the order of dates: no shift opens on them
	Other  []OtherDay    // in the order of dates: they have these shifts, be they closed or not
	Stops  []PlannedStop // in the order of dates
}

// CalendarKey tells calendars apart by where they have what they say. Those of one key say the same, as do the lines'
// of a site that share its calendar; those of two may.
type CalendarKey struct {
	zone   *time.Location
	shifts *ShiftPattern
	closed *Closing
	other  *OtherDay
	stops  *PlannedStop
	size   [4]int
}

// Key is the calendar's.
func (c Calendar) Key() CalendarKey {
	return CalendarKey{
		c.Zone, head(c.Shifts), head(c.Closed), head(c.Other), head(c.Stops),
		[4]int{len(c.Shifts), len(c.Closed), len(c.Other), len(c.Stops)},
	}
}

// head is the first of a list; nil when it is empty.
func head[T any](all []T) *T {
	if len(all) == 0 {
		return nil
	}
	return &all[0]
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

// Duration is how long the span lasts.
func (s Span) Duration() time.Duration { return s.To.Sub(s.From) }

// Contains tells whether t lies within the span; its end does not.
func (s Span) Contains(t time.Time) bool { return !t.Before(s.From) && t.Before(s.To) }

// Shift is one shift that happens: it belongs to the local date on which it opens, and lasts
// 7 or 9 hours instead of 8 when the clocks change within it.
type Shift struct {
	Name   string
	Date   string // local, "2026-03-28"
	From   time.Time
	To     time.Time
	Breaks []Span // ordered, within the shift, not overlapping
}

// Span is the time of the shift, breaks included.
func (s Shift) Span() Span { return Span{s.From, s.To} }

// patterns gives the shifts, or the whole day as one when there are none.
func (c Calendar) patterns() []ShiftPattern {
	if len(c.Shifts) == 0 {
		return []ShiftPattern{{Name: "Day", End: minutesPerDay}}
	}
	return c.Shifts
}

func (c Calendar) zone() *time.Location {
	if c.Zone == nil {
		return time.UTC
	}
	return c.Zone
}

// At gives the shift that runs at t; ok is false between shifts.
func (c Calendar) At(t time.Time) (s Shift, ok bool) {
	now := reached(t, c.zone())
	today := now.midnight()
	for _, date := range [2]wall{today - day, today} {
		for _, p := range c.of(date) {
			if from, to := p.on(date); from <= now && now < to && p.opens(date.weekday()) {
				return c.shift(p, date), true
			}
		}
	}
	return Shift{}, false
}

// Between gives the shifts that overlap [from, to), in time order.
func (c Calendar) Between(from, to time.Time) []Shift {
	if !from.Before(to) {
		return nil
	}
	var all []Shift
	zone := c.zone()
	last := reached(to, zone).midnight()
	for date := reached(from, zone).midnight() - day; date <= last; date += day {
		for _, p := range c.of(date) {
			if !p.opens(date.weekday()) {
				continue
			}
			s := c.shift(p, date)
			if s.From.Before(s.To) && s.From.Before(to) && from.Before(s.To) {
				all = append(all, s)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Shift) int { return a.From.Compare(b.From) })
	return all
}

// opens tells whether the shift opens on a weekday.
func (p ShiftPattern) opens(d time.Weekday) bool {
	return len(p.Days) == 0 || slices.Contains(p.Days, d)
}

// on gives start and end of the shift that opens on a date, by the wall.
func (p ShiftPattern) on(date wall) (from, to wall) {
	from, to = date+wall(p.Start)*60, date+wall(p.End)*60
	if to <= from {
		to += day
	}
	return from, to
}

// shift resolves the shift that opens on a date. What is planned to stand still within it is a break of it.
func (c Calendar) shift(p ShiftPattern, date wall) Shift {
	s := p.shift(date, c.zone())
	if len(c.Stops) > 0 {
		s.Breaks = disjoint(append(s.Breaks, c.stops(s, date)...))
	}
	return s
}

// shift resolves the shift that opens on a date, without what is planned for that day alone.
func (p ShiftPattern) shift(date wall, zone *time.Location) Shift {
	from, to := p.on(date)
	s := Shift{Name: p.Name, Date: date.date(), From: from.first(zone), To: to.first(zone)}
	for _, b := range p.Breaks {
		start, end := p.pause(b)
		at := Span{Later((date + start).first(zone), s.From), Earlier((date + end).first(zone), s.To)}
		if at.From.Before(at.To) {
			s.Breaks = append(s.Breaks, at)
		}
	}
	s.Breaks = disjoint(s.Breaks)
	return s
}

// pause gives start and end of a break by the wall, from the midnight before the shift opens.
func (p ShiftPattern) pause(b ClockSpan) (start, end wall) {
	start, end = wall(b.Start)*60, wall(b.End)*60
	if b.Start < p.Start {
		start += day
	}
	for end <= start {
		end += day
	}
	return start, end
}

// disjoint puts spans in order and cuts what two of them share.
func disjoint(spans []Span) []Span {
	slices.SortFunc(spans, func(a, b Span) int { return a.From.Compare(b.From) })
	kept := spans[:0]
	for _, s := range spans {
		if len(kept) > 0 {
			s.From = Later(s.From, kept[len(kept)-1].To)
		}
		if s.From.Before(s.To) {
			kept = append(kept, s)
		}
	}
	return kept
}
