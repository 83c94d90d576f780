package plant

import (
	"fmt"
	"sort"
	"time"
)

// Date is a local date, as days since 1 January 1970.
type Date int

// ParseDate reads "2026-12-25".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("%q is no date: write it like 2026-12-25", clip(s))
	}
	return DateOf(t), nil
}

// DateOf gives the date that a time shows in its own zone.
func DateOf(t time.Time) Date {
	return Date(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / int64(day)) // a midnight: nothing is cut
}

// DateIn gives the local date of a moment. It never goes back, not even where clocks are put back over midnight.
func DateIn(t time.Time, zone *time.Location) Date { return Date(reached(t, zone).midnight() / day) }

// Begin is the first moment of the date.
func (d Date) Begin(zone *time.Location) time.Time { return d.wall().first(zone) }

// String prints the date as it is read.
func (d Date) String() string { return d.wall().date() }

func (d Date) wall() wall { return wall(d) * day }

// Closing is a date on which no shift opens, unless it is an OtherDay: a holiday. A night shift that opened the day before goes on to its end.
type Closing struct {
	Date Date
	Name string
}

// PlannedStop is a time on one date at which the line is meant to stand still within its shifts.
type PlannedStop struct {
	Name  string
	Date  Date // on which it begins
	Start Clock
	End   Clock // at or before Start means the next day
}

// ClosedOn tells why no shift of its weekday opens on a date; ok is false when they do.
func (c Calendar) ClosedOn(d Date) (why string, ok bool) {
	i := sort.Search(len(c.Closed), func(i int) bool { return c.Closed[i].Date >= d })
	if i == len(c.Closed) || c.Closed[i].Date != d {
		return "", false
	}
	return c.Closed[i].Name, true
}

// on gives start and end by the wall.
func (p PlannedStop) on() (from, to wall) {
	from, to = p.Date.wall()+wall(p.Start)*60, p.Date.wall()+wall(p.End)*60
	if to <= from {
		to += day
	}
	return from, to
}

// StopsOn are the planned stops that begin on a date.
func (c Calendar) StopsOn(d Date) []PlannedStop {
	first := sort.Search(len(c.Stops), func(i int) bool { return c.Stops[i].Date >= d })
	last := sort.Search(len(c.Stops), func(i int) bool { return c.Stops[i].Date > d })
	return c.Stops[first:last]
}

// StopAt names the planned stop that runs at a moment; ok is false when none does.
func (c Calendar) StopAt(t time.Time) (name string, ok bool) {
	now := reached(t, c.zone())
	today := Date(now.midnight() / day)
	for _, d := range [2]Date{today - 1, today} {
		for _, p := range c.StopsOn(d) {
			if from, to := p.on(); from <= now && now < to {
				return p.Name, true
			}
		}
	}
	return "", false
}

// stops are the planned stops within a shift that opens on a date, cut at its ends.
func (c Calendar) stops(s Shift, date wall) (all []Span) {
	zone := c.zone()
	first, last := Date(date/day)-1, Date(date/day)+1
	for i := sort.Search(len(c.Stops), func(i int) bool { return c.Stops[i].Date >= first }); i < len(c.Stops) && c.Stops[i].Date <= last; i++ {
		from, to := c.Stops[i].on()
		if at := (Span{Later(from.first(zone), s.From), Earlier(to.first(zone), s.To)}); at.From.Before(at.To) {
			all = append(all, at)
		}
	}
	return all
}
