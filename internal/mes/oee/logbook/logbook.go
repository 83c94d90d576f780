// Package logbook is the shift's book of a line: its time with what people say laid over it, and what they add to it.
package logbook

import (
	"context"
	"slices"
	"sync"
	"time"

	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/ot/bus"
	"millwright/internal/plant"
)

// Options is what a Book needs.
type Options struct {
	Plant *plant.Plant
	Lines Lines                                  // what the machines say
	Edits edit.Edits                             // what people say
	News  *bus.Topic[oee.Changed]                // told after each change; nil means nobody listens
	Said  func(line plant.LineID, of plant.Span) // told before that of which time something was said; nil means nobody listens
	Now   func() time.Time
}

// Lines is the derived time of the lines.
type Lines interface {
	Snapshot(line plant.LineID) (oee.Snapshot, bool)
	Begin(line plant.LineID) time.Time
	Segments(ctx context.Context, line plant.LineID, from, to time.Time) ([]oee.Segment, error)
}

// Book is where everybody reads the time of the lines. It may be used from many goroutines.
type Book struct {
	o     Options
	lines map[plant.LineID]*page
}

// page is what was said about the shift that is shown of a line.
type page struct {
	plant.Line
	mu   sync.Mutex
	turn int64     // grows with everything that is said
	from time.Time // of the shift that is known; zero when it is to be read
	known
	retry time.Time // not read before: the database was away
}

// New opens the book of a plant.
func New(o Options) *Book {
	b := &Book{o: o, lines: map[plant.LineID]*page{}}
	for _, l := range o.Plant.Lines() {
		b.lines[l.ID] = &page{Line: l}
	}
	return b
}

const (
	ahead    = 48 * time.Hour // longer than any shift
	patience = 2 * time.Second
	pause    = 5 * time.Second
)

// Snapshot gives a line as it stands; ok is false for an unknown line, and until its ledger is derived.
func (b *Book) Snapshot(line plant.LineID) (oee.Snapshot, bool) {
	p := b.lines[line]
	if p == nil {
		return oee.Snapshot{}, false
	}
	s, ok := b.o.Lines.Snapshot(line)
	if ok {
		k := b.shown(p, s.Window.From)
		b.lay(p, &s, k.said, k.signed)
	}
	return s, ok
}

// Begin is where the ledger of a line begins: what was before is none of its time. Zero when nobody says.
func (b *Book) Begin(line plant.LineID) time.Time { return b.o.Lines.Begin(line) }

// HandedOver gives the signed shift of a line that waits for the next one to take it over.
func (b *Book) HandedOver(line plant.LineID) (edit.Signed, bool) {
	p := b.lines[line]
	if p == nil {
		return edit.Signed{}, false
	}
	s, ok := b.o.Lines.Snapshot(line)
	if !ok {
		return edit.Signed{}, false
	}
	left := b.shown(p, s.Window.From).left
	return left, left.ID != 0 && left.Taken.IsZero()
}

// known is what was said of a line.
type known struct {
	said   []edit.Edit
	signed []edit.Signed
	left   edit.Signed // the signed shift that is, or was last, to be taken over by the next; zero when there is none
}

// shown gives what was said about the shift that is shown. While the database is away, what was known before of the
// same shift, or nothing.
func (b *Book) shown(p *page, from time.Time) known {
	p.mu.Lock()
	current, turn, now := p.from.Equal(from), p.turn, b.o.Now()
	was, wait := p.known, now.Before(p.retry)
	p.mu.Unlock()
	if current || wait {
		return was
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience) // a look has no context: it is answered from memory as a rule
	defer cancel()
	is, err := b.ask(ctx, p.ID, from)
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case err != nil:
		p.retry = now.Add(pause)
		return p.known
	case p.turn == turn: // nobody said anything meanwhile
		p.from, p.known = from, is
	}
	return is
}

func (b *Book) ask(ctx context.Context, line plant.LineID, from time.Time) (k known, err error) {
	if k.said, err = b.o.Edits.Edits(ctx, line, from, from.Add(ahead)); err != nil {
		return k, err
	}
	if k.signed, err = b.o.Edits.Signed(ctx, line, from, from.Add(ahead)); err != nil {
		return k, err
	}
	k.left, _, err = b.o.Edits.HandedOver(ctx, line)
	return k, err
}

// Recounted is told when pieces of a line's jobs were counted in all, or its machines told of such: that is said beside the book.
func (b *Book) Recounted(line plant.LineID) {
	if p := b.lines[line]; p != nil {
		now := b.o.Now()
		b.forget(p, plant.Span{From: now.Add(-edit.Longest), To: now})
	}
}

// forget lets what was said be read again, and tells that it changed, and of which time.
func (b *Book) forget(p *page, of plant.Span) {
	p.mu.Lock()
	p.turn++
	p.from, p.retry = time.Time{}, time.Time{}
	p.mu.Unlock()
	if b.o.Said != nil {
		b.o.Said(p.ID, of)
	}
	if b.o.News != nil {
		b.o.News.Publish([]oee.Changed{{Line: p.ID}})
	}
}

// lay lays what was said over a look at a line, and measures it anew.
func (b *Book) lay(p *page, s *oee.Snapshot, said []edit.Edit, signed []edit.Signed) {
	derived := s.Now
	s.Segments = edit.Clip(edit.Freeze(b.overlay(p.Line, slices.Clone(s.Segments), said), signed), s.Window)
	s.Open = edit.Missing(s.Segments)
	for i := range said {
		s.Edited = max(s.Edited, said[i].ID)
	}
	if len(said) > 0 || len(signed) > 0 {
		s.Classic = oee.Measure(s.Window, s.Segments)
		s.Target = oee.Target(s.Segments, p.Ideal)
	}
	n := len(s.Segments)
	if n == 0 || s.Segments[n-1].Stop.IsZero() || !s.Window.To.Equal(s.At) {
		return
	}
	last := &s.Segments[n-1]
	s.Reason, s.Comment, s.By = last.Reason, last.Comment, last.By
	if last.Edit != 0 && last.Derived == derived {
		s.Now = last.Category
	}
}

// overlay lays what was said over segments that nobody else has.
func (b *Book) overlay(l plant.Line, segments []oee.Segment, said []edit.Edit) []oee.Segment {
	all := edit.Lay(segments, rated(l, said))
	edit.Explain(all, func(unit plant.UnitID, fault string) (string, bool) {
		r, ok := b.o.Plant.Why(l, unit, fault)
		return string(r.ID), ok
	})
	return all
}

// rated gives recounts the ideal cycle of what was counted, where nobody has said it.
func rated(l plant.Line, said []edit.Edit) []edit.Edit {
	cloned := false
	for i := range said {
		if e := said[i]; e.Kind == edit.Recount && e.Cycle == 0 {
			if e.Cycle, _ = l.Ideal(e.Product); !cloned {
				said, cloned = slices.Clone(said), true
			}
			said[i] = e
		}
	}
	return said
}
