// Package workday is the days that plans are made of: working days, counted from today on.
package workday

import (
	"slices"
	"time"

	"millwright/internal/erp/mrp"
	"millwright/internal/plant"
)

// Calendar turns dates into the working days that plans are made of, and back. Day 0 is today, or the first working day
// after it.
type Calendar struct {
	today plant.Date
	days  []plant.Date // working days, in order
	first int          // of days: day 0
}

// How far back and ahead working days are looked up; beyond it every date counts as one.
const (
	back  = 400
	Ahead = 1500
)

// New makes the calendar around a date. Where nothing ever works, it is Monday to Friday.
func New(today plant.Date, open func(plant.Date) bool) Calendar {
	c := Calendar{today: today}
	if open != nil {
		c.fill(open)
	}
	if len(c.days) == 0 || c.days[len(c.days)-1] < today {
		c.days = nil
		c.fill(weekday)
	}
	c.first, _ = slices.BinarySearch(c.days, today)
	return c
}

func (c *Calendar) fill(open func(plant.Date) bool) {
	for d := c.today - back; d < c.today+Ahead; d++ {
		if open(d) {
			c.days = append(c.days, d)
		}
	}
}

func weekday(d plant.Date) bool {
	day := d.Begin(time.UTC).Weekday()
	return day != time.Saturday && day != time.Sunday
}

// Today is the date that the calendar is of.
func (c Calendar) Today() plant.Date { return c.today }

// Before is the last working day up to a date: by then something has to be there that is wanted on it.
func (c Calendar) Before(d plant.Date) mrp.Day {
	at, is := slices.BinarySearch(c.days, d)
	if !is && at < len(c.days) {
		at--
	}
	return c.day(at, d)
}

// After is the first working day from a date on: then something is there that comes on it.
func (c Calendar) After(d plant.Date) mrp.Day {
	at, _ := slices.BinarySearch(c.days, d)
	return c.day(at, d)
}

// day is the day of an index of the working days; outside of them each date is one.
func (c Calendar) day(at int, d plant.Date) mrp.Day {
	switch last := len(c.days) - 1; {
	case at < 0:
		at = int(max(d-c.days[0], -1<<20))
	case at > last:
		at = last + int(min(d-c.days[last], 1<<20))
	}
	return mrp.Day(at - c.first)
}

// Date is the date of a working day.
func (c Calendar) Date(d mrp.Day) plant.Date {
	at := int(d) + c.first
	switch last := len(c.days) - 1; {
	case at < 0:
		return c.days[0] + plant.Date(at)
	case at > last:
		return c.days[last] + plant.Date(at-last)
	}
	return c.days[at]
}
