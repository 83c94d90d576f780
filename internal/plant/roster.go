package plant

import (
	"sort"
	"time"
)

// around is how much of the calendar is laid out on either side of a time that is asked for.
const around = 8 * 24 * time.Hour

// Roster lays out a calendar, and remembers what lies around the time last asked for.
type Roster struct {
	Calendar Calendar
	slots    []Stretch
}

// At gives the slot of a moment.
func (r *Roster) At(t time.Time) Stretch {
	r.lay(t)
	return r.slots[r.index(t)]
}

func (r *Roster) index(t time.Time) int {
	return sort.Search(len(r.slots)-1, func(i int) bool { return r.slots[i].To.After(t) })
}

// Shift gives the shift of a moment, or the one before when none runs then; the zero Shift when there was none for days.
func (r *Roster) Shift(t time.Time) Shift {
	r.lay(t)
	for i := r.index(t); i >= 0; i-- {
		if s := r.slots[i]; s.Plan != OffShift {
			return s.Shift
		}
	}
	return Shift{}
}

// lay lays out the days around a moment, unless they are. What is laid out is cut at its edges, so
// that times near them are not answered from it.
func (r *Roster) lay(t time.Time) {
	const margin = around / 4
	if n := len(r.slots); n > 0 && !t.Before(r.slots[0].From.Add(margin)) && t.Before(r.slots[n-1].To.Add(-margin)) {
		return
	}
	r.slots = r.Calendar.Cut(t.Add(-around), t.Add(around))
}
