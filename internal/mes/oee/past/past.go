// Package past is how a line stood at a moment of its kept time.
package past

import (
	"context"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
)

// Ledger is where the time of lines is read, with what people said laid over it.
type Ledger interface {
	Segments(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error)
}

// stillness is longer than a line stands between two shifts as a rule.
const stillness = 9 * 24 * time.Hour

// longest is more than a shift lasts.
const longest = 48 * time.Hour

// Look reads how a line stood at a moment, and its time from the beginning of a span up to then. What is known now of
// that time is told, also what came late or was said since.
func Look(ctx context.Context, ledger Ledger, line plant.Line, of plant.Span, at time.Time) (s oee.Snapshot, before []oee.Segment, err error) {
	from := of.From
	if shifts := line.Calendar.Between(at.Add(-stillness), at); len(shifts) > 0 {
		from = plant.Earlier(from, shifts[len(shifts)-1].From)
	}
	all, err := reaching(ctx, ledger, line.ID, plant.Span{From: from, To: at})
	if err != nil {
		return s, nil, err
	}
	return At(line, all, at), edit.Clip(all, plant.Span{From: of.From, To: at}), nil
}

// reaching reads a time, and farther back until it is seen where its shift began: the calendar may have been another then.
func reaching(ctx context.Context, ledger Ledger, line plant.LineID, of plant.Span) (all []oee.Segment, err error) {
	from := of.From.Add(-time.Microsecond) // and what lies before it
	for step := 2 * time.Hour; step <= longest; step *= 2 {
		if all, err = ledger.Segments(ctx, line, from, of.To.Add(time.Microsecond)); err != nil {
			return nil, err
		}
		if begin, _, ok := shiftOf(all, of.To); !ok || begin > 0 || all[0].From.After(from) {
			break
		}
		from = from.Add(-step)
	}
	return all, nil
}

// At gives a line as it stood at a moment. Its segments must reach back to where the shift of then began, or the one
// before when none ran. How fast it ran at that moment is not known any more.
func At(line plant.Line, segments []oee.Segment, at time.Time) oee.Snapshot {
	s := oee.Snapshot{Line: line.ID, At: at, Window: plant.Span{From: at, To: at}, Since: at, Now: oee.NoData}
	if begin, end, ok := shiftOf(segments, at); ok {
		s.Window = plant.Span{From: segments[begin].From, To: plant.Earlier(segments[end-1].To, at)}
		s.Shift = planned(line.Calendar, &segments[begin], segments[end-1].To)
		s.Segments = edit.Clip(segments[begin:end], s.Window)
	}
	s.Classic = oee.Measure(s.Window, s.Segments)
	s.Target = oee.Target(s.Segments, line.Ideal)
	s.Open = edit.Missing(s.Segments)
	doing(&s, segments)
	return s
}

// shiftOf finds the segments of the shift that runs at a moment or ran last before it.
func shiftOf(segments []oee.Segment, at time.Time) (begin, end int, ok bool) {
	last := len(segments) - 1
	for last >= 0 && (segments[last].Shift == "" || segments[last].From.After(at)) {
		last--
	}
	if last < 0 {
		return 0, 0, false
	}
	same := func(i int) bool {
		return segments[i].Shift == segments[last].Shift && segments[i].Date == segments[last].Date
	}
	begin, end = last, last+1
	for begin > 0 && same(begin-1) {
		begin--
	}
	for end < len(segments) && same(end) {
		end++
	}
	return begin, end, true
}

// planned is the shift as the calendar has it, or else as the ledger does.
func planned(c plant.Calendar, first *oee.Segment, end time.Time) plant.Shift {
	for _, s := range c.Between(first.From, first.To) {
		if s.Name == first.Shift && s.Date == first.Date {
			return s
		}
	}
	return plant.Shift{Name: first.Shift, Date: first.Date, From: first.From, To: end}
}

// doing fills in what the line did at the moment, and since when in its shift. Where one segment ends and another begins, it is the
// one that begins.
func doing(s *oee.Snapshot, segments []oee.Segment) {
	now := len(segments) - 1
	for now >= 0 && segments[now].From.After(s.At) {
		now--
	}
	if now < 0 || segments[now].To.Before(s.At) {
		return
	}
	is := &segments[now]
	s.Now, s.State, s.Cause, s.Fault, s.Since = is.Category, is.State, is.Unit, is.Fault, is.From
	s.Product, s.Order = is.Product, is.Order
	if !is.Stop.IsZero() {
		s.Reason, s.Comment, s.By = is.Reason, is.Comment, is.By
	}
	for i := now - 1; i >= 0; i-- {
		p := &segments[i]
		if p.Shift != is.Shift || p.Date != is.Date || p.Category != is.Category || p.Unit != is.Unit || !p.To.Equal(s.Since) {
			return
		}
		s.Since = p.From
	}
}
