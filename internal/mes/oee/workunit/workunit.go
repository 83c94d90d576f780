// Package workunit is how the single machines of lines used their time, by their own states and counters.
//
// The ledger of a line tells what the line did, and which machine caused it. Here each machine has a time of its own:
// it is laid out from the history by the same engine, and its sums are kept beside those of its line. Nobody edits it.
package workunit

import (
	"context"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/rollup"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/machine"
	"millwright/internal/plant"
)

// Unit is one machine of a line.
type Unit struct {
	ID      plant.UnitID
	Name    string
	Line    plant.LineID
	Stage   int  // its place along the flow; machines that work in parallel share one
	Output  bool // it, or one that works beside it, gives out the line's pieces
	Counts  bool // it counts pieces, whether good ones or all
	Rejects bool // it counts rejected pieces
	layout  kpi.Layout
}

// Units are the machines of all lines that say something.
type Units struct {
	lines map[plant.LineID]plant.Line
	said  map[plant.LineID][]machine.Signals
	all   map[plant.UnitID]*Unit
	of    map[plant.LineID][]*Unit // in the order of the flow
	facts timeline.Source

	tails *tails

	before Before // nil when all time is laid out by the settings in use
}

// meaning is of the layout of machines' time: what was kept by another is made anew.
const meaning = "unit 2 "

// New knows the machines of a plant, and derives their time from the facts of the past.
func New(p *plant.Plant, signals []machine.Signals, facts timeline.Source) *Units {
	u := &Units{lines: map[plant.LineID]plant.Line{}, said: map[plant.LineID][]machine.Signals{}, all: map[plant.UnitID]*Unit{}, of: map[plant.LineID][]*Unit{}, facts: facts, tails: &tails{of: map[plant.UnitID]tail{}}}
	by := map[plant.UnitID]machine.Signals{}
	for _, s := range signals {
		by[s.Unit] = s
	}
	for _, site := range p.Sites {
		for _, area := range site.Areas {
			for _, l := range area.Lines {
				u.lines[l.ID] = l
				u.know(l, site.Zone, by)
			}
		}
	}
	return u
}

func (u *Units) know(l plant.Line, zone *time.Location, by map[plant.UnitID]machine.Signals) {
	output := l.Output
	if output == "" && len(l.Units) > 0 {
		output = l.Units[len(l.Units)-1].ID
	}
	for i, one := range l.Units {
		s, ok := by[one.ID]
		if !ok {
			continue
		}
		u.said[l.ID] = append(u.said[l.ID], s)
		counts, rejects := s.Good.Tag != 0 || s.Total.Tag != 0, s.Reject.Tag != 0
		if s.State == 0 && s.Mode == 0 && !counts && !rejects {
			continue
		}
		stage := l.Stage(one.ID)
		first := slices.IndexFunc(l.Units, func(x plant.Unit) bool { return slices.Contains(stage, x.ID) })
		is := &Unit{ID: one.ID, Name: one.Name, Line: l.ID, Stage: i, Output: slices.Contains(stage, output), Counts: counts, Rejects: rejects}
		if first >= 0 {
			is.Stage = first
		}
		is.layout = kpi.Layout{Line: plant.LineID(one.ID), Zone: zone, Meaning: meaning + zoneName(zone)}
		u.all[one.ID], u.of[l.ID] = is, append(u.of[l.ID], is)
	}
}

func zoneName(z *time.Location) string {
	if z == nil {
		return time.UTC.String()
	}
	return z.String()
}

// Layouts are how the time of the machines is laid out: each as if it were a line.
func (u *Units) Layouts() (all []kpi.Layout) {
	for _, of := range u.of {
		for _, one := range of {
			all = append(all, one.layout)
		}
	}
	slices.SortFunc(all, func(a, b kpi.Layout) int { return compare(a.Line, b.Line) })
	return all
}

// Segments lays out the time of a machine from a bound on, as Layouts names it.
func (u *Units) Segments(ctx context.Context, id plant.LineID, from, to time.Time) ([]oee.Segment, error) {
	one := u.all[plant.UnitID(id)]
	if one == nil || !from.Before(to) {
		return nil, nil
	}
	all, from, err := u.former(ctx, one, plant.Span{From: from, To: to})
	if err != nil {
		return nil, err
	}
	if from.Before(to) {
		e := timeline.NewUnitEngine(u.lines[one.Line], one.ID, u.said[one.Line]...)
		closed, err := e.Derive(ctx, u.facts, from, to)
		if err != nil {
			return nil, err
		}
		all = append(append(all, closed...), e.Open(to)...)
	}
	for i := range all {
		all[i].Unit = one.ID
	}
	return all, nil
}

// lately is how much of the machines' time is laid out while somebody waits for it: the rest is kept.
const (
	lately = 30 * time.Hour
	few    = 12 // machines
)

// Few is of how many machines at once all time is laid out while somebody waits.
const Few = few

// rest is what is not kept of the machines' time.
type rest struct {
	*Units
	few    bool
	hourly bool // hours are counted, so that it is asked for from where its shift may have begun
}

// Snapshot knows of no shift that runs.
func (rest) Snapshot(plant.LineID) (oee.Snapshot, bool) { return oee.Snapshot{}, false }

// Segments lays out the end of a time, or gives what is kept of it.
func (r rest) Segments(ctx context.Context, id plant.LineID, from, to time.Time) ([]oee.Segment, error) {
	lead := time.Microsecond
	if r.hourly {
		lead = rollup.LongestShift
	}
	if !r.few {
		if all, ok := r.end(id, from, to, lead); ok {
			return all, nil
		}
	}
	return r.Units.Segments(ctx, id, plant.Later(from, to.Add(-lately)), to)
}

// Book keeps sums of machines beside those of their lines, as far as their lines' time is kept.
type Book struct{ rollup.Book }

// State gives how far a machine's sums go, and its line's time.
func (b Book) State(ctx context.Context, unit plant.LineID) (rollup.State, error) {
	s, err := b.Book.State(ctx, unit)
	if err != nil {
		return s, err
	}
	line, err := b.Book.State(ctx, lineOf(unit))
	s.Begin, s.End = line.Begin, line.End
	return s, err
}

// Crew says that nobody stands at a single machine.
func (Book) Crew(context.Context, plant.LineID, plant.Span) ([]kpi.Attendance, error) {
	return nil, nil
}
