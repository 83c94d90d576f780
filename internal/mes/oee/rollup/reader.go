package rollup

import (
	"context"
	"fmt"
	"slices"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/kpi"
	"millwright/internal/plant"
)

// Lines is the time of the lines, as everybody sees it.
type Lines interface {
	Snapshot(line plant.LineID) (oee.Snapshot, bool)
	Segments(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error)
}

// Layouts gives how the time of a line is laid out.
type Layouts func(plant.LineID) kpi.Layout

// Reader reads sums of lines: those that are kept, and those of segments for the rest.
type Reader struct {
	Book  Book // nil when none are kept
	Lines Lines
}

// Question is what sums are wanted.
type Question struct {
	Lines []kpi.Layout
	plant.Span
	First, Last string // of that time only what is of these dates and between them; "" for all of it
	By          kpi.By
	Whole       func(hour plant.Span) // is told each kept hour that is added up as a whole, though only a part of it is asked for; nil when none is to be
}

// zones is more than clocks anywhere are ahead of UTC, or behind it.
const zones = 15 * time.Hour

// Dates is the time in which the shifts lie that open on some dates, whatever zone a line is in.
func Dates(first, last plant.Date) plant.Span {
	const shift = 26 * time.Hour
	return plant.Span{From: first.Begin(time.UTC).Add(-zones), To: (last + 1).Begin(time.UTC).Add(zones + shift)}
}

// of tells whether a date is asked for.
func (q *Question) of(date string) bool {
	return (q.First == "" || q.First <= date) && (q.Last == "" || date <= q.Last)
}

// all tells whether all dates of a month are asked for that lie before a moment.
func (q *Question) all(month string, before time.Time) bool {
	if q.First == "" && q.Last == "" {
		return true
	}
	if last := plant.DateOf(before.UTC().Add(zones)); q.First <= month+"-01" && (q.Last == "" || last.String() <= q.Last) {
		return true
	}
	first, err := plant.ParseDate(month + "-01")
	if err != nil {
		return false
	}
	next := first.Begin(time.UTC).AddDate(0, 1, 0)
	return q.of(first.String()) && q.of((plant.DateOf(next) - 1).String())
}

// todo is what is still to be found of the lines.
type todo struct {
	*Question
	meaning map[plant.LineID]string
	open    map[plant.LineID][]plant.Span
	edges   map[plant.LineID][]edge // slots that are kept, and of which only a part is asked for
	place   Place
}

// Place is where the numbers of a row are to be added; nil is nowhere. The key is another's afterwards.
type Place func(span plant.Span, key *kpi.Key) *kpi.Sums

type edge struct {
	plant.Span
	date string
}

// Rows adds up what is asked for: rows, in no order, whose numbers are added where they have their place.
func (r Reader) Rows(ctx context.Context, q Question, place Place) error {
	t := &todo{Question: &q, meaning: map[plant.LineID]string{}, open: map[plant.LineID][]plant.Span{}, edges: map[plant.LineID][]edge{}, place: place}
	for _, l := range q.Lines {
		t.open[l.Line], t.meaning[l.Line] = []plant.Span{q.Span}, l.Meaning
	}
	if r.Book != nil {
		for _, at := range levels(q.By) {
			if err := r.look(ctx, at, t); err != nil {
				return err
			}
			t.begin() // after the first look, which asks for all lines together
		}
	}
	t.begin()
	for _, l := range q.Lines {
		for _, span := range t.open[l.Line] {
			slot := t.slot(l.Line, span)
			if !slot.To.IsZero() && !q.of(slot.date) {
				continue
			}
			if err := r.rest(ctx, l, remnant{span, slot.Span, q.By.Period == kpi.Hour}, t); err != nil {
				return err
			}
		}
	}
	return nil
}

// begin leaves of what is open what lies after the beginning of the lines' ledgers.
func (t *todo) begin() {
	for i := range t.Lines {
		l := &t.Lines[i]
		t.open[l.Line] = without(t.open[l.Line], plant.Span{To: l.Begin})
	}
}

// take finds the place of a row, if it is of a date that is asked for.
func (t *todo) take(span plant.Span, key *kpi.Key) *kpi.Sums {
	if !t.of(key.Date) {
		return nil
	}
	return t.place(span, key)
}

// look fills what is open from a level: lines of which the same is open are asked for together.
func (r Reader) look(ctx context.Context, at level, t *todo) error {
	same := map[plant.Span][]plant.LineID{}
	for line, spans := range t.open {
		for _, s := range spans {
			same[s] = append(same[s], line)
		}
	}
	clear(t.edges) // they are of a coarser level
	for span, lines := range same {
		slices.Sort(lines)
		if err := r.chunks(ctx, Ask{Lines: lines, Grain: at.grain, Side: at.side, Span: span}, t); err != nil {
			return err
		}
	}
	return nil
}

// chunks gives the rows of chunks that lie within what is asked, and takes their time out of what is open. Slots across
// its edges are noted.
func (r Reader) chunks(ctx context.Context, a Ask, t *todo) error {
	found, err := r.Book.Chunks(ctx, a)
	if err != nil {
		return err
	}
	var got plant.Span // of the chunk's line: the time of kept rows has no gap
	for i, c := range found {
		if c.Meaning == t.meaning[c.Line] {
			var of slot // rows of one follow one another: what becomes of them is found once
			err = spread(c.Line, c.Packed, func(row plant.Span, key *kpi.Key) *kpi.Sums {
				if row != of.Span || key.Date != of.date {
					if of = t.slotOf(a, &c, edge{row, key.Date}); of.wanted {
						got = joined(got, row)
					}
				}
				if !of.taken {
					return nil
				}
				return t.place(row, key)
			})
		}
		if err != nil {
			return fmt.Errorf("read the sums of line %s: %w", c.Line, err)
		}
		if i+1 == len(found) || found[i+1].Line != c.Line {
			t.open[c.Line] = without(t.open[c.Line], got)
			got = plant.Span{}
		}
	}
	return nil
}

// slot is a time of a chunk, and what becomes of its rows.
type slot struct {
	edge
	wanted bool // it lies within what is asked
	taken  bool // and is of a date that is asked for
}

// slotOf tells what becomes of the rows of a chunk that are of a time. One across the edges of what is asked is noted.
func (t *todo) slotOf(a Ask, c *Chunk, e edge) slot {
	s := slot{edge: e}
	switch {
	case e.To.After(c.Fresh) || !e.From.Before(a.To) || !e.To.After(a.From):
	case a.Grain == Hours && t.whole(a.Span, e):
		s.wanted, s.taken = true, true
		t.Whole(e.Span)
	case e.From.Before(a.From) || e.To.After(a.To) || a.Grain == Months && !t.all(e.date, e.To):
		t.edges[c.Line] = append(t.edges[c.Line], e)
	default:
		s.wanted, s.taken = true, a.Grain == Months || t.of(e.date)
	}
	return s
}

// whole tells whether an hour is told as a whole that lies across the ends of what the question asks for, and across those only.
func (t *todo) whole(asked plant.Span, e edge) bool {
	before, after := e.From.Before(asked.From), e.To.After(asked.To)
	return t.Whole != nil && (before || after) && t.of(e.date) && (!before || asked.From.Equal(t.From)) && (!after || asked.To.Equal(t.To))
}

func joined(a, b plant.Span) plant.Span {
	if a.To.IsZero() || b.From.Before(a.From) {
		a.From = b.From
	}
	if b.To.After(a.To) {
		a.To = b.To
	}
	return a
}

// without takes a time out of others.
func without(spans []plant.Span, gone plant.Span) (rest []plant.Span) {
	if !gone.From.Before(gone.To) {
		return spans
	}
	for _, s := range spans {
		if before := (plant.Span{From: s.From, To: plant.Earlier(s.To, gone.From)}); before.From.Before(before.To) {
			rest = append(rest, before)
		}
		if after := (plant.Span{From: plant.Later(s.From, gone.To), To: s.To}); after.From.Before(after.To) {
			rest = append(rest, after)
		}
	}
	return rest
}

// slot is the kept slot that a span is a part of; the zero edge when there is none.
func (t *todo) slot(line plant.LineID, span plant.Span) edge {
	for _, e := range t.edges[line] {
		if !span.From.Before(e.From) && !span.To.After(e.To) {
			return e
		}
	}
	return edge{}
}

// remnant is a time of which nothing is kept.
type remnant struct {
	plant.Span
	slot   plant.Span // that it is a part of; zero when that is not known
	hourly bool       // slots are looked at one by one
}

// rest adds up the segments of a time of which nothing is kept.
func (r Reader) rest(ctx context.Context, l kpi.Layout, span remnant, t *todo) error {
	segments, err := r.segments(ctx, l.Line, span)
	if err != nil {
		return err
	}
	if t.By.Has(kpi.Operator) && r.Book != nil {
		if l.Crew, err = r.Book.Crew(ctx, l.Line, span.Span); err != nil {
			return err
		}
	}
	rows := l.Rows(span.Span, segments)
	for i := range rows {
		if !span.slot.To.IsZero() {
			rows[i].Span = span.slot
		}
		if into := t.take(rows[i].Span, &rows[i].Key); into != nil {
			into.Add(&rows[i].Sums)
		}
	}
	return nil
}

// LongestShift is how far back a shift may have begun: where hours are counted, segments are asked for from there.
const LongestShift = 26 * time.Hour

// segments reads a time with what lies before it.
func (r Reader) segments(ctx context.Context, line plant.LineID, span remnant) ([]oee.Segment, error) {
	if segments, ok := r.shown(line, span.Span); ok {
		return segments, nil
	}
	from := span.From.Add(-time.Microsecond) // with the segment before
	if span.hourly && span.slot.To.IsZero() {
		from = span.From.Add(-LongestShift) // with the beginning of the shift
	}
	return r.Lines.Segments(ctx, line, from, span.To)
}

// shown gives the segments of the shift that is shown of a line, where the span lies in it: they are in memory.
func (r Reader) shown(line plant.LineID, span plant.Span) ([]oee.Segment, bool) {
	s, ok := r.Lines.Snapshot(line)
	if !ok || len(s.Segments) == 0 || s.Shift.From.IsZero() || span.From.Before(s.Window.From) || s.Window.To.Before(span.To) {
		return nil, false
	}
	mayGoOn := s.Segments[0].Category == oee.Breakdown && !span.From.After(s.Window.From)
	return s.Segments, !mayGoOn
}
