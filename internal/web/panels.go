package web

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/ot/bus"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/tag"
	"millwright/internal/plant"
	connectview "millwright/views/admin/connect"
	lineview "millwright/views/line"
	oeeview "millwright/views/oee"
	riskview "millwright/views/risk"
)

// The panels. Each is drawn by the component that its page uses, with the same struct.
//
//	now/totals, now/lines, lines              the plant
//	risk                                      orders at risk
//	line/<id>/head, strip, kpi, units, jobs, tags, material   one line
//	line/<id>/terminal, hours, stops, calls   its terminal
//	line/<id>/queue…                          its queue, by what the reader may do there
//	line/<id>/shift-…, sum-…, hour-…          its running shift
//	schedule/board?…, bar?…, words?…          the schedule
//	losses/figures?…                          what was lost over a time that goes on
//	wall/line/<id>, wall/hall/<area>, wall/orders/<area or site>, wall/turns/<rotation>   displays
//	admin/connections, admin/connections/<id> for admins
//	admin/tags?…, admin/tag/<name>/now, points, admin/unit/<line>/<unit>   for admins

// panel finds the component of a panel's name; ok is false when there is none.
func (p *painter) panel(m moment, name string) (c templ.Component, ok bool) {
	kind, rest, _ := strings.Cut(name, "/")
	switch {
	case name == "now/totals":
		return oeeview.Totals(p.totals(m)), true
	case name == "now/lines":
		return oeeview.Lines(p.rows(m)), true
	case name == riskPanel:
		return riskview.List(p.risks(m)), true
	case name == "lines":
		return lineview.Areas(p.list(m)), true
	case name == "admin/connections":
		return connectview.States(p.states(m, "")), true
	case strings.HasPrefix(name, oneConnection):
		return connectview.States(p.states(m, strings.TrimPrefix(name, oneConnection))), true
	case kind == "wall":
		return p.walls(m, rest)
	case kind == "line":
		return p.linePanel(m, rest)
	}
	return nil, false
}

func (p *painter) linePanel(m moment, name string) (templ.Component, bool) {
	id, part, _ := strings.Cut(name, "/")
	l, ok := p.line(plant.LineID(id))
	if !ok {
		return nil, false
	}
	switch part {
	case "head":
		return lineview.Top(p.head(m, l, p.snapshot(m, l.ID))), true
	case "strip":
		return lineview.Shift(p.shift(m, l, p.snapshot(m, l.ID))), true
	case "kpi":
		return lineview.Figures(p.kpis(l, p.snapshot(m, l.ID))), true
	case "units":
		return lineview.Units(p.units(m, l)), true
	case "jobs":
		return lineview.Jobs(p.jobs(m, l, p.snapshot(m, l.ID))), true
	case "tags":
		return lineview.Tags(p.tags(m, l)), true
	case "calls":
		return lineview.Calls(p.callsPanel(m, l)), true
	case "material":
		return riskview.Lack(p.materialPanel(m, l)), true
	}
	return p.terminalPanel(m, l, part)
}

// lineParts are the panels of a line's page, and of its terminal.
var lineParts = []string{"head", "strip", "kpi", "units", "jobs", "tags", "terminal", "hours", "stops", "calls", "material"}

// knows tells whether a panel exists, without drawing it.
func (p *painter) knows(name string) bool {
	parts := strings.Split(name, "/")
	switch {
	case strings.HasPrefix(name, "admin/tag") || strings.HasPrefix(name, unitPanel):
		return p.knowsTags(name)
	case strings.HasPrefix(name, turnsPanel):
		return p.knowsTurns(name)
	case name == riskPanel:
		return p.view == "" && p.Promises != nil
	case name == "now/totals" || name == "now/lines" || name == "lines" || name == "admin/connections":
		return true
	case strings.HasPrefix(name, lossPanel):
		return p.knowsLosses(name)
	case len(parts) != 3:
		return false
	case strings.HasPrefix(name, oneConnection):
		_, used := p.stateOf(strings.TrimPrefix(name, oneConnection))
		return used
	case parts[0] == "line":
		l, ok := p.line(plant.LineID(parts[1]))
		return ok && (slices.Contains(lineParts, parts[2]) || p.knowsShift(l, parts[2]))
	case parts[0] == "wall":
		return p.hasWall("/" + name)
	}
	return false
}

// pace gives panels that follow every reading a faster pace than the others, and those that add up long times a slower one.
// Machines deliver their readings every 50 ms: drawn at that very pace, all that come after a late one would wait as long as it was late.
func pace(panel string) time.Duration {
	switch {
	case strings.HasSuffix(panel, "/tags"):
		return 40 * time.Millisecond
	case strings.HasPrefix(panel, lossPanel), strings.HasPrefix(panel, schedulePanel):
		return time.Second
	}
	return 0
}

// follow turns news into touches until ctx ends. News only say that something changed: a batch that is
// dropped because we are slow loses nothing, as the next touch draws things as they are.
func (s *Server) follow(ctx context.Context, parts *sync.WaitGroup) {
	w := newWatcher(s)
	listen(ctx, parts, s.News.Samples, w.samples)
	listen(ctx, parts, s.News.Facts, w.facts)
	listen(ctx, parts, s.News.Lines, w.lines)
	listen(ctx, parts, s.News.Jobs, w.jobs)
	parts.Go(func() { w.seconds(ctx) })
}

// waiting is how many batches of news may wait.
const waiting = 64

func listen[T any](ctx context.Context, parts *sync.WaitGroup, topic *bus.Topic[T], hear func([]T)) {
	if topic == nil {
		return
	}
	queue := topic.Queue(waiting)
	parts.Go(func() {
		defer queue.Close()
		for {
			batch, err := queue.Next(ctx)
			if err != nil {
				return
			}
			hear(batch)
		}
	})
}

// watcher maps news to panels.
type watcher struct {
	touch   func(panel string)
	painter func() *painter
	watched func() []string
	now     func() time.Time
	seen    map[plant.LineID]shown // used by lines alone
}

// shown is what of a line is drawn large: when it changes, the plant's pages are drawn at once; mere counts wait
// for the next second.
type shown struct {
	now     oee.Category
	since   time.Time
	product string
	order   string
	fault   string
	edited  int64 // the newest that somebody said about it
	slow    bool
}

func newWatcher(s *Server) *watcher {
	return &watcher{
		touch:   s.hub.Touch,
		painter: s.painter,
		watched: s.hub.Watched,
		now:     s.Now,
		seen:    map[plant.LineID]shown{},
	}
}

func (w *watcher) line(id plant.LineID, parts ...string) {
	for _, part := range parts {
		w.touch("line/" + string(id) + "/" + part)
		if slices.Contains(handy, part) {
			w.touch("line/" + string(id) + "/" + part + handed)
		}
	}
}

// samples: the tag tables of their lines.
func (w *watcher) samples(batch []tag.Sample) {
	p := w.painter()
	touched := make([]bool, len(p.lines))
	for i := range batch {
		if id := batch[i].Tag; int(id) < len(p.homes) {
			if line := p.homes[id].line; line >= 0 {
				touched[line] = true
			}
		}
	}
	for i, yes := range touched {
		if yes {
			w.line(p.lines[i].ID, "tags")
		}
	}
}

// facts: the work units of their lines.
func (w *watcher) facts(batch []machine.Fact) {
	p := w.painter()
	for _, f := range batch {
		if l, ok := p.lineOf[f.Where()]; ok {
			w.line(p.lines[l].ID, "units")
		}
	}
}

// lines: what shows a line's ledger; the plant's pages at once when the line does something else.
func (w *watcher) lines(batch []oee.Changed) {
	for _, c := range batch {
		w.line(c.Line, "head", "kpi", "terminal")
		w.wall("wall/line/" + string(c.Line))
		snap, ok := w.painter().Lines.Snapshot(c.Line)
		w.shift(snap)
		key := shown{snap.Now, snap.Since, snap.Product, snap.Order, snap.Fault, snap.Edited, slow(snap)}
		if !ok || key == w.seen[c.Line] {
			continue
		}
		w.seen[c.Line] = key
		w.line(c.Line, "strip", "jobs", "hours", "stops")
		w.plant(c.Line)
	}
}

// plant: the panels that show several lines.
func (w *watcher) plant(line plant.LineID) {
	for _, panel := range shared {
		w.touch(panel)
	}
	for _, name := range w.watched() { // the drawings for who sees a part of the plant, and losses over some time
		if panel, seen, _ := drawingOf(name); seen != "" || strings.HasPrefix(panel, lossPanel) || strings.HasPrefix(panel, schedulePanel) {
			w.touch(name)
		}
	}
	if l, ok := w.painter().line(line); ok {
		w.wall("wall/hall/"+l.area.ID, "wall/orders/"+l.area.ID, "wall/orders/"+string(l.site.ID))
	}
}

// jobs: the queue of a line, and what shows its work.
func (w *watcher) jobs(batch []execution.Changed) {
	for _, c := range batch {
		w.line(c.Line, "jobs", "terminal")
		w.queues(c.Line)
		w.wall("wall/line/" + string(c.Line))
		w.plant(c.Line)
	}
}

// seconds touches everything on display once a second: time itself changes what they show.
func (w *watcher) seconds(ctx context.Context) {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			for _, name := range w.watched() {
				w.touch(name)
			}
		}
	}
}
