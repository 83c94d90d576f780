package web

import (
	"fmt"

	"millwright/internal/ot/bus"
	"millwright/internal/ot/collect"
	"millwright/views/admin/system"
	"millwright/views/ui"
)

// Queue is where what comes in waits for a part.
type Queue struct {
	Name string
	Load func() bus.Load
}

// queues tells what waits for the engines. What they drop they read from the history.
func (r reader) queues(all []Queue) system.Group {
	g := system.Group{ID: "queues", Name: "Queues"}
	for _, q := range all {
		l := q.Load()
		x := read(q.Name, fmt.Sprintf("%s waiting", r.Whole(int64(l.Waiting))),
			fmt.Sprintf("Batches; %s at most. %s dropped since this plant is in use, which is read from the history instead.", r.Whole(int64(l.Room)), r.count(l.Dropped)))
		x = bad(l.Waiting > l.Room/2, ui.Warning, x, "More comes than this computer works off: look at its processor and disk, and at what else runs on it.")
		g.Readings = append(g.Readings, bad(l.Dropped > 0, ui.Warning, x, "More came than this computer could work off. Nothing is lost, but figures came later; look at its processor and disk."))
	}
	return g
}

// doubtful tells what of the readings was not taken as it came.
func (r reader) doubtful(n collect.Tally, all []collect.Status) system.Group {
	count := func(name, note, do string, sum uint64, of func(collect.Status) uint64) system.Reading {
		var most uint64
		where := ""
		for _, st := range all {
			if n := of(st); n > most {
				most, where = n, " Most at connection "+st.Connection+"."
			}
		}
		return bad(sum > 0, ui.Warning, read(name, r.count(sum), note), do+where)
	}
	return system.Group{ID: "doubtful", Name: "Readings not taken as they came, since the start", Readings: []system.Reading{
		count("Clock off", "Stamped out of reason: taken at their arrival and marked uncertain.", "Set the clock of the machine.", n.Skewed, func(st collect.Status) uint64 { return st.Skewed }),
		count("Another type", "Times a tag began to send another kind of value; it is kept as it comes.", "Look at what is computed from the tag; the log names it.", n.Retyped, func(st collect.Status) uint64 { return st.Retyped }),
		count("Merged", "Came faster than the connection's limit: the newest of each tag was kept.", "Raise the limit of the connection, or read its tags less often.", n.Merged, func(st collect.Status) uint64 { return st.Merged }),
		count("Lost at the machine", "Dropped there before they were fetched; at least so many.", "Read fewer tags, or these less often, or mend a slow network.", n.Overflows, func(st collect.Status) uint64 { return st.Overflows }),
	}}
}

// states are the sessions to the machines; none without machines.
func (s *Server) states() []collect.Status {
	if s.Sessions == nil {
		return nil
	}
	return s.Sessions.Connections()
}
