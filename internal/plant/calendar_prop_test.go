package plant

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// drawCalendar makes a valid calendar: cuts of the day, some of them shifts, each on some weekdays.
func drawCalendar(t *rapid.T, zones []*time.Location) Calendar {
	c := Calendar{Zone: rapid.SampledFrom(zones).Draw(t, "zone")}
	start := rapid.IntRange(0, minutesPerDay-1).Draw(t, "first start")
	left := minutesPerDay
	for left > 0 && len(c.Shifts) < 4 {
		length := rapid.IntRange(1, left).Draw(t, "length")
		p := ShiftPattern{Name: string(rune('A' + len(c.Shifts))), Start: Clock(start), End: Clock((start + length) % minutesPerDay)}
		for d := time.Sunday; d <= time.Saturday; d++ {
			if rapid.Bool().Draw(t, "opens") {
				p.Days = append(p.Days, d)
			}
		}
		if length > 60 {
			at := rapid.IntRange(0, length-31).Draw(t, "break")
			p.Breaks = []ClockSpan{{Clock((start + at) % minutesPerDay), Clock((start + at + 30) % minutesPerDay)}}
		}
		c.Shifts = append(c.Shifts, p)
		gap := rapid.IntRange(0, left-length).Draw(t, "gap")
		start, left = (start+length+gap)%minutesPerDay, left-length-gap
	}
	if rapid.IntRange(0, 5).Draw(t, "zero calendar") == 0 {
		c.Shifts = nil
	}
	return c
}

// drawExceptions closes days around a moment, gives some other shifts, and plans stops.
func drawExceptions(t *rapid.T, c Calendar, around time.Time) Calendar {
	first := DateOf(around.In(c.zone())) - 3
	for d := first; d < first+15; d++ {
		if rapid.IntRange(0, 3).Draw(t, "closed") == 0 {
			c.Closed = append(c.Closed, Closing{Date: d, Name: "holiday"})
		}
		if rapid.IntRange(0, 4).Draw(t, "other") == 0 {
			one, two := drawOther(t, d), drawOther(t, d)
			with := c
			with.Other = append(slices.Clone(c.Other), one.And(two))
			if len(with.Collisions()) == 0 {
				c = with
			}
		}
		for rapid.IntRange(0, 2).Draw(t, "stop") == 0 {
			c.Stops = append(c.Stops, PlannedStop{Date: d, Start: Clock(rapid.IntRange(0, minutesPerDay-1).Draw(t, "start")), End: Clock(rapid.IntRange(0, minutesPerDay).Draw(t, "end"))})
		}
	}
	return c
}

// drawOther is a date with a shift of its own.
func drawOther(t *rapid.T, d Date) OtherDay {
	start, length := rapid.IntRange(0, minutesPerDay-1).Draw(t, "other start"), rapid.IntRange(1, minutesPerDay).Draw(t, "other length")
	p := ShiftPattern{Name: "Other", Start: Clock(start), End: Clock((start + length) % minutesPerDay)}
	if length > 60 {
		at := rapid.IntRange(0, length-31).Draw(t, "other break")
		p.Breaks = []ClockSpan{{Clock((start + at) % minutesPerDay), Clock((start + at + 30) % minutesPerDay)}}
	}
	return OtherDay{Date: d, Name: "other", Shifts: []ShiftPattern{p}}
}

// drawMoment prefers the hours around changes of clocks.
func drawMoment(t *rapid.T, z *time.Location) time.Time {
	year := time.Date(rapid.IntRange(1990, 2040).Draw(t, "year"), 1, 1, 0, 0, 0, 0, time.UTC)
	at := year.Add(time.Duration(rapid.Int64Range(0, 365*86400).Draw(t, "second")) * time.Second)
	if _, end := at.In(z).ZoneBounds(); !end.IsZero() && rapid.Bool().Draw(t, "near a change") {
		at = end.Add(time.Duration(rapid.Int64Range(-36*3600, 36*3600).Draw(t, "off")) * time.Second)
	}
	return at.UTC()
}

func drawZones(t *testing.T) (all []*time.Location) {
	for _, name := range []string{
		"UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Beirut", "America/Havana",
		"Africa/Casablanca", "Pacific/Apia", "America/Sao_Paulo", "Asia/Kathmandu", "Antarctica/Troll",
	} {
		all = append(all, zone(t, name))
	}
	return all
}

// TestShiftsTileTime: shifts are in order and don't overlap, their stretches fill the window exactly,
// and At says the same as Between at every edge.
func TestShiftsTileTime(t *testing.T) {
	zones := drawZones(t)
	rapid.Check(t, func(t *rapid.T) {
		c := drawCalendar(t, zones)
		if err := c.Validate(); err != nil {
			t.Fatalf("calendar %+v: %v", c, err)
		}
		from := drawMoment(t, c.zone())
		to := from.Add(time.Duration(rapid.Int64Range(0, 9*86400).Draw(t, "window")) * time.Second)
		if rapid.Bool().Draw(t, "exceptions") {
			c = drawExceptions(t, c, from)
		}
		shifts := c.Between(from, to)
		for i, s := range shifts {
			if !s.From.Before(s.To) || !s.From.Before(to) || !from.Before(s.To) {
				t.Fatalf("shift %+v does not overlap %s to %s", s, from, to)
			}
			if i > 0 && s.From.Before(shifts[i-1].To) {
				t.Fatalf("%+v and %+v overlap", shifts[i-1], s)
			}
			checkBreaks(t, s)
			for _, at := range []time.Time{s.From, s.To.Add(-time.Microsecond), s.From.Add(s.Span().Duration() / 2)} {
				if got, ok := c.At(at); !ok || got.From != s.From || got.To != s.To || got.Date != s.Date {
					t.Fatalf("at %s runs %+v, want %+v", at, got, s)
				}
			}
		}
		checkStretches(t, c, from, to)
	})
}

func checkBreaks(t *rapid.T, s Shift) {
	at := s.From
	for _, b := range s.Breaks {
		if b.From.Before(at) || !b.From.Before(b.To) || s.To.Before(b.To) {
			t.Fatalf("break %v of %+v", b, s)
		}
		at = b.To
	}
}

func checkStretches(t *rapid.T, c Calendar, from, to time.Time) {
	at, total := from, time.Duration(0)
	for _, s := range c.Cut(from, to) {
		if !s.From.Equal(at) || !s.From.Before(s.To) {
			t.Fatalf("stretch %+v does not begin at %s", s, at)
		}
		at = s.To
		total += s.Duration()
		for _, m := range []time.Time{s.From, s.To.Add(-time.Microsecond)} {
			if got, ok := c.At(m); ok != (s.Plan != OffShift) || got.From != s.Shift.From {
				t.Fatalf("at %s runs %+v (%v), but the stretch is %+v", m, got, ok, s)
			}
		}
	}
	if total != to.Sub(from) {
		t.Fatalf("stretches last %s of %s", total, to.Sub(from))
	}
}

// TestDaysTileTime: without shifts there is no moment outside a day.
func TestDaysTileTime(t *testing.T) {
	zones := drawZones(t)
	rapid.Check(t, func(t *rapid.T) {
		c := Calendar{Zone: rapid.SampledFrom(zones).Draw(t, "zone")}
		at := drawMoment(t, c.zone())
		s, ok := c.At(at)
		if !ok || !s.Span().Contains(at) {
			t.Fatalf("at %s runs %+v", at, s)
		}
		if local := at.In(c.zone()).Format(time.DateOnly); s.Date != local && s.Span().Duration() > 23*time.Hour {
			t.Fatalf("at %s the local date is %s, the shift's %s", at, local, s.Date)
		}
	})
}
