package logbook

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"millwright/internal/errs"
	"millwright/internal/mes/oee"
	"millwright/internal/mes/oee/edit"
	"millwright/internal/plant"
	"millwright/internal/plant/reason"
)

// ahead of our clock those of tablets may be.
const skew = time.Minute

// Say takes what somebody says about a line's time; by.Role is the one at that line. seen is the newest edit about it
// that they know: an edit.Conflict tells of a newer one that shapes the same stop.
func (b *Book) Say(ctx context.Context, e edit.Edit, seen int64) (edit.Edit, error) {
	p, err := b.page(e.Line)
	if err != nil {
		return e, err
	}
	if err := may(e.By, plant.Operator, "what happened on line "+p.Name+" is told"); err != nil {
		return e, err
	}
	if e.Kind == edit.Recount {
		return e, wrong("kind", "say at the job what was counted in all")
	}
	if e.Kind == edit.Undo {
		of, err := b.o.Edits.Edit(ctx, e.Undoes)
		if err != nil {
			return e, err
		}
		e.From, e.To = of.From, of.To
	}
	e.From, e.To = e.From.UTC().Truncate(time.Microsecond), e.To.UTC().Truncate(time.Microsecond)
	if !e.Cut.IsZero() {
		e.Cut = e.Cut.UTC().Truncate(time.Microsecond)
	}
	if err := e.Check(); err != nil {
		return e, err
	}
	if err := b.understand(p, &e); err != nil {
		return e, err
	}
	if err := b.fits(ctx, p, &e); err != nil {
		return e, err
	}
	kept, err := b.o.Edits.Add(ctx, e, seen)
	if err != nil {
		return e, err
	}
	b.forget(p, kept.Span())
	return kept, nil
}

// Edit finds what somebody said.
func (b *Book) Edit(ctx context.Context, id int64) (edit.Edit, error) { return b.o.Edits.Edit(ctx, id) }

// may refuses who has not the role that something takes.
func may(by plant.Person, least plant.Role, what string) error {
	if by.Role < least {
		return errs.New(errs.Forbidden, "%s by its %ss: %s is %s there", what, least, by.Name, by.Role)
	}
	return nil
}

// understand looks a reason up, and what it makes of the time.
func (b *Book) understand(p *page, e *edit.Edit) error {
	e.Category = oee.NoData
	book := b.o.Plant.Reasons
	switch {
	case e.Kind == edit.Scrap && (e.Reason != "" || len(book.Scrap) > 0), e.Kind == edit.Count && e.Reason != "":
		if !book.Scrap.Has(reason.ID(e.Reason)) {
			return wrong("reason", "choose why it is scrap from the plant's reasons")
		}
	case e.Reason != "":
		if !book.Within(p.Reasons).Has(reason.ID(e.Reason)) {
			return wrong("reason", "choose one of the reasons that are given at this line")
		}
		r, _ := book.Stop(reason.ID(e.Reason)) // it is there
		if c, ok := oee.ParseCategory(r.Loss); ok && c != oee.ReducedSpeed {
			e.Category = c
		}
	}
	return nil
}

func wrong(path, message string) error {
	return &errs.Error{Kind: errs.Invalid, Words: "this cannot be taken", Fields: []errs.Field{{Path: path, Message: message}}}
}

// fits refuses what says nothing about what the line did.
func (b *Book) fits(ctx context.Context, p *page, e *edit.Edit) error {
	if e.Kind == edit.Note || e.Kind == edit.Undo {
		return nil
	}
	if e.To.After(b.o.Now().Add(skew)) {
		return wrong("to", "that has not come yet; say it when it has")
	}
	if e.Kind == edit.Reading && e.Good == 0 {
		return nil // it only notes what the counter said
	}
	d, err := b.read(ctx, p, e.Span())
	if err != nil {
		return err
	}
	if slices.ContainsFunc(d.said, e.Repeats) {
		return nil // whoever keeps it knows what was said
	}
	before := edit.Overlay(d.segments, d.said)
	if e.Kind.Pieces() {
		if err := made(p, e, before); err != nil {
			return err
		}
	}
	if e.Kind.Pieces() && !oneShift(before, e.Span()) {
		return wrong("from", "say it of one shift at a time")
	}
	trial := *e
	trial.ID = 1 << 62
	return changes(e, before, edit.Overlay(d.segments, append(slices.Clone(d.said), trial)))
}

// made finds of which product the pieces are, and how fast it should be made. Where a line made several, who reports
// must say; only what is scrap of the machine's count may be of any.
func made(p *page, e *edit.Edit, segments []oee.Segment) error {
	var products []string
	for i := range segments {
		s := &segments[i]
		if s.Within(e.Span()) > 0 && s.Product != "" && !slices.Contains(products, s.Product) {
			products = append(products, s.Product)
		}
	}
	product := e.Product
	switch {
	case product != "" && !slices.Contains(products, product):
		return wrong("product", "that was not made then; the line made "+cmp.Or(strings.Join(products, ", "), "nothing that is known"))
	case product == "" && len(products) == 1:
		product = products[0]
	case product == "" && len(products) > 1 && e.Kind != edit.Scrap:
		return wrong("product", "the line made "+strings.Join(products, ", ")+" then; choose which it is")
	}
	if e.Kind == edit.Count || e.Kind == edit.Reading {
		e.Cycle, _ = p.Ideal(product) // 0 when none is known
	}
	return nil
}

func oneShift(segments []oee.Segment, of plant.Span) bool {
	var first *oee.Segment
	for i := range segments {
		s := &segments[i]
		if s.Within(of) <= 0 {
			continue
		}
		if first != nil && (s.Shift != first.Shift || s.Date != first.Date) {
			return false
		}
		first = s
	}
	return true
}

// changes refuses what would change nothing.
func changes(e *edit.Edit, before, after []oee.Segment) error {
	if slices.Equal(before, after) {
		return nothing(e, before)
	}
	if e.Kind != edit.Scrap && e.Kind != edit.Rework {
		return nil
	}
	field, want, taken := "reject", e.Reject, plant.Quantity(0)
	part := func(s *oee.Segment) plant.Quantity { return s.Reject }
	if e.Kind == edit.Rework {
		field, want, part = "good", e.Good, func(s *oee.Segment) plant.Quantity { return s.Rework }
	}
	for i := range after {
		taken += part(&after[i])
	}
	for i := range before {
		taken -= part(&before[i])
	}
	if taken < want {
		said := taken.String()
		if want%plant.One == 0 { // who tells of whole pieces thinks in them
			said = strconv.FormatInt(taken.Floor(), 10)
		}
		return wrong(field, "only "+said+" good pieces were counted then; choose the time in which they were made")
	}
	return nil
}

// nothing says why an edit would change nothing.
func nothing(e *edit.Edit, before []oee.Segment) error {
	switch e.Kind {
	case edit.Scrap:
		return wrong("reject", "no good piece was counted then")
	case edit.Rework:
		return wrong("good", "no good piece was counted then that was not reworked")
	case edit.Count:
		return wrong("from", "of that time nothing is known")
	case edit.Reading:
		return enough(e, before)
	case edit.Merge:
		return wrong("from", "there is only one stop, or none, in that time of the shift")
	case edit.Split:
		return wrong("cut", "the line did not stand then")
	}
	return wrong("from", "the line did not stand then; look again")
}

// enough says that the counter counted no more than was counted else.
func enough(e *edit.Edit, before []oee.Segment) error {
	var known plant.Quantity
	for _, s := range edit.Clip(before, e.Span()) {
		if e.Product == "" || e.Product == s.Product {
			known += s.Good + s.Reject
		}
	}
	switch {
	case known == e.Good:
		return wrong("good", "the counter and what was counted agree: "+known.String()+" pieces. Nothing is to be added")
	case known > e.Good:
		return wrong("good", "the counter counted "+e.Good.String()+" pieces, and "+known.String()+" are known: look at both counters, and report what is scrap")
	}
	return wrong("from", "of that time nothing is known")
}
