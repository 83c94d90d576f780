package logbook

import (
	"context"
	"slices"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
)

// settled is how long after its end a shift is laid out for good, as a rule.
const settled = time.Minute

// Signature is somebody's answering for a shift.
type Signature struct {
	Line    plant.LineID
	At      time.Time // within the shift
	Seen    int64     // the newest edit of it that who signs has seen
	By      plant.Person
	Comment string
}

// Sign freezes a shift as it stands.
func (b *Book) Sign(ctx context.Context, as Signature) (edit.Signed, error) {
	p, err := b.page(as.Line)
	if err != nil {
		return edit.Signed{}, err
	}
	if err := may(as.By, plant.Manager, "a shift of line "+p.Name+" is signed"); err != nil {
		return edit.Signed{}, err
	}
	s, err := b.shift(ctx, p, as.At)
	if err != nil {
		return s, err
	}
	s.By, s.Comment = as.By, strings.TrimSpace(as.Comment)
	kept, err := b.o.Edits.Sign(ctx, s, as.Seen)
	if err != nil {
		return s, err
	}
	b.forget(p, s.Span)
	return kept, nil
}

// shift finds the whole shift around a moment, as the ledger knows it.
func (b *Book) shift(ctx context.Context, p *page, at time.Time) (s edit.Signed, err error) {
	s = edit.Signed{Line: p.ID}
	v, err := b.View(ctx, p.ID, plant.Span{From: at.Add(-ahead), To: at.Add(ahead)})
	if err != nil {
		return s, err
	}
	begin, end, ok := around(v.Segments, at)
	if !ok {
		return s, errs.New(errs.NotFound, "there is no shift on line %s at %s", p.ID, at.Format(time.RFC3339))
	}
	s.Shift, s.Date = v.Segments[begin].Shift, v.Segments[begin].Date
	s.Segments = v.Segments[begin:end]
	s.Span = spanOf(s.Segments)
	if !p.over(s.Shift, s.Date, s.Span, b.o.Now()) {
		return s, errs.New(errs.Conflict, "the shift %s of %s has not ended, or its last minute is not laid out yet; sign it then", s.Shift, s.Date)
	}
	return s, nil
}

// around finds the segments [begin, end) of the shift that a moment lies in.
func around(segments []oee.Segment, at time.Time) (begin, end int, ok bool) {
	begin = slices.IndexFunc(segments, func(s oee.Segment) bool { return !at.Before(s.From) && at.Before(s.To) })
	if begin < 0 || segments[begin].Shift == "" {
		return 0, 0, false
	}
	of := &segments[begin]
	same := func(s *oee.Segment) bool { return s.Shift == of.Shift && s.Date == of.Date }
	for end = begin + 1; end < len(segments) && same(&segments[end]); end++ {
	}
	for begin > 0 && same(&segments[begin-1]) {
		begin--
	}
	return begin, end, true
}

// over tells whether a shift has ended, and is laid out.
func (p *page) over(name, date string, of plant.Span, now time.Time) bool {
	end := of.To
	if c, runs := p.Calendar.At(of.From); runs && c.Name == name && c.Date == date {
		end = plant.Later(end, c.To)
	}
	return end.Equal(of.To) && !of.To.Add(settled).After(now)
}

func spanOf(segments []oee.Segment) plant.Span {
	return plant.Span{From: segments[0].From, To: segments[len(segments)-1].To}
}

// Reopen lets the signed shift that a moment lies in be changed again.
func (b *Book) Reopen(ctx context.Context, line plant.LineID, at time.Time, by plant.Person, why string) error {
	p, err := b.page(line)
	if err != nil {
		return err
	}
	if err := may(by, plant.Manager, "a shift of line "+p.Name+" is opened again"); err != nil {
		return err
	}
	if why = strings.TrimSpace(why); why == "" || len([]rune(why)) > 500 {
		return wrong("why", "say why, in 500 characters at most")
	}
	signed, err := b.o.Edits.Signed(ctx, line, at, at.Add(time.Microsecond))
	if err != nil {
		return err
	}
	if len(signed) == 0 {
		return errs.New(errs.Conflict, "no shift is signed on line %s at %s; look again", line, at.Format(time.RFC3339))
	}
	if err := b.o.Edits.Reopen(ctx, signed[0], by, why); err != nil {
		return err
	}
	b.forget(p, signed[0].Span)
	return nil
}
