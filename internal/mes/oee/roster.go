package oee

import (
	"sort"
	"time"

	"millwright/internal/plant"
)

// slot is a stretch of time in which the calendar says one thing.
type slot struct {
	plant.Span
	category Category // Running where the line is meant to produce, else PlannedStop or NotScheduled
	shift    string
	date     string
}

// around is how much of the calendar is laid out on either side of a time that is asked for.
const around = 8 * 24 * time.Hour

// roster lays out a calendar as slots without gaps, and remembers those around the time last asked for.
type roster struct {
	calendar plant.Calendar
	shifts   []plant.Shift
	slots    []slot
}

// at gives the slot of a moment.
func (r *roster) at(t time.Time) slot {
	r.lay(t)
	i := sort.Search(len(r.slots), func(i int) bool { return r.slots[i].To.After(t) })
	return r.slots[i]
}

// shift gives the shift of a moment, or the one before when none runs then; the zero Shift when there was none for days.
func (r *roster) shift(t time.Time) plant.Shift {
	r.lay(t)
	for i := len(r.shifts) - 1; i >= 0; i-- {
		if !r.shifts[i].From.After(t) {
			return r.shifts[i]
		}
	}
	return plant.Shift{}
}

// lay lays out the days around a moment unless they are. The edges of what is laid out are never
// given: they may lie within a shift.
func (r *roster) lay(t time.Time) {
	if n := len(r.slots); n > 0 && !t.Before(r.slots[0].From.Add(around/4)) && t.Before(r.slots[n-1].To.Add(-around/4)) {
		return
	}
	from, to := t.Add(-around), t.Add(around)
	r.shifts = r.calendar.Between(from, to)
	r.slots = r.slots[:0]
	at := from
	for i := range r.shifts {
		at = r.open(&r.shifts[i], at)
	}
	if at.Before(to) {
		r.slots = append(r.slots, slot{Span: plant.Span{From: at, To: to}, category: NotScheduled})
	}
}

// open appends the slots of a shift, and of the time before it.
func (r *roster) open(s *plant.Shift, at time.Time) time.Time {
	put := func(to time.Time, c Category, name, date string) {
		if to.After(at) {
			r.slots = append(r.slots, slot{Span: plant.Span{From: at, To: to}, category: c, shift: name, date: date})
			at = to
		}
	}
	put(s.From, NotScheduled, "", "")
	for _, b := range s.Breaks {
		put(b.From, Running, s.Name, s.Date)
		put(b.To, PlannedStop, s.Name, s.Date)
	}
	put(s.To, Running, s.Name, s.Date)
	return at
}
