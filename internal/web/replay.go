// The past of the plant, seen again: every line as it stood at a moment.

package web

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/andon"
	"millwright/internal/mes/execution"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/past"
	"millwright/internal/plant"
	"millwright/internal/web/api"
	"millwright/internal/web/api/queue"
	replayview "millwright/views/replay"
	"millwright/views/ui"
)

// Turns is the work on the lines as it was.
type Turns interface {
	// Then gives the turns that a line had within a span, as its jobs stood at the end of it.
	Then(ctx context.Context, line plant.LineID, of plant.Span) ([]execution.Job, error)
}

// then is how lines stood at a moment.
type then struct {
	at    time.Time
	snaps map[plant.LineID]oee.Snapshot
	parts map[plant.LineID][]oee.Segment // of the time that is played, up to the moment
	jobs  map[plant.LineID][]execution.Job
	calls map[plant.LineID][]andon.Call
}

// openTooLong is how old calls are that nobody is looked for any more.
const openTooLong = 31 * 24 * time.Hour

// lookBack reads how lines stood at a moment.
func (p *painter) lookBack(ctx context.Context, lines []lineInfo, of plant.Span, at time.Time) (*then, error) {
	t := &then{
		at: at, snaps: map[plant.LineID]oee.Snapshot{}, parts: map[plant.LineID][]oee.Segment{},
		jobs: map[plant.LineID][]execution.Job{}, calls: map[plant.LineID][]andon.Call{},
	}
	if p.Calls != nil {
		calls, err := p.Calls.Between(ctx, "", at.Add(-openTooLong), at.Add(time.Microsecond))
		if err != nil {
			return nil, err
		}
		for _, c := range calls {
			if was, open := c.Then(at); open {
				t.calls[c.Line] = append(t.calls[c.Line], was)
			}
		}
	}
	for _, l := range lines {
		s, part, err := past.Look(ctx, p.Lines, l.Line, of, at)
		if err != nil {
			return nil, err
		}
		t.snaps[l.ID], t.parts[l.ID] = s, part
		if p.Turns != nil {
			if t.jobs[l.ID], err = p.Turns.Then(ctx, l.ID, plant.Span{From: of.From, To: at}); err != nil {
				return nil, err
			}
		}
	}
	return t, nil
}

// thenJobs are the jobs of then; nobody takes them on.
type thenJobs struct {
	queue.Desk
	of map[plant.LineID][]execution.Job
}

// Jobs gives the turns of a line.
func (t thenJobs) Jobs(line plant.LineID) []execution.Job { return t.of[line] }

// Job finds one by its number.
func (t thenJobs) Job(id string) (execution.Job, bool) {
	for _, all := range t.of {
		for _, j := range all {
			if j.ID == id {
				return j, true
			}
		}
	}
	return execution.Job{}, false
}

// Current gives the one whose the line was.
func (t thenJobs) Current(line plant.LineID) (execution.Job, bool) {
	all := t.of[line]
	if n := len(all); n > 0 && all[n-1].Ended.IsZero() {
		return all[n-1], true
	}
	return execution.Job{}, false
}

// thenLines are the lines of then.
type thenLines struct {
	api.Lines
	of map[plant.LineID]oee.Snapshot
}

// Snapshot gives a line as it stood.
func (t thenLines) Snapshot(line plant.LineID) (oee.Snapshot, bool) {
	s, ok := t.of[line]
	return s, ok
}

// during is a painter of some lines as they stood at a moment.
func (p *painter) during(lines []lineInfo, t *then) *painter {
	d := p.Deps
	d.Lines, d.Jobs = thenLines{p.Lines, t.snaps}, thenJobs{p.Jobs, t.jobs}
	return &painter{Deps: d, lines: lines, at: p.at, areas: p.areas, homes: p.homes, speedUnit: p.speedUnit, codes: p.codes, lineOf: p.lineOf, view: p.view, then: t}
}

// pictured is all lines at the moment, in the order of the plant: rows that change places cannot be followed.
func (p *painter) pictured(r replayed) replayview.View {
	m := moment{Time: r.at}
	l := r.lines[0].locale
	v := replayview.View{Moment: l.Date(r.at) + ", " + l.Clock(r.at), Figures: p.totals(m).Figures, At: strconv.FormatInt(r.at.UnixMilli(), 10), Typed: r.lines[0].typed(r.at)}
	for i := range v.Figures {
		v.Figures[i].Href = "" // those lead to what is now
		switch v.Figures[i].Name {
		case "Lines running", "OEE", "Good pieces", "To target", "Stops without a reason": // of each line below
			v.Figures[i].Href = "#replay-lines"
		}
	}
	v.Lines.Axis = ui.Strip{From: r.From, To: r.To, Now: r.at, Hours: true, Locale: l}
	for _, line := range r.lines {
		s := p.snapshot(m, line.ID)
		row := p.row(m, line, s)
		s.Segments = p.then.parts[line.ID]
		row.Strip = p.strip(m, line, s, r.Span)
		row.Strip.Title = line.Name + ", up to then"
		row.Href = shiftHref(line.ID, r.at)
		row.Formula, row.Target = line.madeThen(s, r.at)
		for i := range row.Needs {
			row.Needs[i].Href = row.Href
		}
		if row.Job != nil {
			row.Job.Href = ""
		}
		v.Lines.Rows = append(v.Lines.Rows, row)
	}
	return v
}

// madeThen are the addresses of what the OEE and the pieces were made of that a line had at a moment of its shift; "" when
// that had only begun.
func (l lineInfo) madeThen(s oee.Snapshot, at time.Time) (formula, pieces string) {
	a := lossAsk{over: customRange, by: byCategory, in: inMinutes, line: string(l.ID), from: l.typed(s.Window.From), to: l.typed(at)}
	if s.Window.From.IsZero() || a.from >= a.to {
		return "", ""
	}
	return a.href(lossesHome) + "#formula-oee", figureAsk{lossAsk: a, of: []kpi.TermPart{{Any: true}}}.href(segmentsHome)
}

// seeAgain is the page of the past.
func (s *Server) seeAgain(c echo.Context) error {
	f := s.frame(c, "Replay")
	f.Live, f.Refresh, f.Replay, f.Shift = false, 0, true, nil
	a, p := replayAskOf(c.QueryParams()), s.sight(c)
	page := replayview.Page{Frame: f, Tools: replayview.Tools{Places: a.places(p), Where: a.where, From: a.from, To: a.to, At: a.at}}
	if len(p.lines) == 0 {
		page.Empty = noLines()
		return s.show(c, replayview.Show(page))
	}
	r, err := a.find(p, s.Now())
	if fields := faults(err); err != nil && errs.KindOf(err) == errs.Invalid && len(fields) > 0 && fields[0].Field != "" {
		page.Tools.Faults = fields
		return s.showAs(c, http.StatusUnprocessableEntity, replayview.Show(page))
	}
	if err != nil {
		return err
	}
	view, err := s.lookedBack(c, p, r)
	if err != nil {
		return err
	}
	a.fill(&page, r, s.Now())
	page.View = &view
	return s.show(c, replayview.Show(page))
}

// seeMoment is the part of the page that changes with the moment.
func (s *Server) seeMoment(c echo.Context) error {
	p := s.sight(c)
	r, err := replayAskOf(c.QueryParams()).find(p, s.Now())
	if err != nil {
		return err
	}
	view, err := s.lookedBack(c, p, r)
	if err != nil {
		return err
	}
	return s.show(c, replayview.Moment(view))
}

func (s *Server) lookedBack(c echo.Context, p *painter, r replayed) (v replayview.View, err error) {
	t, err := p.lookBack(c.Request().Context(), r.lines, r.Span, r.at)
	if err != nil {
		return v, err
	}
	return p.during(r.lines, t).pictured(r), nil
}

// fill draws all of the page but the moment.
func (a replayAsk) fill(page *replayview.Page, r replayed, now time.Time) {
	l := r.lines[0]
	page.Title = r.title
	if a.from != "" {
		page.Tools.From, page.Tools.To = l.typed(r.From), l.typed(r.To)
	}
	page.Tools.At = l.typed(r.at)
	fixed := a
	fixed.from, fixed.to = microseconds(r.From), microseconds(r.To)
	page.Player = replayview.Player{
		From: strconv.FormatInt(r.From.UnixMilli(), 10), To: strconv.FormatInt(r.To.UnixMilli(), 10), At: strconv.FormatInt(r.at.UnixMilli(), 10),
		Begin: l.locale.Near(r.From, r.To), End: l.locale.Time(r.To),
		View: replayHome + "/view?" + fixed.query().Encode(), Page: replayHome + "?" + fixed.query().Encode(),
	}
	step := func(name string, to time.Time) {
		to = plant.Later(plant.Earlier(to, r.To), r.From)
		page.Steps = append(page.Steps, ui.Link{Name: name, Href: fixed.href(replayHome, to)})
	}
	step("Beginning", r.From)
	for _, d := range []struct {
		name string
		time.Duration
	}{{"1 h back", -time.Hour}, {"10 min back", -10 * time.Minute}, {"1 min back", -time.Minute}, {"1 min on", time.Minute}, {"10 min on", 10 * time.Minute}, {"1 h on", time.Hour}} {
		step(d.name, r.at.Add(d.Duration))
	}
	step("End", r.To)
	whole := a
	whole.from, whole.to = "", ""
	if before := r.From.Add(-time.Minute); len(l.Calendar.Between(before.Add(-9*24*time.Hour), before)) > 0 {
		page.Before = whole.href(replayHome, before)
	}
	if after := l.Calendar.Between(r.To, now); len(after) > 0 {
		page.After = whole.href(replayHome, plant.Later(after[0].From, r.To).Add(time.Minute))
	}
}
