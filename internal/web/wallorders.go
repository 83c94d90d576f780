// The orders of a hall: what runs, what comes next, and what will be late.

package web

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/plant"
	"millwright/views/figure"
	"millwright/views/ui"
	wallview "millwright/views/wall"
)

// hallInfo is an area, or a whole site, as a place where orders are worked on.
type hallInfo struct {
	id, name string
	place    plant.Place
	locale   figure.Locale
	lines    []lineInfo
}

// hall finds an area by its id, else a site.
func (p *painter) hall(id string) (hallInfo, bool) {
	if a, ok := p.areas[id]; ok {
		h := hallInfo{id: id, name: a.Name, place: a.place, locale: a.locale}
		for _, line := range a.Lines {
			l, _ := p.line(line.ID)
			h.lines = append(h.lines, l)
		}
		return h, true
	}
	i := slices.IndexFunc(p.Plant.Sites, func(s plant.Site) bool { return string(s.ID) == id })
	if i < 0 {
		return hallInfo{}, false
	}
	site := p.Plant.Sites[i]
	h := hallInfo{id: id, name: site.Name, place: plant.Place(id), locale: figure.Locale{Zone: site.Zone}}
	for _, l := range p.lines {
		if l.site.ID == site.ID {
			h.lines = append(h.lines, l)
		}
	}
	return h, true
}

func noHall(id string) error {
	return errs.New(errs.NotFound, "there is no area or site %q; look for it among the lines", errs.Clip(id))
}

func (p *painter) wallJob(m moment, l lineInfo, j execution.Job, c oee.Classic) *wallview.Job {
	will := p.promiseOf(m, l, j, c)
	lack, mood := p.starvesFirst(l)
	return &wallview.Job{
		Lack: lack, Short: mood == ui.Alarm,
		ID:       j.ID,
		Product:  j.Product,
		Done:     pieces(l.locale, j.Good),
		Planned:  pieces(l.locale, j.Planned),
		Progress: share(progress(j)),
		Due:      due(m, l, j),
		Promise:  will.text,
		Mood:     will.mood,
	}
}

// queued is a job that is open, and when it will be ready.
type queued struct {
	execution.Job
	line  lineInfo
	state ui.State
	ready time.Time     // zero when it cannot be known
	late  time.Duration // by then, or by now; 0 when it is not
	next  int           // how many stand before it in the queue
}

// queue is the open jobs of a line in the order in which they will be worked on. The running one goes on at the pace of
// the shift; those after it follow at their product's ideal cycle, slowed as the shift is by its OEE. What changing over
// and breaks will take is not known.
func (p *painter) queue(m moment, l lineInfo, s oee.Snapshot) (all []queued) {
	order := map[execution.Status]int{execution.Running: 1, execution.Held: 2, execution.Waiting: 3}
	for _, j := range p.Jobs.Jobs(l.ID) {
		if order[j.Status] > 0 {
			all = append(all, queued{Job: j, line: l, state: stateNow(s)})
		}
	}
	slices.SortStableFunc(all, func(a, b queued) int { return order[a.Status] - order[b.Status] })
	var free time.Time // when the line has done what stands before
	for i := range all {
		j := &all[i]
		j.next = i
		switch {
		case j.Status == execution.Running && j.Good >= j.Planned:
			j.ready = m.Time
		case j.Status == execution.Running:
			j.ready, _, _ = p.readyAt(m, j.Job, s.Classic)
		case j.Status == execution.Waiting:
			j.ready = p.waits(m, l, j.Job, s.Classic, free)
		}
		if j.Status != execution.Held { // it has left the line
			free = j.ready
		}
		if !j.Due.IsZero() && j.Good < j.Planned {
			j.late = max(0, plant.Later(j.ready, m.Time).Sub(j.Due).Truncate(time.Minute))
		}
	}
	return all
}

// waits is when a waiting job will be ready: as it is foretold, else when it begins once the line is free; zero when
// that is not known.
func (p *painter) waits(m moment, l lineInfo, j execution.Job, c oee.Classic, free time.Time) time.Time {
	if p.forecast() != nil {
		ready, _, _ := p.readyAt(m, j, c)
		return ready
	}
	if free.IsZero() {
		return free
	}
	return after(free, l, j, c)
}

// after is when a job will be ready that begins then; zero when its product has no cycle.
func after(begins time.Time, l lineInfo, j execution.Job, c oee.Classic) time.Time {
	cycle, ok := l.Ideal(j.Product)
	if !ok || cycle <= 0 || !c.OEE.OK || c.OEE.Value <= 0 {
		return time.Time{}
	}
	need := time.Duration(float64(cycle) * (j.Planned - j.Good).Float() / c.OEE.Value)
	return begins.Add(max(need, 0)).Truncate(time.Minute)
}

// boarded is how many orders can be read from five metres on one wall.
const boarded = 10

// wallOrders is the panel "wall/orders/<area or site>".
func (p *painter) wallOrders(m moment, h hallInfo) wallview.OrdersPanel {
	panel := wallview.OrdersPanel{Place: h.id, Name: h.name}
	var all []queued
	var newest time.Time
	var shift plant.Shift
	for _, l := range h.lines {
		s := p.snapshot(m, l.ID)
		all = append(all, p.queue(m, l, s)...)
		newest = plant.Later(newest, p.newest(l.tags))
		if shift.Name == "" {
			shift = s.Shift
		}
	}
	panel.Corner = corner(m, h.locale, shift)
	panel.Newest = m.ageOf(newest)
	if len(all) == 0 {
		panel.Empty = &ui.Empty{Title: "No orders", Text: "No line of " + h.name + " has an order that runs or waits."}
		return panel
	}
	slices.SortStableFunc(all, urgency)
	late := 0
	for _, j := range all {
		if j.late > 0 {
			late++
		}
	}
	panel.Sum, panel.Mood = "None late", ui.Well
	if late > 0 {
		panel.Sum, panel.Mood = fmt.Sprintf("%d late", late), ui.Alarm
	}
	n := min(boarded, len(all))
	for _, j := range all[:n] {
		panel.Orders = append(panel.Orders, boardRow(m, j))
	}
	if rest := len(all) - n; rest > 0 {
		panel.More = fmt.Sprintf("%d more, %d of them late", rest, max(0, late-n))
		if late <= n {
			panel.More = fmt.Sprintf("%d more, none of them late", rest)
		}
	}
	return panel
}

// urgency puts those first that will be late most, then those that come first, then those that are due first.
func urgency(a, b queued) int {
	return cmp.Or(cmp.Compare(b.late, a.late), cmp.Compare(a.next, b.next), dueOrder(a.Due, b.Due), cmp.Compare(a.ID, b.ID))
}

// dueOrder puts what is due first, and last what is never.
func dueOrder(a, b time.Time) int {
	switch {
	case a.IsZero() == b.IsZero():
		return a.Compare(b)
	case a.IsZero():
		return 1
	}
	return -1
}

func boardRow(m moment, j queued) wallview.Order {
	l := j.line.locale
	row := wallview.Order{
		ID: j.ID, Line: j.line.Name, State: j.state, Product: j.Product, Step: boardStep(j), Progress: share(progress(j.Job)),
		Done: pieces(l, j.Good), Planned: pieces(l, j.Planned), Due: figure.Unknown, Ready: figure.Unknown, Verdict: figure.Unknown,
	}
	if !j.Due.IsZero() {
		row.Due = l.Near(j.Due, m.Time)
	}
	if !j.ready.IsZero() {
		row.Ready = l.Near(j.ready, m.Time)
	}
	switch {
	case j.Good >= j.Planned:
		row.Ready, row.Verdict, row.Mood = "made", "All made", ui.Well
	case j.late > 0 && j.ready.IsZero():
		row.Verdict, row.Mood = "Overdue", ui.Alarm
	case j.late > 0:
		row.Verdict, row.Mood = figure.Span(j.late)+" late", ui.Alarm
	case !j.ready.IsZero() && !j.Due.IsZero():
		row.Verdict, row.Mood = "In time", ui.Well
	}
	return row
}

func boardStep(j queued) string {
	switch {
	case j.Status != execution.Waiting:
		return upper(string(j.Status))
	case j.next <= 1:
		return "Next"
	}
	return "Waits"
}
