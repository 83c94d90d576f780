// The operator's terminal: a line on a tablet beside it.

package web

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/logbook"
	"millwright/internal/plant"
	"millwright/views/figure"
	opview "millwright/views/operator"
	"millwright/views/ui"
)

// terminals leads an operator to the terminal of a line; who has only one line is there at once.
func (s *Server) terminals(c echo.Context) error {
	page, p, v := opview.ChoicePage{Frame: s.frame(c, "Terminal")}, s.sight(c), visitorOf(c)
	m := moment{Time: s.Now()}
	for _, l := range p.lines {
		if v.reach.At(l.Place()) < plant.Operator {
			continue
		}
		snap := p.snapshot(m, l.ID)
		page.Lines = append(page.Lines, opview.Line{
			Link: ui.Link{Name: l.Name, Href: terminalHref(l.ID)}, Area: l.area.Name, State: stateOf(snap.Now, snap.Fault), Missing: missing(snap.Open),
		})
	}
	switch len(page.Lines) {
	case 0:
		page.Empty = noLines()
	case 1:
		return c.Redirect(http.StatusSeeOther, page.Lines[0].Href)
	}
	return s.show(c, opview.Choose(page))
}

func terminalHref(l plant.LineID) string { return "/operator/" + string(l) }

// missing says how many stops lack a reason; "" when none does.
func missing(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n) + " without a reason"
}

// desktop is what a terminal is drawn from.
type desktop struct {
	line lineInfo
	snap oee.Snapshot
	week logbook.View // what a person may still say something of here
	stop *edit.Stop   // that the form is about; nil when there is none
	crew *opview.Crew
}

// asked is how far back the terminal asks for reasons. Of what is older the page of the stop takes them.
const asked = edit.Longest

// terminalOf finds what a terminal shows: the stop of the address, else the newest that lacks a reason, else the newest.
func (s *Server) terminalOf(c echo.Context) (d desktop, err error) {
	if d.line, err = s.lineOf(c); err != nil {
		return d, err
	}
	m := moment{Time: s.Now()}
	d.snap = s.sight(c).snapshot(m, d.line.ID)
	d.week, err = s.painter().Logbook.View(c.Request().Context(), d.line.ID, plant.Span{From: m.Add(-asked), To: plant.Later(m.Time, d.snap.At)})
	if err != nil {
		return d, err
	}
	if d.crew, err = s.crewOf(c, d.line); err != nil {
		return d, err
	}
	if c.FormValue("at") != "" {
		o, err := s.stopOf(c)
		if err != nil && errs.KindOf(err) != errs.NotFound {
			return d, err
		} else if err == nil {
			d.stop = &o.Stop
		}
		return d, nil
	}
	for i := range d.week.Stops {
		if x := &d.week.Stops[i]; d.stop == nil || x.Missing() || !d.stop.Missing() {
			d.stop = x
		}
	}
	return d, nil
}

func (s *Server) terminal(c echo.Context) error {
	d, err := s.terminalOf(c)
	if err != nil {
		return err
	}
	return s.show(c, opview.Show(s.terminalPage(c, d)))
}

func (s *Server) terminalPage(c echo.Context, d desktop) opview.Page {
	l, m, p := d.line, moment{Time: s.Now()}, s.sight(c)
	page := opview.Page{
		Frame:  s.frame(c, l.Name+", terminal", ui.Link{Name: "Terminal", Href: "/operator"}, ui.Link{Name: l.Name}),
		Now:    p.terminalNow(m, l, d.snap),
		Calls:  p.callsPanel(moment{Time: m.Time, steps: true}, l),
		Call:   p.help(l),
		Crew:   d.crew,
		Hours:  p.terminalHours(m, l, d.snap),
		Stops:  p.terminalStops(m, l, d.snap),
		Report: d.report(),
		Said:   d.sayings(),
		Action: terminalHref(l.ID),
		Seen:   strconv.FormatInt(d.newest(), 10),
		Person: visitorOf(c).Name,
	}
	page.Counter = d.counter(page.Report.Times)
	page.Frame.Refresh, page.Frame.Terminal = 0, true // what is being typed stays
	if d.stop != nil {
		page.Answer = d.answer()
		page.Answer.Hunches = s.terminalHunches(c, d)
	}
	for _, x := range slices.Backward(d.week.Stops) {
		if x.Missing() && x.From.Before(d.snap.Window.From) {
			tile := l.stopTile(x, x.Seen)
			tile.Title = d.when(x.Span)
			page.Earlier = append(page.Earlier, tile)
		}
	}
	return page
}

func (d desktop) newest() (id int64) {
	for i := range d.week.Edits {
		id = max(id, d.week.Edits[i].ID)
	}
	return id
}

// terminalPanel is one of the panels of a line's terminal.
func (p *painter) terminalPanel(m moment, l lineInfo, part string) (templ.Component, bool) {
	s := p.snapshot(m, l.ID)
	switch part {
	case "terminal":
		return opview.Now(p.terminalNow(m, l, s)), true
	case "hours":
		return opview.Hours(p.terminalHours(m, l, s)), true
	case "stops":
		return opview.Stops(p.terminalStops(m, l, s)), true
	}
	return nil, false
}

// terminalNow is the panel "line/<id>/terminal".
func (p *painter) terminalNow(m moment, l lineInfo, s oee.Snapshot) opview.NowPanel {
	head := p.head(m, l, s)
	for i := range head.Figures {
		head.Figures[i].Href = "" // hands that report are not led away
	}
	panel := opview.NowPanel{
		Line: head.Line, Name: l.Name, State: head.State, Since: head.Since, Cause: head.Cause, Product: head.Product, Figures: head.Figures, Missing: missing(s.Open),
	}
	if all := p.jobs(m, l, s).Jobs; len(all) > 0 && all[0].Current {
		panel.Job = &all[0]
	}
	return panel
}

// terminalHours is the panel "line/<id>/hours".
func (p *painter) terminalHours(m moment, l lineInfo, s oee.Snapshot) opview.HoursPanel {
	panel := opview.HoursPanel{Line: string(l.ID)}
	stops := edit.Stops(s.Segments)
	for _, w := range begunSlots(s) {
		so := w
		if w.Contains(m.Time) { // of the running hour the target is that by now
			so.To = plant.Earlier(so.To, s.Window.To)
		}
		good, target := piecesWithin(l, s, so)
		row := opview.Hour{Label: l.locale.Time(w.From), Target: figure.Unknown, Current: w.Contains(m.Time)}
		if target > 0 {
			row.Target = l.locale.Whole(int64(target + 0.5))
		}
		if m.Before(w.To) && !row.Current { // it is to come
			row.Strip = ui.Strip{Title: row.Label, From: w.From, To: w.To, Locale: l.locale}
			panel.Rows = append(panel.Rows, row)
			continue
		}
		row.Actual, row.Delta = figure.Unknown, figure.Unknown
		if heard(s, w) {
			row.Actual = l.locale.Whole(int64(good + 0.5))
			row.Delta, row.Mood = delta(l.locale, plant.Pieces(int64(good+0.5)), plant.Pieces(int64(target+0.5)))
		}
		part := s
		part.Segments = edit.Clip(s.Segments, w)
		row.Strip = p.strip(m, l, part, w)
		row.Strip.Title, row.Strip.Jobs = row.Label, nil
		for _, x := range stops {
			if middle := plant.Later(x.From, w.From); x.Missing() && overlap(w, x.From, x.To) > 0 {
				middle = middle.Add(overlap(w, x.From, x.To) / 2)
				row.Marks = append(row.Marks, fmt.Sprintf("%.1f%%", 100*float64(middle.Sub(w.From))/float64(w.Duration())))
			}
		}
		panel.Rows = append(panel.Rows, row)
	}
	return panel
}

// atHand is how many stops are there to tap without unfolding more.
const atHand = 6

// terminalStops is the panel "line/<id>/stops": those that lack a reason first.
func (p *painter) terminalStops(_ moment, l lineInfo, s oee.Snapshot) opview.StopsPanel {
	var open, rest []opview.Stop
	for _, x := range slices.Backward(edit.Stops(s.Segments)) {
		tile := l.stopTile(x, s.Edited)
		if x.To.Equal(s.Window.To) && x.Category == s.Now {
			tile.Title, tile.Length = "since "+l.locale.Time(x.From), ""
		}
		if tile.Missing {
			open = append(open, tile)
		} else {
			rest = append(rest, tile)
		}
	}
	all := slices.Concat(open, rest)
	n := min(atHand, len(all))
	return opview.StopsPanel{Line: string(l.ID), Stops: all[:n], More: all[n:]}
}

// stopTile is a stop to tap; seen is the newest edit that is drawn.
func (l lineInfo) stopTile(x edit.Stop, seen int64) opview.Stop {
	us := func(t time.Time) string { return strconv.FormatInt(t.UnixMicro(), 10) }
	return opview.Stop{
		Href:   terminalHref(l.ID) + "?at=" + us(x.From) + "#answer",
		State:  stateOf(x.Category, cmp.Or(x.Fault, x.Reason)),
		Title:  l.when(x.Span),
		Length: figure.Span(x.Lasted), Cause: l.cause(x.Unit, x.Fault), Reason: l.reasonNamed(x.Reason), Missing: x.Missing(),
		At: us(x.From), To: us(x.To), Seen: strconv.FormatInt(seen, 10), Unit: string(x.Unit), More: stopHref(l.ID, x.From), Middle: l.locale.Clock(middle(x.Span)),
	}
}

func (l lineInfo) when(s plant.Span) string {
	return l.locale.Time(s.From) + "–" + l.locale.Time(s.To)
}

// when writes a time, with its day where it lies before the shift.
func (d desktop) when(s plant.Span) string {
	if s.From.Before(d.snap.Window.From) {
		return d.line.locale.Moment(s.From) + "–" + d.line.locale.Time(s.To)
	}
	return d.line.when(s)
}
