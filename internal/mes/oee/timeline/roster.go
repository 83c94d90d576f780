package timeline

import (
	"sort"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// around is how much of the calendar is laid out on either side of a time that is asked for.
const around = 8 * 24 * time.Hour

// roster lays out a calendar, and remembers what lies around the time last asked for.
type roster struct {
	calendar plant.Calendar
	slots    []plant.Stretch
}

// at gives the slot of a moment.
func (r *roster) at(t time.Time) plant.Stretch {
	r.lay(t)
	return r.slots[r.index(t)]
}

func (r *roster) index(t time.Time) int {
	return sort.Search(len(r.slots)-1, func(i int) bool { return r.slots[i].To.After(t) })
}

// shift gives the shift of a moment, or the one before when none runs then; the zero Shift when there was none for days.
func (r *roster) shift(t time.Time) plant.Shift {
	r.lay(t)
	for i := r.index(t); i >= 0; i-- {
		if s := r.slots[i]; s.Plan != plant.OffShift {
			return s.Shift
		}
	}
	return plant.Shift{}
}

// lay lays out the days around a moment, unless they are. What is laid out is cut at its edges, so
// that times near them are not answered from it.
func (r *roster) lay(t time.Time) {
	const margin = around / 4
	if n := len(r.slots); n > 0 && !t.Before(r.slots[0].From.Add(margin)) && t.Before(r.slots[n-1].To.Add(-margin)) {
		return
	}
	r.slots = r.calendar.Cut(t.Add(-around), t.Add(around))
}

// meant is what the calendar makes of a time: Running where the line is to produce.
func meant(p plant.Plan) oee.Category {
	switch p {
	case plant.OnShift:
		return oee.Running
	case plant.OnBreak:
		return oee.PlannedStop
	}
	return oee.NotScheduled
}
