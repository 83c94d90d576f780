package web

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"millwright/config"
	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/rehearsal"
	"millwright/internal/mes/oee/timeline"
	"millwright/internal/ot/machine"
	"millwright/internal/ot/machine/watch"
	"millwright/internal/plant"
	"millwright/views/admin/equipment"
	"millwright/views/figure"
)

// rehearsed is how much of the past a setting is tried on.
const rehearsed = 24 * time.Hour

// previewLine tries a form of a line on what the line did. Nothing is kept, not even in the draft.
func (s *Server) previewLine(form string) echo.HandlerFunc {
	how := lineForms()[form]
	return func(c echo.Context) error {
		p, err := s.linePlace(c)
		if err != nil {
			return err
		}
		r := refusal{Seal: c.FormValue("seal")}
		tried, err := s.tryOut(c.Request().Context(), p, func(e *config.LineEntry) error { return how.read(c, e) })
		if errs.KindOf(err) == errs.Invalid {
			r.Faults = inForm(faults(err), nil)
		} else if err != nil {
			return err
		}
		return s.linePage(c, form, r, tried)
	}
}

// tryOut lays out the last day as the line is set up now, and as it would be with a change on top of the draft.
func (s *Server) tryOut(ctx context.Context, p place, change func(*config.LineEntry) error) (*equipment.Preview, error) {
	if err := change(p.line); err != nil {
		return nil, err
	}
	f := s.painter()
	drafted, err := s.Setup.model(*p.doc, f.Tags)
	if err != nil {
		return nil, err
	}
	now := s.Now().UTC().Truncate(time.Microsecond)
	window := plant.Span{From: now.Add(-rehearsed), To: now}
	after, _ := drafted.Plant.Line(plant.LineID(p.id())) // the form was of that line
	inUse, ok := f.line(after.ID)
	if !ok {
		return s.tryNew(ctx, after, drafted, window)
	}
	known, err := f.Lines.Segments(ctx, inUse.ID, window.From, window.To)
	if err == nil && len(known) > 0 { // the line may have come in since
		window.From = plant.Later(window.From, known[0].From)
	}
	t, fresh := s.trialOf(inUse.Line, after, drafted, window)
	return t.run(ctx, inUse.locale, fresh)
}

// trialOf tries a line as it is in use beside the same line of another plant; fresh tells that it would read tags of
// which no past is kept.
func (s *Server) trialOf(inUse, wanted plant.Line, other config.Model, window plant.Span) (t trial, fresh bool) {
	p := s.painter()
	signals, fresh := knownSignals(p.Tags, other, wanted)
	t = trial{lines: [2]plant.Line{inUse, wanted}, window: window}
	for i, g := range [2][]machine.Signals{p.signalsOf(inUse), signals} {
		t.signals[i], t.facts[i] = g, s.replay(p.Orders, g)
	}
	return t, fresh
}

// What is said of readings that a trial takes.
const (
	asKept    = "Readings are taken as they were kept: where a tag is read, and how it is scaled, cannot be laid out for the past."
	freshTags = "It reads tags of which no past is kept yet, so that they are missing here."
)

// replay gives the facts of a line's units, as some signals have them, with what is known of its orders.
func (s *Server) replay(orders func(context.Context, plant.LineID, time.Time, time.Time) ([]oee.OrderChanged, error), signals []machine.Signals) timeline.Source {
	return func(ctx context.Context, line plant.LineID, from, to time.Time, yield func(machine.Fact) bool) error {
		units := func(yield func(machine.Fact) bool) error {
			return watch.Replay(ctx, s.Archive, signals, plant.Span{From: from, To: to}, yield)
		}
		if orders == nil {
			return units(yield)
		}
		known, err := orders(ctx, line, from, to)
		if err != nil {
			return err
		}
		return oee.Among(known, from, units, yield)
	}
}

// signalsOf are the signals of a line's units.
func (p *painter) signalsOf(l plant.Line) (all []machine.Signals) {
	for _, s := range p.Signals {
		if i, ok := p.lineOf[s.Unit]; ok && p.lines[i].ID == l.ID {
			all = append(all, s)
		}
	}
	return all
}

// trial is a line as it is and as it would be, over the same past.
type trial struct {
	lines   [2]plant.Line
	signals [2][]machine.Signals
	facts   [2]timeline.Source
	window  plant.Span
}

// play lays the past out both ways.
func (t trial) play(ctx context.Context) (o [2]rehearsal.Outcome, err error) {
	for i, line := range t.lines {
		if o[i], err = rehearsal.Play(ctx, line, t.signals[i], t.facts[i], t.window); err != nil {
			return o, err
		}
	}
	return o, nil
}

// unknown is what is said of a line of which nothing is kept.
const unknown = "Nothing is known of the last 24 hours: the history holds no reading of this line."

// blank tells that nothing is known of the window.
func blank(o rehearsal.Outcome) bool { return o.Classic.Times[oee.NoData] == o.Classic.Window }

func (t trial) run(ctx context.Context, l figure.Locale, fresh bool) (*equipment.Preview, error) {
	o, err := t.play(ctx)
	if err != nil {
		return nil, err
	}
	p := &equipment.Preview{
		Title: "What this setting would have made of the last 24 hours",
		Lead: fmt.Sprintf("This setting would give %s, %s, OEE %s %%. Nothing is changed yet.",
			counted(o[1].Stops, "stop"), counted(o[1].MicroStops, "micro-stop"), percent(l, o[1].Classic.OEE)),
		Note: "The line is laid out as the draft has it, with what stands in the form. " + asKept,
		Rows: rowsOf(l, o[0], o[1]),
	}
	switch {
	case blank(o[0]) && blank(o[1]):
		p.Note = unknown
	case fresh:
		p.Note = freshTags
	}
	return p, nil
}

func rowsOf(l figure.Locale, before, after rehearsal.Outcome) []equipment.Compared {
	whole := func(name string, a, b int) equipment.Compared {
		return equipment.Compared{Name: name, Before: l.Whole(int64(a)), After: l.Whole(int64(b)), Change: l.Signed(int64(b - a))}
	}
	minutes := func(name string, a, b time.Duration) equipment.Compared {
		return equipment.Compared{Name: name + ", min", Before: l.Minutes(a), After: l.Minutes(b), Change: signed(l.Minutes(b-a), b > a)}
	}
	share := func(name string, a, b oee.Ratio) equipment.Compared {
		row := equipment.Compared{Name: name + ", %", Before: percent(l, a), After: percent(l, b), Change: figure.Unknown}
		if a.OK && b.OK {
			row.Change = signed(l.Percent(b.Value-a.Value, true), b.Value > a.Value)
		}
		return row
	}
	rows := []equipment.Compared{whole("Stops", before.Stops, after.Stops), whole("Micro-stops", before.MicroStops, after.MicroStops)}
	for c := oee.NoData; c < oee.ReducedSpeed; c++ {
		if a, b := before.Classic.Times[c], after.Classic.Times[c]; a > 0 || b > 0 {
			rows = append(rows, minutes(upper(c.String()), a, b))
		}
	}
	if before.Slow > 0 || after.Slow > 0 {
		rows = append(rows, minutes("Of running, below the low speed", before.Slow, after.Slow))
	}
	a, b := before.Classic, after.Classic
	rows = append(rows, share("Availability", a.Availability, b.Availability), share("Performance", a.Performance, b.Performance), share("Quality", a.Quality, b.Quality), share("OEE", a.OEE, b.OEE))
	rows[len(rows)-1].Strong = true
	return rows
}

// signed puts a plus before what has grown by as much as can be read.
func signed(text string, grown bool) string {
	if grown && strings.ContainsAny(text, "123456789") {
		return "+" + text
	}
	return text
}
