package logbook

import (
	"context"
	"slices"
	"sort"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
)

// View is a stretch of a line's time with all that belongs to it.
type View struct {
	Segments []oee.Segment // that overlap it
	Stops    []edit.Stop   // that do, whole
	Edits    []edit.Edit   // about it, undone ones too
	Signed   []edit.Signed // shifts
}

// Segments gives the segments of a line that overlap [from, to), with what people said laid over them. Signed shifts
// are as they were signed.
func (b *Book) Segments(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error) {
	of := plant.Span{From: from, To: to}
	all, _, _, err := b.laid(ctx, line, of)
	return within(all, of), err
}

// within leaves of segments those that overlap a time.
func within(all []oee.Segment, of plant.Span) []oee.Segment {
	return slices.DeleteFunc(all, func(s oee.Segment) bool { return s.Within(of) <= 0 })
}

// laid gives the time that a stretch depends on with what was said laid over it, and of what that is made.
func (b *Book) laid(ctx context.Context, line plant.LineID, of plant.Span) (all []oee.Segment, d draft, signed []edit.Signed, err error) {
	p, err := b.page(line)
	if err != nil {
		return nil, d, nil, err
	}
	if d, err = b.read(ctx, p, of); err != nil {
		return nil, d, nil, err
	}
	if signed, err = b.o.Edits.Signed(ctx, line, of.From, of.To); err != nil {
		return nil, d, nil, err
	}
	return edit.Freeze(b.overlay(p.Line, d.segments, d.said), signed), d, signed, nil
}

// View gives a stretch of a line's time.
func (b *Book) View(ctx context.Context, line plant.LineID, of plant.Span) (View, error) {
	all, d, signed, err := b.laid(ctx, line, of)
	if err != nil {
		return View{}, err
	}
	v := View{Edits: slices.Clone(d.said), Signed: signed}
	v.Edits = slices.DeleteFunc(v.Edits, func(e edit.Edit) bool { return !e.From.Before(of.To) || !of.From.Before(e.To) })
	for _, s := range edit.Stops(all) {
		if s.From.Before(of.To) && of.From.Before(s.To) {
			s.Seen = edit.Newest(d.said, s.Span)
			v.Stops = append(v.Stops, s)
		}
	}
	v.Segments = within(all, of)
	return v, nil
}

// Late tells what became known of a signed shift after it was signed; ok is false when nothing did.
func (b *Book) Late(ctx context.Context, s edit.Signed) (late edit.Late, ok bool, err error) {
	p, err := b.page(s.Line)
	if err != nil {
		return late, false, err
	}
	d, err := b.read(ctx, p, s.Span)
	if err != nil {
		return late, false, err
	}
	late, ok = s.Since(b.overlay(p.Line, d.segments, d.said))
	return late, ok, nil
}

func (b *Book) page(line plant.LineID) (*page, error) {
	if p := b.lines[line]; p != nil {
		return p, nil
	}
	return nil, errs.New(errs.NotFound, "there is no line %q", line)
}

// draft is derived time and what was said about it, before one is laid over the other.
type draft struct {
	segments []oee.Segment
	said     []edit.Edit
}

// nearby is how much more is read at once than is asked for: few stops that reach beyond it are longer.
const nearby = 30 * time.Minute

// read gives the time that a stretch depends on: what was said is laid over the whole of what it is about, and a stop
// is one stop wherever somebody looks at it.
func (b *Book) read(ctx context.Context, p *page, of plant.Span) (d draft, err error) {
	have := plant.Span{From: of.From.Add(-nearby), To: of.To.Add(nearby)}
	if d.segments, err = b.o.Lines.Segments(ctx, p.ID, have.From, have.To); err != nil {
		return d, err
	}
	if n := len(d.segments); n > 0 { // they are there whole
		have.From, have.To = plant.Earlier(have.From, d.segments[0].From), plant.Later(have.To, d.segments[n-1].To)
	}
	if d.said, err = b.o.Edits.Edits(ctx, p.ID, have.From, have.To); err != nil {
		return d, err
	}
	for need, step := of, time.Hour; step <= edit.Longest; {
		want := reach(need, have, d, step)
		if want == need {
			break
		}
		need = want
		if more := covering(have, want); more != have {
			if err := b.widen(ctx, p, have, more, &d); err != nil {
				return d, err
			}
			have, step = more, 2*step
		}
	}
	return d, nil
}

func covering(a, b plant.Span) plant.Span {
	return plant.Span{From: plant.Earlier(a.From, b.From), To: plant.Later(a.To, b.To)}
}

// reach is how far what is needed depends on more: all that an edit is about, the whole of a segment at an edge, as it is
// cut by what is said of its other part, and the whole of a stop there, which may begin or end beyond what is there.
func reach(need, have plant.Span, d draft, step time.Duration) plant.Span {
	want := need
	for i := range d.said {
		if s := d.said[i].Span(); s.From.Before(need.To) && need.From.Before(s.To) {
			want = covering(want, s)
		}
	}
	first := sort.Search(len(d.segments), func(i int) bool { return d.segments[i].To.After(need.From) })
	end := sort.Search(len(d.segments), func(i int) bool { return !d.segments[i].From.Before(need.To) })
	if first >= end {
		return want
	}
	last := end - 1
	for first > 0 && edit.Stands(d.segments[first].Category) {
		first--
	}
	for last < len(d.segments)-1 && edit.Stands(d.segments[last].Category) {
		last++
	}
	from, to := d.segments[first], d.segments[last]
	want = covering(want, plant.Span{From: from.From, To: to.To})
	if edit.Stands(from.Category) && !from.From.After(have.From) {
		want.From = plant.Earlier(want.From, from.From.Add(-step))
	}
	if edit.Stands(to.Category) && !to.To.Before(have.To) {
		want.To = plant.Later(want.To, to.To.Add(step))
	}
	return want
}

// widen reads what lies before and after what is there.
func (b *Book) widen(ctx context.Context, p *page, have, want plant.Span, d *draft) error {
	if want.From.Before(have.From) {
		before, err := b.o.Lines.Segments(ctx, p.ID, want.From, have.From)
		if err != nil {
			return err
		}
		if len(d.segments) > 0 {
			before = slices.DeleteFunc(before, func(s oee.Segment) bool { return !s.From.Before(d.segments[0].From) })
		}
		d.segments = append(before, d.segments...)
	}
	if have.To.Before(want.To) {
		after, err := b.o.Lines.Segments(ctx, p.ID, have.To, want.To)
		if err != nil {
			return err
		}
		if n := len(d.segments); n > 0 {
			after = slices.DeleteFunc(after, func(s oee.Segment) bool { return s.From.Before(d.segments[n-1].To) })
		}
		d.segments = append(d.segments, after...)
	}
	said, err := b.o.Edits.Edits(ctx, p.ID, want.From, want.To)
	d.said = said
	return err
}
