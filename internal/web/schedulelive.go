// The schedule as it is kept on open pages.

package web

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"millwright/internal/errs"
	"millwright/internal/mes/board"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	planview "millwright/views/plan"
	"millwright/views/ui"
)

// schedulePanel is what the names of the panels of the schedule begin with; the rest says which part, and of what, as an
// address does.
const schedulePanel = "schedule/"

// The parts of the schedule that are kept.
const (
	boardPart = "board" // the chart
	barPart   = "bar"   // one bar
	wordsPart = "words" // all of it in words
)

// Scheduled lets everybody see another schedule.
func (s *Server) Scheduled() { newWatcher(s).scheduled() }

// scheduled touches what is watched of the schedule.
func (w *watcher) scheduled() {
	for _, name := range w.watched() {
		if strings.HasPrefix(name, schedulePanel) {
			w.touch(name)
		}
	}
}

// askedOfBoard reads what a panel's name asks for; ok is false when it is none, or written in another way.
func askedOfBoard(panel string) (part string, a boardAsk, ok bool) {
	rest, is := strings.CutPrefix(panel, schedulePanel)
	part, query, _ := strings.Cut(rest, "?")
	q, err := url.ParseQuery(query)
	if !is || err != nil || len(query) > 400 {
		return part, a, false
	}
	a = boardAsk{days: scheduleDays(q.Get("days")), bar: q.Get("bar"), late: q.Get("way") == "backward"}
	known := part == boardPart || part == wordsPart || part == barPart && a.bar != ""
	return part, a, known && a.query(a.bar).Encode() == query
}

// panel names a part of what is asked for.
func (a boardAsk) panel(part string) string {
	return schedulePanel + part + "?" + a.query(a.bar).Encode()
}

// mayWatchBoard tells whether somebody sees a drawing of the schedule: that for planners has what moves bars.
func (s *Server) mayWatchBoard(v visitor, panel string, plans bool) bool {
	_, _, ok := askedOfBoard(panel)
	return ok && s.Planning.Board != nil && v.page == "" && v.reach.Base >= plant.Viewer && (!plans || plansBy(v))
}

func plansBy(v visitor) bool {
	duty := plant.Planner
	return v.page == "" && duty.Open(v.reach.Base, v.reach.Duties)
}

// looks is what is asked for, of a schedule and for somebody.
func (s *Server) looks(a boardAsk, st *board.Standing, may bool, now time.Time) boardAsk {
	p := s.painter()
	a.view, a.may, a.now = st, may, now
	a.state = func(id plant.LineID) ui.State { return standsStill(a, p.snapshot(moment{Time: now}, id)) }
	return a
}

// standsStill says what a line does where it does not run, and since when.
func standsStill(a boardAsk, snap oee.Snapshot) ui.State {
	switch snap.Now {
	case oee.Running, oee.ReducedSpeed, oee.NotScheduled, oee.NoOrder:
		return ui.State{}
	default:
		state := stateOf(snap.Now, snap.Fault)
		if !snap.Since.IsZero() {
			state.Word += " since " + a.moment(snap.Since)
		}
		return state
	}
}

// drawBoard draws a part of the schedule.
func (s *Server) drawBoard(ctx context.Context, m moment, panel string) (templ.Component, error) {
	part, a, ok := askedOfBoard(panel)
	if !ok || s.Planning.Board == nil {
		return nil, errs.New(errs.NotFound, "there is no panel %q", errs.Clip(panel))
	}
	st := s.Planning.Board.Standing()
	if st == nil {
		var err error
		if st, err = s.Planning.Board.Plan(ctx); err != nil {
			return nil, err
		}
	}
	a = s.looks(a, st, m.steps, m.Time)
	switch part {
	case barPart:
		return planview.Kept(a.barPart()), nil
	case wordsPart:
		return planview.Kept(a.wordsPart()), nil
	default:
		return planview.Kept(a.boardPart()), nil
	}
}

// boardPart is the chart, what it comes to, and what can be done with the whole of it.
func (a boardAsk) boardPart() planview.Panel {
	p := planview.Panel{Name: a.panel(boardPart), Lead: scheduleLead(a), Chart: a.chart()}
	if a.may {
		p.Steps = publishSteps(a)
	}
	return p
}

// barPart tells of the bar that is asked for.
func (a boardAsk) barPart() planview.Panel {
	p := planview.Panel{Name: a.panel(barPart)}
	b, ok := a.view.Find(a.bar)
	if !ok {
		p.Lead = a.bar + " is not in the schedule any more."
		return p
	}
	p.About, p.Facts, p.Steps = b.Key+" on "+a.view.Machine(b.Machine).Name, a.facts(b), barSteps(a, b)
	return p
}

// wordsPart is the schedule in words, and what is not in it.
func (a boardAsk) wordsPart() planview.Panel {
	return planview.Panel{Name: a.panel(wordsPart), Tables: scheduleTables(a)}
}
