// One shift of a line: hour by hour, with all that was said of it, and what it hands over to the next.

package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/internal/errs"
	"millwright/internal/mes/andon"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/mes/oee/logbook"
	"millwright/internal/plant"
	shiftview "millwright/views/shift"
	"millwright/views/ui"
)

// Shifts is the book of a line's shifts.
type Shifts interface {
	Shift(ctx context.Context, line plant.LineID, at time.Time) (logbook.Sheet, error)
	HandedOver(line plant.LineID) (edit.Signed, bool)
	Acknowledge(ctx context.Context, s edit.Signed, by plant.Person) error
}

// oneShift is a shift with what a page about it needs.
type oneShift struct {
	logbook.Sheet
	line   lineInfo
	m      moment
	snap   oee.Snapshot // the shift as the parts of a line's page read it
	reader plant.Person // with the role at the line
	late   string       // what became known after it was signed
	calls  []andon.Call // for help, that were raised in it
	skew   oee.Skew     // of its machines' clocks
	begin  time.Time    // of the line's ledger; zero when nobody says
}

// shiftOf finds the shift that a page or a form is about: without a moment the running one, or else the last.
func (s *Server) shiftOf(c echo.Context) (o oneShift, err error) {
	l, err := s.lineOf(c)
	if err != nil {
		return oneShift{line: l}, err
	}
	at, err := shiftAt(c.FormValue("at"))
	if err != nil {
		return oneShift{line: l}, err
	}
	o, err = s.painter().oneShift(c.Request().Context(), moment{Time: s.Now()}, l, at)
	o.reader = s.readerAt(c, l)
	return o, err
}

// shiftAt reads the moment in an address; "" is none.
func shiftAt(word string) (time.Time, error) {
	if word == "" {
		return time.Time{}, nil
	}
	us, err := strconv.ParseInt(word, 10, 64)
	if at := time.UnixMicro(us).UTC(); err == nil && at.Year() >= 2000 && at.Year() <= 9999 {
		return at, nil
	}
	return time.Time{}, errs.New(errs.Invalid, "the address does not say which shift; open it from the page of the line")
}

// oneShift reads the shift around a moment; of the zero time, the running one or else the last.
func (p *painter) oneShift(ctx context.Context, m moment, l lineInfo, at time.Time) (o oneShift, err error) {
	o.line, o.m, o.begin = l, m, p.Lines.Begin(l.ID)
	now := p.snapshot(m, l.ID)
	switch {
	case !at.IsZero():
	case !now.Window.From.IsZero():
		at = now.Window.From
	default:
		at = m.UTC()
	}
	if o.Sheet, err = p.Shifts.Shift(ctx, l.ID, at); err != nil {
		return o, err
	}
	o.skew = p.clocks().skew(o.From, o.line.ID)
	o.snap = oee.Snapshot{
		Line: l.ID, At: o.To, Shift: o.Plan, Window: o.Span, Segments: o.Segments, Product: now.Product, Now: oee.NotScheduled,
		Classic: oee.Measure(o.Span, o.Segments), Target: oee.Target(o.Segments, l.Ideal), Open: edit.Missing(o.Segments),
	}
	if o.runs() {
		o.snap.Now = now.Now
	}
	if o.calls, err = p.callsBetween(ctx, o.line.ID, o.Span); err != nil || o.Signed == nil {
		return o, err
	}
	late, ok, err := p.Logbook.Late(ctx, *o.Signed)
	if ok {
		o.late = late.String()
	}
	return o, err
}

// runs tells whether the shift is the one that runs.
func (o oneShift) runs() bool { return o.After.IsZero() && o.m.Before(o.Plan.To) }

// readerAt is who asks, with the role at a line.
func (s *Server) readerAt(c echo.Context, l lineInfo) plant.Person {
	v := visitorOf(c)
	by := v.Person
	by.Role = v.reach.At(l.Place())
	return by
}

func shiftHref(line plant.LineID, at time.Time) string {
	return "/line/" + string(line) + "/shift?at=" + strconv.FormatInt(at.UnixMicro(), 10)
}

func (s *Server) shiftView(c echo.Context) error {
	o, err := s.shiftOf(c)
	if err != nil {
		return err
	}
	return s.show(c, shiftview.Show(s.shiftPage(c, o)))
}

func (s *Server) shiftPage(c echo.Context, o oneShift) shiftview.Page {
	l := o.line
	title := o.title()
	p := shiftview.Page{
		Frame:  s.frame(c, l.Name+", "+title, ui.Link{Name: l.site.Name, Href: "/"}, ui.Link{Name: l.Name, Href: "/line/" + string(l.ID)}, ui.Link{Name: o.Plan.Name + " shift"}),
		Title:  title,
		Begun:  o.begun(),
		Back:   ui.Link{Name: l.Name, Href: "/line/" + string(l.ID)},
		Before: o.turn(o.Before, "Shift before"),
		After:  o.turn(o.After, "Shift after"),
		Again:  ui.Link{Name: "Replay", Href: replayHref(string(l.ID), o.To)},
		Glance: s.sight(c).glance(o),
		Hours:  o.hours(),
		Total:  o.total(),
		Said:   o.said(),
		Times:  s.sight(c).responses(o.calls, false),
		Form: shiftview.Form{
			Action: "/line/" + string(l.ID) + "/shift", At: strconv.FormatInt(o.From.UnixMicro(), 10), Seen: strconv.FormatInt(o.Newest, 10), Key: rand.Text(),
		},
		MaySay: o.Signed == nil && o.reader.Role >= plant.Operator,
		Hand:   o.handover(s.painter()),
	}
	for _, one := range o.calls {
		p.Calls = append(p.Calls, s.sight(c).callRow(o.From, one, false))
	}
	for _, x := range slices.Backward(o.Stops) {
		p.Stops = append(p.Stops, s.sight(c).notedStop(o.m, l, o.snap, x))
	}
	if o.snap.Open > 0 {
		p.Missing = strconv.Itoa(o.snap.Open) + " without a reason"
	}
	return p
}

// begun says why the shift begins later than its calendar says, as one does in which the line did, or that calendar came into use.
func (o oneShift) begun() string {
	for _, plan := range o.line.Calendar.Between(o.From.Add(-24*time.Hour), o.To) {
		if plan.Name != o.Plan.Name || plan.Date != o.Plan.Date || !plan.From.Before(o.From) {
			continue
		}
		l := o.line.locale
		if o.begin.Equal(o.From) {
			return fmt.Sprintf("Its calendar has it from %s. The line's time begins at %s, with its tags: what was before is no part of its figures.", l.Time(plan.From), l.Time(o.From))
		}
		words := fmt.Sprintf("Its calendar has it from %s. The time of the line goes by that calendar from %s on, so that it begins there.", l.Time(plan.From), l.Time(o.From))
		if !o.Before.IsZero() {
			words += " What was before keeps the shift that it was laid out in."
		}
		return words + " Now, which shows the running shift, draws it from where the calendar has it."
	}
	return ""
}

func (o oneShift) turn(at time.Time, name string) ui.Link {
	if at.IsZero() {
		return ui.Link{}
	}
	return ui.Link{Name: name, Href: shiftHref(o.line.ID, at)}
}

// trust says how far the figures can be relied on.
func (o oneShift) trust() shiftview.Trust {
	sums := kpi.Of(o.Span, o.Segments)
	is := kpi.Trust(&sums, o.skew)
	t := shiftview.Trust{Word: string(is.Grade), Why: is.Why, Mood: map[kpi.Grade]ui.Mood{kpi.Fair: ui.Warning, kpi.Low: ui.Alarm}[is.Grade]}
	c := o.snap.Classic
	if c.Times[oee.NoData] > 0 && c.OEELow.OK && c.OEEHigh.OK {
		t.Range = fmt.Sprintf("OEE is between %s and %s %%, as part of the time is not known.", percent(o.line.locale, c.OEELow), percent(o.line.locale, c.OEEHigh))
	}
	return t
}

// said is what people said of the shift, the newest first.
func (o oneShift) said() (all []shiftview.Saying) {
	l, undone := o.line, map[int64]string{}
	for _, e := range slices.Backward(o.Edits) {
		if e.Kind == edit.Undo {
			undone[e.Undoes] = "by " + e.By.Name + ", " + l.locale.Near(e.At, o.From)
			continue
		}
		all = append(all, shiftview.Saying{
			When: l.locale.Time(e.From) + "–" + l.locale.Time(e.To), Words: l.told(e), By: e.By.Name, At: l.locale.Near(e.At, o.From),
			Undone: undone[e.ID], Edit: strconv.FormatInt(e.ID, 10),
		})
	}
	return all
}
