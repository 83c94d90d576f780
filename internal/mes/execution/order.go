package execution

import (
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/plant"
)

// Turn is a run with what its job makes and when that ended.
type Turn struct {
	Run
	Product string
	Ended   time.Time // zero while the job is open
}

// Orders gives from when on an order ran on a line, and from when on none did, of its turns in the order of time. A
// held job has left the line, as another may take it: what is held runs nowhere, and waits for no machine (OPC 10031-4,
// Interrupted). A job that is completed runs no more, though the line may make more of its product until the turn ends.
func Orders(pacer plant.UnitID, turns []Turn) (all []oee.OrderChanged) {
	for i, t := range turns {
		if t.From.Equal(t.To) {
			continue
		}
		over := !t.Ended.IsZero() && !t.Ended.After(t.From)
		all = append(all, oee.OrderChanged{Pacer: pacer, At: t.From, Runs: !over, Order: t.Job, Product: t.Product})
		if !over && !t.Ended.IsZero() && (t.To.IsZero() || t.Ended.Before(t.To)) {
			all = append(all, oee.OrderChanged{Pacer: pacer, At: t.Ended, Order: t.Job, Product: t.Product})
		}
		if follows := i+1 < len(turns) && turns[i+1].From.Equal(t.To); !t.To.IsZero() && !follows {
			all = append(all, oee.OrderChanged{Pacer: pacer, At: t.To})
		}
	}
	return all
}

// Turns gives those of a line whose jobs the desk knows, in the order of time.
func (d *Desk) Turns(line plant.LineID) (all []Turn) {
	s := d.stations[line]
	if s == nil {
		return nil
	}
	for _, r := range s.runs {
		if j := d.jobs[r.Job]; j != nil {
			all = append(all, Turn{Run: r, Product: j.Product, Ended: j.Ended})
		}
	}
	return all
}
