package logbook

import (
	"context"
	"slices"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
)

// Sheet is a shift of a line as it stands in the book.
type Sheet struct {
	View       // of the shift so far; its segments lie within it
	plant.Span // of it so far
	Plan       plant.Shift
	Over       bool         // it has ended and is laid out: it can be signed
	Signed     *edit.Signed // nil when it is not
	Before     time.Time    // within the shift before, and the one after; zero when there is none
	After      time.Time
	Newest     int64 // the newest edit of any kind about it
}

// weekend is longer than a line stands between two shifts as a rule.
const weekend = 9 * 24 * time.Hour

// Shift gives the shift around a moment, or the last one before it.
func (b *Book) Shift(ctx context.Context, line plant.LineID, at time.Time) (Sheet, error) {
	p, err := b.page(line)
	if err != nil {
		return Sheet{}, err
	}
	v, err := b.View(ctx, p.ID, plant.Span{From: at.Add(-ahead), To: at.Add(ahead)})
	if err != nil {
		return Sheet{}, err
	}
	if i := last(v.Segments, at); i >= 0 && !at.Before(v.Segments[i].To) {
		at = v.Segments[i].From
	}
	begin, end, ok := around(v.Segments, at)
	if !ok {
		return Sheet{}, errs.New(errs.NotFound, "nothing is known of a shift of line %s then; look at the running one", p.Name)
	}
	s := Sheet{View: v, Span: spanOf(v.Segments[begin:end])}
	s.Plan = b.plan(p, &v.Segments[begin], s.Span)
	s.Over = p.over(s.Plan.Name, s.Plan.Date, s.Span, b.o.Now())
	if s.Before, s.After, err = b.neighbours(ctx, p, v.Segments, s.Span); err != nil {
		return s, err
	}
	s.Segments = slices.Clone(v.Segments[begin:end])
	s.narrow()
	return s, nil
}

// narrow leaves out what is not of the shift.
func (s *Sheet) narrow() {
	of := s.Span
	s.Stops = slices.DeleteFunc(s.Stops, func(x edit.Stop) bool { return !of.Contains(x.From) })
	s.Edits = slices.DeleteFunc(s.Edits, func(e edit.Edit) bool { return !e.From.Before(of.To) || !of.From.Before(e.To) })
	for i := range s.Edits {
		s.Newest = max(s.Newest, s.Edits[i].ID)
	}
	for i := range s.View.Signed {
		if x := &s.View.Signed[i]; x.Contains(of.From) {
			s.Signed = x
		}
	}
}

// plan is the shift as it is planned, while it is the one that is shown of the line; else as it was.
func (b *Book) plan(p *page, first *oee.Segment, of plant.Span) plant.Shift {
	now, ok := b.o.Lines.Snapshot(p.ID)
	if ok && now.Shift.Name == first.Shift && now.Shift.Date == first.Date && !now.Shift.To.Before(of.To) {
		return now.Shift
	}
	return plant.Shift{Name: first.Shift, Date: first.Date, From: of.From, To: of.To}
}

// last finds the last segment of a shift that began at a moment or before; -1 when there is none.
func last(segments []oee.Segment, at time.Time) int {
	for i := len(segments) - 1; i >= 0; i-- {
		if s := &segments[i]; s.Shift != "" && !at.Before(s.From) {
			return i
		}
	}
	return -1
}

// neighbours gives a moment of the shift before and of the one after.
func (b *Book) neighbours(ctx context.Context, p *page, near []oee.Segment, of plant.Span) (before, after time.Time, err error) {
	find := func(all []oee.Segment) {
		for i := range all {
			switch s := &all[i]; {
			case s.Shift == "":
			case s.From.Before(of.From):
				before = s.From
			case !s.From.Before(of.To) && after.IsZero():
				after = s.From
			}
		}
	}
	find(near)
	for _, far := range []struct {
		known bool
		plant.Span
	}{{!before.IsZero(), plant.Span{From: of.From.Add(-weekend), To: of.From}}, {!after.IsZero(), plant.Span{From: of.To, To: of.To.Add(weekend)}}} {
		if far.known {
			continue
		}
		all, err := b.o.Lines.Segments(ctx, p.ID, far.From, far.To)
		if err != nil {
			return before, after, err
		}
		find(all)
	}
	return before, after, nil
}

// Acknowledge keeps that somebody has taken over what a signed shift left to the next.
func (b *Book) Acknowledge(ctx context.Context, s edit.Signed, by plant.Person) error {
	p, err := b.page(s.Line)
	if err != nil {
		return err
	}
	if err := may(by, plant.Operator, "a shift of line "+p.Name+" is taken over"); err != nil {
		return err
	}
	if err := b.o.Edits.Acknowledge(ctx, s, by); err != nil {
		return err
	}
	b.forget(p, plant.Span{})
	return nil
}
