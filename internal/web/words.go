package web

import (
	"strconv"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/execution/promise/wording"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	"millwright/views/figure"
	lineview "millwright/views/line"
	"millwright/views/ui"
)

// tones are the andon colours of the categories of time.
var tones = map[oee.Category]ui.Tone{
	oee.NoData: ui.NoData, oee.NotScheduled: ui.Off, oee.PlannedStop: ui.Planned, oee.NoOrder: ui.NoOrder,
	oee.Changeover: ui.Changeover, oee.Breakdown: ui.Stopped, oee.Blocked: ui.Material, oee.Starved: ui.Material,
	oee.MicroStop: ui.Slow, oee.Running: ui.Running, oee.ReducedSpeed: ui.Slow,
}

// stateOf is a category as people read it; a breakdown that nothing explains is called so.
func stateOf(c oee.Category, fault string) ui.State {
	word := upper(c.String())
	if c == oee.Breakdown && !faulty(fault) {
		word = "Stopped"
	}
	return ui.State{Tone: tones[c], Word: word}
}

// unitState is a unit's PackML state with the tone of what it means for production.
func unitState(s machine.Status) ui.State {
	state := ui.State{Word: s.State.String(), Tone: ui.Stopped}
	switch s.Mode {
	case machine.ChangeOver:
		state.Tone = ui.Changeover
		return state
	case machine.Maintenance:
		state.Tone = ui.Planned
		return state
	}
	switch s.State {
	case machine.Unknown:
		state.Tone = ui.NoData
	case machine.Execute:
		state.Tone = ui.Running
	case machine.Suspended, machine.Suspending, machine.Unsuspending:
		state.Tone = ui.Material
	case machine.Idle, machine.Complete, machine.Completing, machine.Resetting, machine.Starting:
		state.Tone = ui.NoOrder
	}
	return state
}

// rank orders lines by what needs attention first.
var rank = map[oee.Category]int{
	oee.Breakdown: 0, oee.NoData: 1, oee.Blocked: 2, oee.Starved: 2, oee.MicroStop: 3, oee.ReducedSpeed: 3,
	oee.Changeover: 4, oee.NoOrder: 5, oee.Running: 6, oee.PlannedStop: 7, oee.NotScheduled: 8,
}

// percent writes a ratio in per cent.
func percent(l figure.Locale, r oee.Ratio) string { return l.Percent(r.Value, r.OK) }

func share(r oee.Ratio) ui.Share { return ui.Ratio(r.Value, r.OK) }

// pieces writes a quantity in whole pieces.
func pieces(l figure.Locale, q plant.Quantity) string { return l.Whole(q.Floor()) }

// delta writes pieces against their target, and how that is.
func delta(l figure.Locale, good, target plant.Quantity) (text string, mood ui.Mood) {
	if target <= 0 {
		return figure.Unknown, ui.Plain
	}
	d := good - target
	switch {
	case d.Floor() == 0: // said as ±0: neither well nor bad
	case d > 0:
		mood = ui.Well
	case d < -target/10:
		mood = ui.Alarm
	case d < -target/50:
		mood = ui.Warning
	}
	return l.Signed(d.Floor()), mood
}

// targetText writes a target; unknown when no rate is known.
func targetText(l figure.Locale, q plant.Quantity) string {
	if q <= 0 {
		return figure.Unknown
	}
	return pieces(l, q)
}

// count writes a counter as it stands.
func count(l figure.Locale, c machine.Count) string {
	if c.Tag == 0 || !c.Known || c.Bad {
		return figure.Unknown
	}
	return l.Whole(c.Total.Floor())
}

// reading writes a value for people: integers to the last digit, floats as far as they can be read.
func reading(l figure.Locale, s tag.Sample) string {
	if f, ok := s.Value.Float(); ok && s.Value.Kind() == tag.Float {
		return l.Reading(f)
	}
	switch s.Value.Kind() {
	case tag.None:
		return figure.Unknown
	case tag.Int, tag.Uint:
		if i, ok := s.Value.Int(); ok {
			return l.Whole(i)
		}
	case tag.Boolean:
		if b, _ := s.Value.Bool(); b {
			return "on"
		}
		return "off"
	}
	return errs.Clip(s.Value.String())
}

func grade(q tag.Quality) lineview.Grade {
	switch {
	case q.Good():
		return lineview.Good
	case q.Uncertain():
		return lineview.Uncertain
	}
	return lineview.Bad
}

// readiness says when a job will be done: as it is foretold, else at the pace of this shift.
type readiness struct {
	text string
	mood ui.Mood
	late bool
}

func (p *painter) promiseOf(m moment, l lineInfo, j execution.Job, c oee.Classic) readiness {
	left := j.Planned - j.Good
	overdue := !j.Due.IsZero() && m.After(j.Due)
	ready, stalled, guess := p.readyAt(m, j, c)
	switch {
	case left <= 0 && j.Status == execution.Completed:
		return readiness{}
	case left <= 0:
		return readiness{text: "all pieces made", mood: ui.Well}
	case overdue && !guess:
		return readiness{text: "overdue", mood: ui.Alarm, late: true}
	case !guess:
		return readiness{}
	}
	out := readiness{text: "ready " + l.locale.Near(ready, m.Time)}
	if !stalled.IsZero() {
		out.text = "stalled since " + l.locale.Near(stalled, m.Time) + ", " + out.text + " if it runs now"
	}
	if j.Due.IsZero() {
		return out
	}
	if late := ready.Sub(j.Due); late > 0 {
		out.text += ", " + wording.Lasting(late) + " late"
		out.mood, out.late = ui.Alarm, true
	}
	return out
}

// readyAt is when a job will be done: as it is foretold or, where nothing is, when a running one will be if the line goes
// on as it did in this shift. stalled is since when its line stands.
func (p *painter) readyAt(m moment, j execution.Job, c oee.Classic) (ready, stalled time.Time, ok bool) {
	if f := p.forecast(); f != nil {
		if _, likely, known := f.Job(j.ID); known {
			return likely.Truncate(time.Minute), f.Stalled(j.ID), !likely.IsZero()
		}
	}
	if j.Status != execution.Running || c.Good <= 0 || c.PPT <= 0 {
		return ready, stalled, false
	}
	need := time.Duration(float64(c.PPT) / c.Good.Float() * (j.Planned - j.Good).Float())
	return m.Add(need).Truncate(time.Minute), stalled, true
}

func progress(j execution.Job) oee.Ratio {
	if j.Planned <= 0 {
		return oee.Ratio{}
	}
	return oee.Ratio{Value: j.Good.Float() / j.Planned.Float(), OK: true}
}

func due(m moment, l lineInfo, j execution.Job) string {
	if j.Due.IsZero() {
		return ""
	}
	return l.locale.Near(j.Due, m.Time)
}

// times writes how often something happened.
func times(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
